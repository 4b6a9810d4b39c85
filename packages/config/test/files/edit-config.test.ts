import { mkdirSync, readFileSync, statSync, symlinkSync, writeFileSync } from "node:fs";
import path from "node:path";
import { expect, it } from "vitest";
import { editConfig, type Paths, resolvePaths } from "../../src/index.ts";
import { makeTempFolder } from "../temp-home.ts";

const docs = ["mcp_servers", "docs"];

function home(): Paths {
	const homedir = makeTempFolder();
	const resolved = resolvePaths({ env: {}, homedir, cwd: homedir });
	if (resolved.kind === "error") throw new Error(resolved.message);
	return resolved.paths;
}

it("makes the file, private, and removes from it", async () => {
	const paths = home();
	expect(await editConfig(paths, { path: docs, table: { command: "x" } })).toEqual({
		kind: "written",
		file: paths.config,
	});
	expect(readFileSync(paths.config, "utf8")).toBe('[mcp_servers.docs]\ncommand = "x"\n');
	expect(statSync(paths.config).mode & 0o777).toBe(0o600);
	expect(await editConfig(paths, { path: docs })).toMatchObject({ kind: "written" });
	expect(await editConfig(paths, { path: docs })).toEqual({ kind: "absent" });
});

it("takes a file of the legacy home along and leaves it as it is", async () => {
	const paths = home();
	mkdirSync(paths.legacyHome);
	writeFileSync(path.join(paths.legacyHome, "config.toml"), 'model = "m"\n');
	await editConfig(paths, { path: docs, table: { command: "x" } });
	expect(readFileSync(paths.config, "utf8")).toBe('model = "m"\n\n[mcp_servers.docs]\ncommand = "x"\n');
	expect(readFileSync(path.join(paths.legacyHome, "config.toml"), "utf8")).toBe('model = "m"\n');
});

it("refuses with a sentence what it cannot edit, and does not follow a link", async () => {
	const paths = home();
	mkdirSync(paths.home);
	writeFileSync(paths.config, "mcp_servers = {}\n");
	expect(await editConfig(paths, { path: docs, table: { command: "x" } })).toMatchObject({
		kind: "refused",
		message: expect.stringContaining(`${paths.config} is written in a way`),
	});
	const other = home();
	mkdirSync(other.home);
	mkdirSync(path.join(other.home, "dir"));
	symlinkSync(paths.config, other.config);
	await expect(editConfig(other, { path: ["tui"], table: {} })).rejects.toMatchObject({ code: "not_a_plain_file" });
});

it("edits of several at once are all kept", async () => {
	const paths = home();
	await Promise.all(
		["a", "b", "c", "d"].map((name) => editConfig(paths, { path: ["mcp_servers", name], table: { command: name } })),
	);
	for (const name of ["a", "b", "c", "d"])
		expect(readFileSync(paths.config, "utf8")).toContain(`[mcp_servers.${name}]`);
});
