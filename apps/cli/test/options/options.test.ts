import { execFile } from "node:child_process";
import { promisify } from "node:util";
import { requirePrerequisite } from "@codex/test-support";
import { describe, expect, test } from "vitest";
import { allOptions, commands, rootCommand } from "../../src/options/commands.ts";
import { completionScript } from "../../src/options/completion-script.ts";
import { commandName } from "../../src/options/option.ts";
import { renderHelp } from "../../src/options/render-help.ts";

const run = promisify(execFile);
const all = [rootCommand, ...commands];

describe("the tables", () => {
	test("use each long name, alias and letter for one option", () => {
		const names = allOptions().flatMap(({ name, aliases = [], short }) => [
			name,
			...aliases,
			...(short ? [short] : []),
		]);
		expect(names.length).toBe(new Set(names).size);
	});

	test("mean the same option wherever they use a name", () => {
		for (const command of all) {
			for (const option of command.options) {
				expect(allOptions().find(({ name }) => name === option.name)).toBe(option);
			}
		}
	});
});

describe("renderHelp", () => {
	test.each(all.map((command) => [commandName(command), command] as const))("of `%s` fits its width", (_, command) => {
		for (const width of [40, 80, 110]) {
			const text = renderHelp(command, width);
			expect(text).toContain(`Usage: ${commandName(command)}`);
			for (const { name, hidden } of command.options)
				expect(text.includes(`--${name} `) || text.includes(`--${name}\n`)).toBe(hidden !== true);
			if (width >= 80) for (const line of text.split("\n")) expect(line.length).toBeLessThanOrEqual(width);
		}
	});
});

const hasBash = await requirePrerequisite("bash", async () => (await run("bash", ["--version"])).stdout !== "");

async function complete(...words: readonly string[]): Promise<readonly string[]> {
	const line = words.map((word) => `'${word}'`).join(" ");
	const script = `${completionScript("bash")}
COMP_WORDS=(${line}); COMP_CWORD=$((\${#COMP_WORDS[@]} - 1)); _code; printf '%s\\n' "\${COMPREPLY[@]}"`;
	const { stdout } = await run("bash", ["-c", script]);
	return stdout.split("\n").filter((word) => word !== "");
}

describe.skipIf(!hasBash)("the bash script", () => {
	test("offers commands, subcommands, options and choices", async () => {
		expect(await complete("code", "")).toEqual(expect.arrayContaining(["exec", "config", "doctor", "--model"]));
		expect(await complete("code", "do")).toEqual(["doctor"]);
		expect(await complete("code", "config", "")).toContain("explain");
		expect(await complete("code", "exec", "--sand")).toEqual(["--sandbox"]);
		expect(await complete("code", "exec", "-s", "w")).toEqual(["workspace-write"]);
		expect(await complete("code", "exec", "resume", "--la")).toEqual(["--last"]);
		expect(await complete("code", "schema", "rec")).toEqual(["recording"]);
	});

	test("does not offer hidden options", async () => {
		expect(await complete("code", "exec", "--cyber")).toEqual([]);
	});
});

describe("the other scripts", () => {
	test("name every command", () => {
		for (const shell of ["zsh", "fish"] as const) {
			const script = completionScript(shell);
			for (const { path } of commands) expect(script).toContain(path.at(-1));
		}
		expect(completionScript("zsh").startsWith("#compdef code coder\n")).toBe(true);
	});
});
