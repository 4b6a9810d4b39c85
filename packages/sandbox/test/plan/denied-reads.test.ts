// Denied reads on a real disk: which files a glob finds, and that a walk is bounded.

import { mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { findDeniedReads } from "../../src/index.ts";

let root = "";
beforeEach(() => {
	root = realpathSync(mkdtempSync(join(tmpdir(), "denied-")));
	for (const path of [".env", "a/.env", "a/b/.env.local", "a/key.pem", "secrets/x/y", "home/.ssh/id"]) {
		mkdirSync(dirname(join(root, path)), { recursive: true });
		writeFileSync(join(root, path), "x");
	}
	symlinkSync("a", join(root, "link"));
});
afterEach(() => rmSync(root, { recursive: true, force: true }));

const find = async (...globs: string[]): Promise<readonly string[]> =>
	(await findDeniedReads({ globs, folders: [root], home: join(root, "home") }))
		.map(({ path }) => path.slice(root.length + 1))
		.toSorted();

describe("findDeniedReads", () => {
	it.each([
		[["**/.env"], [".env", "a/.env"]],
		[["**/.env*"], [".env", "a/.env", "a/b/.env.local"]],
		[["*/*.pem"], ["a/key.pem"]],
		[["*.pem"], []],
		[["secrets"], ["secrets"]],
		[["secrets/**"], ["secrets/x"]],
		[["{secrets,a}/*"], ["a/.env", "a/b", "a/key.pem", "secrets/x"]],
		[["~/.ssh"], ["home/.ssh"]],
		[["a/key.pe?"], ["a/key.pem"]],
		[["li*"], ["link"]],
	] as const)("%j finds %j", async (globs, paths) => {
		expect(await find(...globs)).toEqual(paths);
	});

	it("takes absolute globs, and none of a home that nobody has", async () => {
		expect(await find(`${root}/a/*.pem`)).toEqual(["a/key.pem"]);
		expect(await findDeniedReads({ globs: ["~/.ssh"], folders: [root], home: "" })).toEqual([]);
	});

	it("throws rather than deny a part", async () => {
		await expect(findDeniedReads({ globs: ["**/x"], folders: [root], home: "", maxEntries: 3 })).rejects.toMatchObject({
			code: "denied_reads",
		});
		await expect(find("")).rejects.toMatchObject({ code: "denied_reads" });
		await expect(find(`{${"a,".repeat(100)}b}`)).rejects.toThrow("too many alternatives");
	});
});
