import { chmodSync, mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { findProgram } from "../../../src/tools/find-program.ts";
import { displayCommand, toArgv } from "../../../src/tools/shell/command-line.ts";
import { searchPath, temporaryFolder } from "../tool-context.ts";

describe("toArgv", () => {
	const env = { PATH: searchPath };
	it("runs a script under bash, without the profile", () => {
		expect(toArgv("echo $HOME | cat", env)).toEqual(["bash", "-c", "echo $HOME | cat"]);
	});
	it("takes sh where there is no bash", () => {
		expect(toArgv("echo", { PATH: "/no/such/folder" })).toEqual(["sh", "-c", "echo"]);
	});
	it("leaves words alone", () => {
		expect(toArgv(["ls", "-l", "a b"], env)).toEqual(["ls", "-l", "a b"]);
		expect(toArgv(["/opt/my tool"], env)).toEqual(["/opt/my tool"]);
	});
	it("puts right a list inside a string and a script inside a list", () => {
		expect(toArgv('["ls", "-l"]', env)).toEqual(["ls", "-l"]);
		expect(toArgv('["ls", 1]', env)).toEqual(["bash", "-c", '["ls", 1]']);
		expect(toArgv('["broken', env)).toEqual(["bash", "-c", '["broken']);
		expect(toArgv(["ls -l | wc"], env)).toEqual(["bash", "-c", "ls -l | wc"]);
	});
});

describe("displayCommand", () => {
	it.each([
		[["bash", "-lc", "ls | wc"], "ls | wc"],
		[["/bin/sh", "-c", "ls"], "ls"],
		[["bash", "-c", "ls", "x"], "bash -c ls x"],
		[["git", "commit", "-m", "it's done"], `git commit -m 'it'\\''s done'`],
		[["echo", ""], "echo ''"],
	])("%j", (argv, shown) => {
		expect(displayCommand(argv)).toBe(shown);
	});
});

describe("findProgram", () => {
	function program(folder: string, name: string, mode = 0o755): string {
		mkdirSync(folder, { recursive: true });
		writeFileSync(join(folder, name), "#!/bin/sh\n");
		chmodSync(join(folder, name), mode);
		return join(folder, name);
	}
	it("takes the first executable file and passes over everything else", () => {
		const folder = temporaryFolder();
		mkdirSync(join(folder, "a", "tool"), { recursive: true });
		program(join(folder, "b"), "tool", 0o644);
		const wanted = program(join(folder, "c"), "tool");
		const path = ["relative", "", ...["a", "b", "c"].map((name) => join(folder, name))].join(":");
		expect(findProgram({ name: "tool", searchPath: path })).toBe(wanted);
		expect(findProgram({ name: "other-tool", searchPath: path })).toBeUndefined();
	});
	it("takes none of a repository, also not through a link, but those of the system", () => {
		const folder = temporaryFolder();
		const inside = join(folder, "repository", "bin");
		program(inside, "grep");
		expect(findProgram({ name: "grep", searchPath: inside })).toBe(join(inside, "grep"));
		const notBelow = join(folder, "repository");
		expect(findProgram({ name: "grep", searchPath: inside, notBelow })).toBeUndefined();
		expect(findProgram({ name: "grep", searchPath: `${inside}:/usr/bin`, notBelow })).toBe("/usr/bin/grep");
		expect(findProgram({ name: "grep", searchPath: "/usr/bin", notBelow: "/" })).toBe("/usr/bin/grep");
	});
});
