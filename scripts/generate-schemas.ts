// Writes the JSON Schemas of the outside formats from their zod schemas, into packages/protocol/schema/. `--check`
// writes nothing and fails when a file differs. Runs on the packages' sources (`--conditions=@codex/source`).
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { configSchema } from "../packages/config/src/schema/index.ts";
import { commandOutputSchema, execEventSchema, recordingSchema } from "../packages/protocol/src/schema/index.ts";

const folder = join(import.meta.dirname, "../packages/protocol/schema");

// A config file is what a person writes (defaults may be missing); the others are what the program has written.
const schemas: Readonly<Record<string, object>> = {
	"exec-event": execEventSchema.toJSONSchema({ io: "output" }),
	config: configSchema.toJSONSchema({ io: "input" }),
	recording: recordingSchema.toJSONSchema({ io: "output" }),
	"command-output": commandOutputSchema.toJSONSchema({ io: "output" }),
};

function currentText(path: string): string | undefined {
	try {
		return readFileSync(path, "utf8");
	} catch {
		return undefined; // Not generated yet.
	}
}

const onlyCheck = process.argv.includes("--check");
mkdirSync(folder, { recursive: true });
for (const [name, schema] of Object.entries(schemas)) {
	const path = join(folder, `${name}.json`);
	const text = `${JSON.stringify(schema, undefined, 2)}\n`;
	if (currentText(path) === text) continue;
	if (onlyCheck) {
		console.error(`packages/protocol/schema/${name}.json differs from its zod schema: run \`pnpm schemas\``);
		process.exitCode = 1;
	} else {
		writeFileSync(path, text);
		console.log(`wrote packages/protocol/schema/${name}.json`);
	}
}
