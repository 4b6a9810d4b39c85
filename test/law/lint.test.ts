// The lint rules' own test: each plant breaks exactly one rule under the real configuration, and the same code is
// allowed where the house allows it.
import { spawnSync } from "node:child_process";
import { cpSync, mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { ambientCapabilities } from "../../scripts/lint/ambient.ts";
import { sizeExceptions } from "../../scripts/lint/size-exceptions.ts";

interface Sample {
	/** A short name, part of the file name. */
	readonly id: string;
	readonly rule: string;
	readonly text: string;
	/** A folder of the workspace where the same text is fine. */
	readonly allowedIn?: string;
}

const repeat = (count: number, line: (index: number) => string): string =>
	Array.from({ length: count }, (_, i) => line(i)).join("\n");

const samples: readonly Sample[] = [
	{
		id: "long-file",
		rule: "eslint(max-lines)",
		text: repeat(401, (i) => `void ${i};`),
		allowedIn: "packages/core/test",
	},
	{
		id: "long-function",
		rule: "eslint(max-lines-per-function)",
		text: `/** Long. */\nexport function long(): void {\n${repeat(80, (i) => `\tvoid ${i};`)}\n}`,
		allowedIn: "packages/core/test",
	},
	{
		id: "many-parameters",
		rule: "eslint(max-params)",
		text: "/** Wide. */\nexport const wide = (a: 1, b: 1, c: 1, d: 1, e: 1): number => a + b + c + d + e;",
	},
	{
		id: "complex",
		rule: "eslint(complexity)",
		text: `/** Complex. */\nexport function complex(n: number): number {\n${repeat(15, (i) => `\tif (n === ${i}) return ${i};`)}\n\treturn 0;\n}`,
	},
	{ id: "console", rule: "eslint(no-console)", text: 'console.log("x");', allowedIn: "apps/cli/src" },
	{ id: "floating", rule: "typescript(no-floating-promises)", text: "Promise.resolve(1);" },
	{ id: "misused", rule: "typescript(no-misused-promises)", text: "[1].forEach(async () => {});" },
	{ id: "not-thenable", rule: "typescript(await-thenable)", text: "const one = Math.max(1);\nawait one;" },
	{ id: "throws-text", rule: "typescript(only-throw-error)", text: 'throw "text";' },
	{
		id: "open-switch",
		rule: "typescript(switch-exhaustiveness-check)",
		text: 'type Kind = "a" | "b";\n/** Counts. */\nexport function count(kind: Kind): number {\n\tswitch (kind) {\n\t\tcase "a":\n\t\t\treturn 1;\n\t}\n\treturn 0;\n}',
	},
	{
		id: "assertion",
		rule: "typescript(no-unsafe-type-assertion)",
		text: "const unknown: unknown = 1;\n/** One. */\nexport const one: number = unknown as number;",
		allowedIn: "packages/core/src/schema",
	},
	{
		id: "import-type-inline",
		rule: "typescript(consistent-type-imports)",
		text: 'import fs = require("node:fs");\nvoid fs;\n/** Stats. */\nexport type Stats = import("node:fs").Stats;',
	},
	{ id: "undocumented", rule: "house(documented-exports)", text: "export const x = 1;", allowedIn: "apps/cli/src" },
	{
		id: "computed-import",
		rule: "house(literal-imports)",
		text: 'const name = "node:fs";\nawait import(name);',
	},
	{ id: "zod-by-name", rule: "house(zod-namespace)", text: 'import { z } from "zod";\nvoid z;' },
	{ id: "silent-catch", rule: "house(explained-catch)", text: "try {\n\tvoid 0;\n} catch {}" },
	{
		id: "timeout",
		rule: "eslint(no-restricted-globals)",
		text: "setTimeout(() => {}, 1);",
		allowedIn: "packages/resilience/src",
	},
	{
		id: "interval",
		rule: "eslint(no-restricted-globals)",
		text: "setInterval(() => {}, 1);",
		allowedIn: "packages/runtime/src/clock",
	},
	{
		id: "global-timeout",
		rule: "eslint(no-restricted-properties)",
		text: "globalThis.setTimeout(() => {}, 1);",
		allowedIn: "packages/resilience/src",
	},
	{
		id: "imported-timers",
		rule: "eslint(no-restricted-imports)",
		text: 'import { setTimeout as sleep } from "node:timers/promises";\nawait sleep(1);',
		allowedIn: "packages/resilience/src",
	},
	{
		id: "environment",
		rule: "eslint(no-restricted-properties)",
		text: "void process.env;",
		allowedIn: "packages/config/src",
	},
	{
		id: "environment-destructured",
		rule: "eslint(no-restricted-properties)",
		text: "const { env } = process;\nvoid env;",
		allowedIn: "packages/config/src",
	},
	{
		id: "home",
		rule: "eslint(no-restricted-imports)",
		text: 'import { homedir } from "node:os";\nhomedir();',
		allowedIn: "packages/config/src",
	},
	{
		id: "all-of-os",
		rule: "eslint(no-restricted-imports)",
		text: 'import * as os from "node:os";\nvoid os;',
		allowedIn: "packages/config/src",
	},
	{
		id: "process-module",
		rule: "eslint(no-restricted-imports)",
		text: 'import { cwd } from "node:process";\ncwd();',
		allowedIn: "packages/config/src",
	},
	{ id: "uuid", rule: "eslint(no-restricted-properties)", text: "crypto.randomUUID();" },
	{
		id: "imported-uuid",
		rule: "eslint(no-restricted-imports)",
		text: 'import { randomUUID } from "node:crypto";\nrandomUUID();',
	},
];

const pathOf = (folder: string, { id }: Sample): string =>
	`${folder}/${folder.endsWith("clock") ? "clock" : `lint-${id}`}.ts`;
const found = new Map<string, string[]>();
let root = "";

function write(path: string, text: string): void {
	mkdirSync(dirname(join(root, path)), { recursive: true });
	writeFileSync(join(root, path), text);
}

function lint(): void {
	const args = ["--format=json", "packages", "apps"];
	const { stdout } = spawnSync("oxlint", args, { cwd: root, encoding: "utf8", timeout: 50_000 });
	const { diagnostics } = JSON.parse(stdout) as { diagnostics: { code: string; filename: string }[] };
	for (const { code, filename } of diagnostics) found.set(filename, [...(found.get(filename) ?? []), code]);
}

beforeAll(() => {
	root = realpathSync(mkdtempSync(join(tmpdir(), "lint-")));
	cpSync("oxlint.config.ts", join(root, "oxlint.config.ts"));
	cpSync("scripts/lint", join(root, "scripts/lint"), { recursive: true });
	write("package.json", '{ "type": "module" }');
	write(
		"tsconfig.json",
		JSON.stringify({
			compilerOptions: {
				strict: true,
				target: "es2024",
				module: "nodenext",
				types: ["node"],
				typeRoots: [join(process.cwd(), "node_modules/@types")],
				noEmit: true,
			},
			include: ["packages", "apps"],
		}),
	);
	for (const sample of samples) {
		const text = `${sample.text}\n`;
		write(pathOf("packages/core/src", sample), text);
		if (sample.allowedIn !== undefined) write(pathOf(sample.allowedIn, sample), text);
	}
	lint();
}, 60_000);

afterAll(() => rmSync(root, { recursive: true, force: true }));

test.each(samples)("$id breaks $rule", (sample) => {
	expect(new Set(found.get(pathOf("packages/core/src", sample)))).toEqual(new Set([sample.rule]));
});

test.each(samples.filter(({ allowedIn }) => allowedIn !== undefined))("$id is fine in $allowedIn", (sample) => {
	expect(found.get(pathOf(sample.allowedIn ?? "", sample))).toBeUndefined();
});

test("every way to reach an ambient capability has a sample", () => {
	const texts = samples.map(({ text }) => text).join("\n");
	for (const { globals, properties, imports } of ambientCapabilities) {
		for (const name of globals) expect(texts).toContain(`${name}(`);
		for (const [object] of properties) expect(texts).toContain(object);
		for (const name of Object.keys(imports)) expect(name.startsWith("node:")).toBe(true);
	}
});

test("no file is excused from the size rule, and the list only shrinks", () => {
	expect(sizeExceptions).toHaveLength(0);
});
