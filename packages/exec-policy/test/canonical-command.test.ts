import { expect, it } from "vitest";
import { canonicalCommand } from "../src/canonical-command.ts";

const key = canonicalCommand;

it("is the same for the same program and words, with and without a shell", () => {
	const expected = key(["npm", "run", "a b"]);
	expect(key(["bash", "-lc", "npm run 'a b'"])).toBe(expected);
	expect(key(["/bin/bash", "-c", '  npm "run" a\\ b\n'])).toBe(expected);
	expect(key(["sh", "-c", "npm run 'a b'"])).toBe(expected);
	expect(key(["bash", "-c", "bash -c \"npm run 'a b'\""])).toBe(expected);
	expect(key(["zsh", "-lc", "npm run 'a b'"])).toBe(expected);
});

it("differs where another thing may run", () => {
	const keys = [
		key(["ls", "a b"]),
		key(["ls", "a", "b"]),
		key(["ls a b"]),
		key(["./ls", "a", "b"]),
		key(["bash", "-lc", "ls a b > f"]),
		key(["bash", "-lc", "ls a b &"]),
		key(["bash", "-lc", "x=1 ls a b"]),
		key(["bash", "-lc", "ls a $b"]),
		key(["bash", "-lc", "ls a b*"]),
		key(["bash", "-lc", "ls a; ls b"]),
		key(["bash", "-lc", "(ls a b)"]),
		key(["bash", "-lc", "time ls a b"]),
		key(["bash", "-lc", "ls a b # x"]),
		key(["bash", "-lc", "ls a b <<E\nE"]),
		key(["bash", "-lc", "ls 'a"]),
		key(["bash", "-ic", "ls a b"]),
		key(["./bash", "-c", "ls a b"]),
		key(["bash", "-c", "ls a b", "zero"]),
		key(["bash", "-c", "cd a"]),
		key(["cd", "a"]),
		key(["bash", "-c", "eval ls a b"]),
		key(["zsh", "-c", "ls =a"]),
		key(["bash", "-c", "ls =a"]),
		key(["bash", "-c", ""]),
		key(["bash"]),
		key([]),
		key([""]),
	];
	expect(new Set(keys).size).toBe(keys.length);
});

it("keeps the shell and the text of a script", () => {
	expect(key(["bash", "-lc", "a; b"])).toBe(key(["/usr/bin/bash", "-c", "a; b"]));
	expect(key(["bash", "-lc", "a; b"])).not.toBe(key(["zsh", "-lc", "a; b"]));
	expect(key(["bash", "-lc", "a; b"])).not.toBe(key(["bash", "-lc", "a;  b"]));
	expect(key(["bash", "-lc", "a; b"])).not.toBe(key(["script", "bash", "a; b"]));
});
