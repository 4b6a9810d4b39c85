import { mkdirSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { findRepository, hasSettingsFolder, isOwnFolder, nameExists, realPath } from "../../src/trust/repository.ts";
import { createTempHome } from "../temp-home.ts";
import { createRepository } from "./temp-repository.ts";

describe("findRepository", () => {
	it("goes up from a sub-folder to the nearest `.git`, a folder or a file", () => {
		const { root } = createRepository({ "a/b/c.txt": "" });
		expect(findRepository(join(root, "a/b"))).toBe(root);
		expect(findRepository(root)).toBe(root);
		mkdirSync(join(root, "a/inner/deep"), { recursive: true });
		writeFileSync(join(root, "a/inner/.git"), "gitdir: ../../.git/modules/inner\n");
		expect(findRepository(join(root, "a/inner/deep"))).toBe(join(root, "a/inner"));
	});

	it("is the real path when the working directory is reached through a link", () => {
		const { root, home } = createRepository({ "sub/x": "" });
		symlinkSync(join(root, "sub"), join(home.root, "link"));
		expect(findRepository(join(home.root, "link"))).toBe(root);
	});

	it("is nothing without a repository and for a folder that is gone", () => {
		const { root } = createTempHome();
		expect(findRepository(root)).toBeUndefined();
		expect(findRepository(join(root, "gone"))).toBeUndefined();
	});
});

describe("the user's own folders", () => {
	it("are the home folder, and what holds Code's home or the legacy home", () => {
		const home = createTempHome();
		const { root, paths } = home;
		const { root: other } = createRepository({}, home);
		expect(isOwnFolder(root, { paths, homedir: "" })).toBe(true);
		expect(isOwnFolder(other, { paths, homedir: root })).toBe(false);
		expect(isOwnFolder(other, { paths, homedir: other })).toBe(true);
		expect(isOwnFolder(other, { paths: { ...paths, legacyHome: join(other, ".codex") }, homedir: "" })).toBe(true);
		expect(isOwnFolder(other, { paths: { ...paths, home: join(other, ".code") }, homedir: "" })).toBe(true);
	});
});

it("sees settings folders be they links or files, and survives what cannot be searched", () => {
	const { root, link } = createRepository();
	expect(hasSettingsFolder(root)).toBe(false);
	link(".codex", "nowhere");
	expect(hasSettingsFolder(root)).toBe(true);
	expect(nameExists(`${root}/${"x".repeat(5000)}`)).toBe(false);
	expect(realPath(join(root, ".codex"))).toBeUndefined();
	rmSync(join(root, ".codex"));
	expect(hasSettingsFolder(root)).toBe(false);
});
