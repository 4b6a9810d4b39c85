// The known holes of other agents that a reading of commands can close, by their number in the list of users' holes.
// The rest of a hole (paths, folders, environment) is closed where files are written and processes are started.

import { describe, expect, it } from "vitest";
import { decideCommand } from "../src/decide.ts";
import { explainDecision } from "../src/explain.ts";
import { isAtLeast } from "../src/verdict.ts";
import { rulesOf } from "./rules-of.ts";

const rules = rulesOf(
	'prefix_rule(pattern=[["echo", "cat", "npm", "git"]])\nprefix_rule(pattern=["deny"], decision="forbidden")',
);
const verdictOf = (script: string): string => decideCommand({ script }, rules).verdict;
const isLetThrough = (script: string): boolean => !isAtLeast(decideCommand({ script }, rules).verdict, "ask");

describe("hole 16: names with shell syntax", () => {
	it.each(["a;touch x", "a$(touch x)", "a`touch x`", "a\ntouch x", "a|touch x", "a&touch x"])(
		"%j in a word",
		(name) => {
			// As a word it is only a name; pasted into a script it is a command, which is seen.
			expect(decideCommand({ argv: ["git", "log", name] }, rules).verdict).toBe("allow");
			expect(isLetThrough(`git log ${name}`)).toBe(false);
			expect(isLetThrough(`git log '${name}'`)).toBe(true);
		},
	);

	it.each(["a\u202eb", "a\u200bb", "a\u2066b", "a\u0007b"])("with characters that cannot be seen: %j", (name) => {
		expect(verdictOf(`git log '${name}'`)).toBe("prompt");
	});
});

describe("hole 17: git runs helpers that its configuration chooses", () => {
	it.each([
		"git -c core.fsmonitor=./x status",
		"git -c diff.external=./x diff",
		"git --config-env=core.pager=X log",
		"git --exec-path=. status",
		"git diff --ext-diff",
		"git log -p --textconv",
	])("%s", (script) => {
		expect(decideCommand({ script }).verdict).toBe("ask");
	});
});

describe("hole 18: git in another folder", () => {
	it.each([
		"cd sub && git status",
		"cd sub; ls; git log",
		"git -C sub status",
		"git --git-dir=sub/.git status",
		"(cd x; git diff)",
	])("%s", (script) => {
		expect(decideCommand({ script }).verdict).toBe("ask");
	});
});

describe("hole 19: a program with a path is not the known one", () => {
	it.each(["./cat f", "/tmp/cat f", "bin/cat f", "../cat f", "/bin/cat f", "./npm test"])("%s", (script) => {
		expect(verdictOf(script)).toBe("ask");
	});

	it.each(["./deny", "/usr/bin/deny x"])("but %s is the forbidden one", (script) => {
		expect(verdictOf(script)).toBe("forbidden");
	});
});

describe("hole 20: an allowed echo allows nothing else", () => {
	it.each(['echo "\\"; touch x; echo \\""', "echo 'a; touch x'", 'echo "a && touch x"'])("%s only prints", (script) => {
		expect(isLetThrough(script)).toBe(true);
		expect(decideCommand({ script }, rules).commands).toHaveLength(1);
	});

	it.each([
		'echo ""; touch x; echo ""',
		'echo "a" && touch x',
		"echo a\ntouch x",
		'echo "$(touch x)"',
		'echo "`touch x`"',
	])("%s is seen", (script) => {
		expect(verdictOf(script)).toBe("ask");
	});
});

describe("hole 21: every command of a compound form is judged", () => {
	const forms = [
		..."deny,cat && deny,deny && cat,cat || deny,cat; deny,cat & deny,! deny,time deny,(deny),{ deny; }".split(","),
		"cat | deny",
		"cat |& deny",
		"cat\ndeny",
		"cat\n\n deny",
		"if cat; then deny; fi",
		"while cat; do deny; done",
		"for x in a; do deny; done",
		"case a in *) deny;; esac",
		"f() { deny; }; f",
		"function f { deny; }",
		"coproc deny",
		"echo $(deny)",
		"echo `deny`",
		'echo "$(deny)"',
		"cat <(deny)",
		"cat > >(deny)",
		"cat <<E\n$(deny)\nE",
		"cat <<E && deny\nE",
		"cat <<< $(deny)",
		"x=$(deny) cat",
		"x=1 deny",
		"cat # comment\ndeny",
		"cat \\\n&& deny",
		"bash -c deny",
		"eval deny",
		"[[ $(deny) ]]",
		`echo \${x:-$(deny)}`,
		"echo $(( $(deny) ))",
	];

	it.each(forms)("%j", (script) => {
		expect(verdictOf(script)).toBe("forbidden");
	});

	it.each(["cat\rdeny", "cat\u0000deny", "cat\u00a0deny", "cat\u2003deny", "cat;\u3000deny", "cat\u2028deny"])(
		"%j is asked about",
		(script) => {
			expect(isAtLeast(decideCommand({ script }, rules).verdict, "prompt")).toBe(true);
		},
	);

	it("an alias is no way around", () => {
		expect(isLetThrough("alias cat='touch x'; cat")).toBe(false);
		expect(isLetThrough("shopt -s expand_aliases\nalias cat=deny\ncat")).toBe(false);
	});
});

describe("hole 23: nothing free that poisons what follows", () => {
	it.each([
		"export PATH=/tmp/evil:$PATH; npm test",
		"export PATH=/tmp/evil && npm test",
		"declare -x LD_PRELOAD=/tmp/x.so; npm test",
		"typeset GIT_SSH_COMMAND=x; git fetch",
		"readonly PAGER=x; git log",
		"local a=1; npm test",
		"PATH=/tmp/evil; npm test",
		"PATH=/tmp/evil npm test",
		"LD_PRELOAD=/tmp/x.so npm test",
		"GIT_SSH_COMMAND=x git fetch",
		"PAGER=x git log",
		"env PAGER=x git log",
		"IFS=/ npm test",
		"BASH_ENV=x bash -c 'npm test'",
		"set -- a; npm test",
		"shopt -s nullglob; npm test",
		"hash -p /tmp/evil npm; npm test",
		"enable -f /tmp/x.so cat; cat f",
		"read PATH; npm test",
		"printf -v PATH /tmp/evil; npm test",
		"for PATH in /tmp/evil; do npm test; done",
		"npm() { touch x; }; npm test",
		"unset PATH; npm test",
		"trap 'touch x' DEBUG; npm test",
	])("%s", (script) => {
		expect(isLetThrough(script)).toBe(false);
	});
});

describe("hole 24: a word that is not literal is never provably safe", () => {
	it.each([
		`echo \${v@P}`,
		`echo \${v:=x}`,
		`echo \${!v}`,
		`echo \${v:-$(echo a)}`,
		`echo "\${v}"`,
		"echo $v",
		"echo $(echo $(echo a))",
		"echo `echo a`",
		"echo $((v))",
		"echo $[v]",
		"echo $'\\x41'",
		'echo $"a"',
		"echo {a,b}",
		"echo {1..3}",
		"echo <(cat)",
	])("%s", (script) => {
		expect(decideCommand({ script }).verdict).toBe("ask");
		expect(isLetThrough(script)).toBe(false);
	});
});

describe("hole 25: blanks are what the shell takes for blanks", () => {
	it("a carriage return belongs to the word", () => {
		const { commands } = decideCommand({ script: "cat\rf" }, rules);
		expect(commands[0]?.argv).toBeUndefined();
		expect(verdictOf("cat f\r\n")).toBe("prompt");
	});
	// The rest of this hole is test/differential.test.ts.
});

describe("hole 26: flags of programs that only read until they do not", () => {
	it.each([
		"sed -n '1w /tmp/x' f",
		"sed -n 1e f",
		"sed 's/a/b/e' f",
		"sort --compress-program=sh f",
		"sort -o f f",
		"find . -exec sh {} +",
		"find . -fprintf f %p",
		"rg --pre sh x",
		"rg --pre=sh x",
		"git -c alias.x='!sh' x",
		"git grep -Osh x",
		"tar --checkpoint=1 --checkpoint-action=exec=sh -xf f",
		"tar -I sh -xf f",
		"man -P sh ls",
		"man --html=sh ls",
		"xargs sh",
		"base64 -o f g",
		"uniq a b",
		"git diff --output=f",
		"git branch -D x",
	])("%s", (script) => {
		expect(isAtLeast(decideCommand({ script }).verdict, "ask")).toBe(true);
	});
});

describe("hole 27: a redirection is a write", () => {
	it.each([
		["echo x >> ~/.bashrc", undefined],
		["echo x > .git/hooks/pre-commit", ".git/hooks/pre-commit"],
		["echo x >| a", "a"],
		["echo x &> 'a b'", "a b"],
		["echo x >& a", "a"],
		["echo x 2> a", "a"],
		["echo x <> a", "a"],
		["echo x {fd}> a", "a"],
		["{ echo x; } > a", "a"],
		["> a", "a"],
		["bash -c 'echo x > a'", "a"],
		["echo x > $HOME/.bashrc", undefined],
	] as const)("%s", (script, file) => {
		const decision = decideCommand({ script }, rules);
		expect(decision.verdict).toBe("ask");
		expect(decision.writes).toEqual([file]);
	});

	it("but not to where nothing is kept", () => {
		const decision = decideCommand({ script: "cat f 2>/dev/null >/dev/stdout 2>&1" }, rules);
		expect(decision).toMatchObject({ verdict: "allow", writes: [] });
	});
});

it("40: what reaches the network is not known to be harmless", () => {
	for (const script of [
		"ping a.example.org",
		"dig x.example.org",
		"getent hosts x",
		"host x",
		"nslookup x",
		"curl x",
		"nc a 1",
	]) {
		expect(isAtLeast(decideCommand({ script }).verdict, "ask")).toBe(true);
	}
	expect(decideCommand({ script: "cat < /dev/tcp/example.org/80" }).verdict).toBe("dangerous");
});

it("54: the end of a long command is shown", () => {
	const script = `echo ${"a ".repeat(3000)}\n\n\n\nrm -rf ~`;
	const text = explainDecision(decideCommand({ script })).join("\n");
	expect(text).toContain("`rm -rf ~`: dangerous");
	expect(text.length).toBeLessThan(2000);
});
