import { describe, expect, it } from "vitest";
import { onlyCommand, parseShell } from "../../src/shell/parse-shell.ts";

it("keeps words, assignments, redirections and input of each command", () => {
	const { commands, constructs, problems } = parseShell("A=1 B+=2 ls 'a b' *.c $x 2>> 'f g' < in <<E | wc\nbody\nE\n");
	expect(problems).toEqual([]);
	expect([...constructs]).toEqual([]);
	expect(commands).toEqual([
		{
			text: "A=1 B+=2 ls 'a b' *.c $x 2>> 'f g' < in <<E",
			words: [
				{ kind: "literal", text: "ls", value: "ls" },
				{ kind: "literal", text: "'a b'", value: "a b" },
				{ kind: "pattern", text: "*.c", prefix: "" },
				{ kind: "dynamic", text: "$x" },
			],
			assigns: ["A", "B"],
			redirects: [
				{ kind: "write", text: "2>> 'f g'", target: "f g" },
				{ kind: "read", text: "< in", target: "in" },
				{ kind: "text", text: "<<E", target: "body\n" },
			],
			input: "inherited",
			substitutesDownload: false,
		},
		expect.objectContaining({ text: "wc", input: "pipe" }),
	]);
});

it("knows what is fed by a download, also through groups and substitutions", () => {
	const inputs = (script: string): unknown => parseShell(script).commands.map(({ text, input }) => `${text}: ${input}`);
	expect(inputs("curl x | (tee y) | sh")).toEqual(["curl x: inherited", "tee y: download", "sh: download"]);
	expect(inputs("(wget x; ls) | sh")).toEqual(["wget x: inherited", "ls: inherited", "sh: download"]);
	expect(inputs("curl x; ls | sh")).toEqual(["curl x: inherited", "ls: inherited", "sh: pipe"]);
	expect(parseShell('sh -c "$(curl x)"').commands[0]?.substitutesDownload).toBe(true);
	expect(parseShell("sh <<< $(curl x)").commands[0]?.substitutesDownload).toBe(true);
	expect(parseShell("(sh) < <(/usr/bin/curl x)").commands.at(-1)).toMatchObject({ text: "sh", input: "download" });
	expect(parseShell("curl x; sh -c $(ls)").commands[1]?.substitutesDownload).toBe(false);
});

describe("the languages of other shells", () => {
	it("zsh gives meaning to characters that bash takes literally", () => {
		for (const script of ["ls =a", "ls a^b", "ls a#b", "ls *(e:x:)"]) {
			const { commands, problems } = parseShell(script, "zsh");
			expect(commands[0]?.words[1]?.kind === "dynamic" || problems.length > 0).toBe(true);
		}
		expect(parseShell("ls -l a.b/c", "zsh").commands[0]?.words.map(({ kind }) => kind)).toEqual([
			"literal",
			"literal",
			"literal",
		]);
	});

	it("sh reads `((` as two subshells", () => {
		expect(parseShell("((a))", "sh").problems).toHaveLength(1);
		expect(parseShell("((a))").problems).toEqual([]);
	});
});

describe("here-documents", () => {
	it("are only known without expansions", () => {
		const target = (script: string): unknown => parseShell(script).commands[0]?.redirects[0]?.target;
		expect(target("cat <<E\na $b\nE")).toBeUndefined();
		expect(target("cat <<'E'\na $b\nE")).toBe("a $b\n");
		expect(target('cat <<"E"\na `b`\nE')).toBe("a `b`\n");
		expect(target("cat <<\\E\na\nE")).toBe("a\n");
		expect(target("cat <<E\na\\\nb\nE")).toBeUndefined();
	});

	it("without an end are not understood", () => {
		for (const script of ["cat <<E", "cat <<E\n", "cat <<E\na", "cat <<E\n E", "cat <<-E\n  E"]) {
			expect(parseShell(script).problems).not.toEqual([]);
		}
	});

	it("several on a line keep their order", () => {
		const { commands, problems } = parseShell("cat <<A; cat <<B\na\nA\nb\nB\nls");
		expect(problems).toEqual([]);
		expect(commands.map(({ redirects }) => redirects[0]?.target)).toEqual(["a\n", "b\n", undefined]);
	});
});

it("says at most eight problems, each once", () => {
	expect(parseShell("\u0007 (").problems.length).toBeLessThanOrEqual(8);
	expect(new Set(parseShell("( ( (").problems).size).toBe(parseShell("( ( (").problems.length);
});

it("finds the only command", () => {
	expect(onlyCommand(parseShell("ls a"))?.words).toHaveLength(2);
	for (const script of ["", "a; b", "a > f", "x=1 a", "a &", "a $(b)", "a ("])
		expect(onlyCommand(parseShell(script))).toBeUndefined();
});
