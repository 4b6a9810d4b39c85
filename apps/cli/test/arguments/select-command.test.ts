import { describe, expect, test } from "vitest";
import { parseFast } from "../../src/arguments/fast-parse.ts";
import { nearest } from "../../src/arguments/nearest.ts";
import { type Selection, selectCommand } from "../../src/arguments/select-command.ts";

function select(...argv: readonly string[]): Selection {
	const tokens = parseFast(argv);
	if (tokens === undefined) throw new Error(`not plain: ${argv.join(" ")}`);
	return selectCommand(tokens);
}

function ran(selection: Selection): readonly [string, readonly string[]] {
	if (selection.kind !== "run") throw new Error(`${selection.kind} instead of run: ${JSON.stringify(selection)}`);
	return [selection.invocation.command.path.join(" "), selection.invocation.positionals];
}

describe("selectCommand", () => {
	test.each<[readonly string[], string, readonly string[]]>([
		[["exec", "do it"], "exec", ["do it"]],
		[["e", "do it"], "exec", ["do it"]],
		[["exec", "resume", "id", "more"], "exec resume", ["id", "more"]],
		[["e", "resume", "--last", "more"], "exec resume", ["more"]],
		[["exec", "--", "resume"], "exec", ["resume"]],
		[["--", "exec"], "", ["exec"]],
		[["exec", "do it", "-"], "exec", ["do it", "-"]],
		[["exec", "-"], "exec", ["-"]],
		[["-m", "x", "exec", "hi"], "exec", ["hi"]],
		[["config", "explain", "model"], "config explain", ["model"]],
		[[], "", []],
		[["fix the tests"], "", ["fix the tests"]],
	])("%j", (argv, command, positionals) => {
		expect(ran(select(...argv))).toEqual([command, positionals]);
	});

	test.each<[readonly string[], string]>([
		[["exce"], "`exce` is not a command; did you mean `code exec`?"],
		[["config"], "`code config` needs a subcommand: explain, trust"],
		[["exec", "fix", "it"], "unexpected argument `it` (a prompt of several words needs quotes)"],
		[["doctor", "--max-turns", "3"], "`--max-turns` is not an option of `code doctor`"],
		[
			["exec", "-s", "wide-open", "x"],
			"`--sandbox` is one of read-only, workspace-write, danger-full-access, not `wide-open`",
		],
		[["schema"], "`code schema` needs NAME"],
		[["completion", "tcsh"], "`SHELL` is one of bash, zsh, fish, not `tcsh`"],
		[["doctor", "now"], "unexpected argument `now`"],
	])("%j is refused", (argv, message) => {
		expect(select(...argv)).toMatchObject({ kind: "error", message });
	});

	test("help and version win over everything else", () => {
		expect(select("exec", "resume", "--help", "-s", "nonsense")).toMatchObject({
			kind: "help",
			command: { path: ["exec", "resume"] },
		});
		expect(select("exec", "--version")).toEqual({ kind: "version" });
	});
});

describe("nearest", () => {
	test("finds the closest word and nothing far away", () => {
		expect(nearest("--sandox", ["--sandbox", "--search"])).toBe("--sandbox");
		expect(nearest("completely-else", ["--sandbox"])).toBeUndefined();
		expect(nearest("", ["a"])).toBeUndefined();
		expect(nearest("x".repeat(10_000), ["x"])).toBeUndefined();
	});
});
