// The protocol's own conformance suite against our server, as its users run it, with the fixtures it asks for.

import { execFile, spawn } from "node:child_process";
import { createRequire } from "node:module";
import path from "node:path";
import { createTempDir } from "@codex/test-support";
import { beforeAll, expect, test } from "vitest";

const require = createRequire(import.meta.url);
const suite = path.join(
	path.dirname(require.resolve("@modelcontextprotocol/conformance/package.json")),
	"dist/index.js",
);
const program = path.join(import.meta.dirname, "fixtures/conformance-server.ts");

let url = "";

beforeAll(async () => {
	const child = spawn(process.execPath, ["--conditions=@codex/source", program], {
		stdio: ["ignore", "pipe", "inherit"],
	});
	url = await new Promise<string>((resolve, reject) => {
		child.once("exit", (code) => reject(new Error(`the server ended with ${code}`)));
		child.stdout.once("data", (chunk: Buffer) => resolve(chunk.toString("utf8").trim()));
	});
	return () => void child.kill("SIGKILL");
});

async function run(...words: readonly string[]): Promise<string> {
	const { path: cwd, dispose } = await createTempDir();
	try {
		return await new Promise<string>((resolve) => {
			execFile(
				process.execPath,
				[suite, "server", "--url", url, ...words],
				{ cwd, timeout: 100_000 },
				(_error, stdout, stderr) => resolve(`${stdout}${stderr}`),
			);
		});
	} finally {
		await dispose();
	}
}

test("the whole suite passes", async () => {
	const output = await run("--suite", "all");
	expect(output.match(/^✗.*$/gm) ?? []).toEqual([]);
	expect(output).toMatch(/Total: (\d+) passed, 0 failed/);
	expect(Number(/Total: (\d+) passed/.exec(output)?.[1])).toBeGreaterThanOrEqual(30);
}, 120_000);
