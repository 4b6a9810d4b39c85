import { chmodSync, linkSync, mkdirSync, renameSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { join } from "node:path";
import { afterEach, describe, expect, it } from "vitest";
import {
	closeFolder,
	isUnsafe,
	linkTarget,
	lookAt,
	namesIn,
	type OpenFolder,
	openFolder,
	openRoot,
	readFileIn,
	stepKind,
} from "../../src/trust/read-inside.ts";
import { settingsFile, snapshotLimits, takeSnapshot } from "../../src/trust/snapshot.ts";
import { makePipe } from "../temp-home.ts";
import { createRepository } from "./temp-repository.ts";

const realKind = stepKind();
afterEach(() => {
	stepKind(realKind);
});

async function filesOf(root: string): Promise<readonly string[]> {
	const snapshot = await takeSnapshot(root);
	if (isUnsafe(snapshot)) throw new Error(JSON.stringify(snapshot));
	return [...snapshot.files.keys()];
}

async function hashOf(root: string): Promise<string> {
	const snapshot = await takeSnapshot(root);
	if (isUnsafe(snapshot)) throw new Error(JSON.stringify(snapshot));
	return snapshot.hash;
}

const kinds = realKind === "descriptor" ? (["descriptor", "path"] as const) : (["path"] as const);

describe.each(kinds)("a snapshot, steps by %s", (kind) => {
	it("holds what could take effect, and nothing else", async () => {
		stepKind(kind);
		const { root } = createRepository({
			".code/config.toml": 'model = "m"\n',
			".code/rules/a.rules": "a",
			".code/rules/deep/er/b.rules": "b",
			".code/prompts/p.md": "p",
			".code/hooks.json": "{}",
			".code/hooks/run.sh": "h",
			".code/agents/working-file": "changes all the time",
			".codex/config.toml": "",
			".codex/skills/s/SKILL.md": "s",
			"AGENTS.md": "text",
			".env": "A=1",
		});
		expect(await filesOf(root)).toEqual([
			".code/config.toml",
			".code/hooks.json",
			".code/hooks/run.sh",
			".code/prompts/p.md",
			".code/rules/a.rules",
			".code/rules/deep/er/b.rules",
			".codex/config.toml",
			".codex/skills/s/SKILL.md",
		]);
		const snapshot = await takeSnapshot(root);
		if (isUnsafe(snapshot)) throw new Error(snapshot.reason);
		expect(settingsFile(snapshot.files)?.text).toBe('model = "m"\n');
		rmSync(join(root, ".code/config.toml"));
		const without = await takeSnapshot(root);
		expect(isUnsafe(without) ? "" : settingsFile(without.files)?.path).toBe(".codex/config.toml");
	});

	it("has a hash of names and bytes", async () => {
		stepKind(kind);
		const { root, write } = createRepository({ ".code/config.toml": "a = 1\n", ".code/rules/r": "x" });
		const first = await hashOf(root);
		expect(await hashOf(root)).toBe(first);
		write(".code/rules/r", "y");
		expect(await hashOf(root)).not.toBe(first);
		write(".code/rules/r", "x");
		expect(await hashOf(root)).toBe(first);
		renameSync(join(root, ".code/rules/r"), join(root, ".code/rules/q"));
		expect(await hashOf(root)).not.toBe(first);
		renameSync(join(root, ".code/rules/q"), join(root, ".code/rules/r"));
		write(".code/other", "no matter");
		expect(await hashOf(root)).toBe(first);
	});

	const refusals: readonly [
		name: string,
		make: (repository: ReturnType<typeof createRepository>) => void,
		path: string,
		reason: string,
	][] = [
		[
			"a linked file",
			(r) => void r.link(".code/config.toml", "/etc/passwd"),
			".code/config.toml",
			"is a symbolic link",
		],
		["a dangling link", (r) => void r.link(".code/config.toml", "gone"), ".code/config.toml", "is a symbolic link"],
		["a linked folder", (r) => void r.link(".code", "/etc"), ".code", "is a symbolic link"],
		["a link to a folder of its own", (r) => void r.link(".codex", ".git"), ".codex", "is a symbolic link"],
		[
			"a link deep inside",
			(r) => void r.link(".code/rules/a/b", "/etc/passwd"),
			".code/rules/a/b",
			"is a symbolic link",
		],
		["a linked inner folder", (r) => void r.link(".code/rules", "../src"), ".code/rules", "is a symbolic link"],
		[
			"a pipe for a file",
			(r) => {
				mkdirSync(join(r.root, ".code"));
				makePipe(join(r.root, ".code/config.toml"));
			},
			".code/config.toml",
			"is a pipe, a socket or a device",
		],
		[
			"a pipe among rules",
			(r) => {
				mkdirSync(join(r.root, ".code/rules"), { recursive: true });
				makePipe(join(r.root, ".code/rules/x"));
			},
			".code/rules/x",
			"is a pipe, a socket or a device",
		],
		["a file for the folder", (r) => void r.write(".code", "x"), ".code", "is a file, not a folder"],
		[
			"a folder for the file",
			(r) => void r.write(".code/config.toml/x", ""),
			".code/config.toml",
			"is a folder, not a file",
		],
		[
			"a huge file",
			(r) => void r.write(".code/rules/x", new Uint8Array(snapshotLimits.fileBytes + 1)),
			".code/rules/x",
			"is larger than 1024 KiB",
		],
		[
			"too many files",
			(r) => {
				for (let index = 0; index <= snapshotLimits.files; index += 1) r.write(`.code/rules/${1000 + index}`, "");
			},
			".code/rules/1512",
			"is one file more than the 512 allowed",
		],
		[
			"too much in all",
			(r) => {
				for (let index = 0; index < 17; index += 1) r.write(`.code/rules/${10 + index}`, new Uint8Array(1_048_576));
			},
			".code/rules/26",
			"brings all files together above 16 MiB",
		],
		[
			"too deep a tree",
			(r) => void r.write(`.code/rules/${"d/".repeat(snapshotLimits.depth)}x`, ""),
			`.code/rules${"/d".repeat(snapshotLimits.depth)}`,
			"is more than 8 folders deep",
		],
		[
			"too many names",
			(r) => {
				const first = r.write(".code/rules/d/x", "");
				for (let index = 0; index < snapshotLimits.names; index += 1) linkSync(first, `${first}${index}`);
			},
			".code/rules/d",
			"holds more than 4096 names",
		],
		["another case", (r) => void r.write(".Code/config.toml", ""), ".Code", "is spelled almost like `.code`"],
		["another case inside", (r) => void r.write(".code/CONFIG.toml", ""), ".code/CONFIG.toml", "almost like"],
		["a long s", (r) => void r.write(".code/rule\u017f/x", ""), ".code/rule\u017f", "is spelled almost like `rules`"],
		["an invisible character", (r) => void r.write(".co\u200cdex/x", ""), ".co\u200cdex", "almost like `.codex`"],
		["a trailing dot", (r) => void r.write(".code/hooks./x", ""), ".code/hooks.", "almost like `hooks`"],
	];

	it.each(refusals)("is refused for %s", async (_, make, path, reason) => {
		stepKind(kind);
		const repository = createRepository();
		make(repository);
		// A variant alone is not read anywhere; it is refused beside the real folder.
		if (path === ".Code" || path.startsWith(".co\u200c")) repository.write(".code/config.toml", "");
		const result = await takeSnapshot(repository.root);
		expect(result).toMatchObject({ kind: "unsafe", path });
		expect(isUnsafe(result) ? result.reason : "").toContain(reason);
	});

	it("takes hard links as the files that they are", async () => {
		stepKind(kind);
		const { root, write } = createRepository({ ".code/config.toml": "a" });
		linkSync(write("elsewhere", "b"), join(root, ".code/hooks.json"));
		expect(await filesOf(root)).toEqual([".code/config.toml", ".code/hooks.json"]);
	});

	it("keeps no text of what is no text", async () => {
		stepKind(kind);
		const { root, write } = createRepository();
		write(".code/skills/logo.png", new Uint8Array([0x89, 0xff, 0xfe, 0x00]));
		const snapshot = await takeSnapshot(root);
		if (isUnsafe(snapshot)) throw new Error(snapshot.reason);
		expect(snapshot.files.get(".code/skills/logo.png")).toMatchObject({ size: 4 });
		expect(snapshot.files.get(".code/skills/logo.png")).not.toHaveProperty("text");
	});

	it("notices what was replaced between a look and its opening", () => {
		stepKind(kind);
		const { root } = createRepository({ "a/file": "1", "outside/file": "secret", other: "22" });
		const open = (result: ReturnType<typeof openRoot>): OpenFolder => {
			if (isUnsafe(result)) throw new Error(result.reason);
			return result;
		};
		const folder = open(openRoot(root));
		const seen = lookAt(folder, "a");
		if (seen.kind !== "folder") throw new Error(seen.kind);
		const inner = open(openFolder(folder, "a", seen.stat));
		const file = lookAt(inner, "file");
		if (file.kind !== "file") throw new Error(file.kind);
		renameSync(join(root, "a"), join(root, "b"));
		symlinkSync("outside", join(root, "a"));
		expect(isUnsafe(openFolder(folder, "a", seen.stat))).toBe(true);
		// By descriptor the step still leads into the folder that was opened; by path it is seen to lead elsewhere.
		const bytes = readFileIn(inner, "file", file.stat, 10);
		if (kind === "descriptor") expect(bytes).toEqual(new TextEncoder().encode("1"));
		else expect(bytes).toMatchObject({ kind: "unsafe", reason: "was replaced while it was read" });
		rmSync(join(root, "a"));
		mkdirSync(join(root, "a"));
		expect(openFolder(folder, "a", seen.stat)).toMatchObject({ reason: "was replaced while it was read" });
		const other = lookAt(folder, "other");
		if (other.kind !== "file") throw new Error(other.kind);
		expect(readFileIn(folder, "other", file.stat, 10)).toMatchObject({ reason: "was replaced while it was read" });
		writeFileSync(join(root, "other"), "longer than it was");
		expect(readFileIn(folder, "other", other.stat, 100)).toMatchObject({ reason: "was changed while it was read" });
		rmSync(join(root, "other"));
		expect(readFileIn(folder, "other", other.stat, 100)).toMatchObject({ reason: "vanished while it was read" });
		expect(linkTarget(folder, "other")).toMatchObject({ kind: "unsafe" });
		closeFolder(inner);
		closeFolder(folder);
		expect(namesIn({ ...folder, real: join(root, "gone"), descriptor: 999_999 }, 10)).toMatchObject({ kind: "unsafe" });
	});
});

describe("scripts that settings name", () => {
	it("belong to what is trusted, wherever in the repository they are", async () => {
		const { root, write } = createRepository({
			".code/config.toml": `
				[mcp_servers.docs]
				command = "./tools/server.sh"
				args = ["--env-file", ".env", "data.json", "no-such-file", "../outside", "/etc/passwd", "tools"]
				[mcp_servers.inner]
				command = "node"
				args = ["main.js"]
				cwd = "packages/inner"
				[[hooks.before]]
				command = "bash -c 'tools/hook.sh --fast' && ./tools/second.sh"
			`,
			"tools/server.sh": "s",
			"tools/hook.sh": "h",
			"tools/second.sh": "2",
			"tools/unnamed.sh": "u",
			"packages/inner/main.js": "m",
			"data.json": "{}",
			".env": "SECRET=1",
		});
		expect(await filesOf(root)).toEqual([
			".code/config.toml",
			".env",
			"data.json",
			"packages/inner/main.js",
			"tools/hook.sh",
			"tools/second.sh",
			"tools/server.sh",
		]);
		const snapshot = await takeSnapshot(root);
		expect(isUnsafe(snapshot) ? undefined : snapshot.files.get(".env")).not.toHaveProperty("text");
		const before = await hashOf(root);
		write("tools/unnamed.sh", "changed");
		expect(await hashOf(root)).toBe(before);
		write("tools/server.sh", "changed");
		expect(await hashOf(root)).not.toBe(before);
	});

	it("are found under absolute paths and under keys that are written in unusual ways", async () => {
		const { root, write } = createRepository({ "a.sh": "a", "b.sh": "b" });
		write(
			".code/config.toml",
			`"\\u006dcp_servers".x.command = ${JSON.stringify(join(root, "a.sh"))}\nmcp-servers.y.command = "./b.sh"\n`,
		);
		expect(await filesOf(root)).toEqual([".code/config.toml", "a.sh", "b.sh"]);
	});

	it("are followed through links inside the repository, and recorded as links", async () => {
		const { root, link } = createRepository({
			".code/config.toml": '[mcp_servers.x]\ncommand = "bin/tool"\nargs = ["via/tool", "out", "abs", "loop"]\n',
			"lib/tool": "t",
		});
		link("bin/tool", "../lib/tool");
		link("via", "lib");
		link("out", "../elsewhere");
		link("abs", "/etc/passwd");
		expect(await filesOf(root)).toEqual([".code/config.toml", "abs", "bin/tool", "lib/tool", "out", "via"]);
		const snapshot = await takeSnapshot(root);
		if (isUnsafe(snapshot)) throw new Error(snapshot.reason);
		expect(snapshot.files.get("out")).toMatchObject({ kind: "link", text: "-> ../elsewhere" });
		link("loop", "loop");
		expect(await takeSnapshot(root)).toMatchObject({ path: "loop", reason: "is a symbolic link that leads to itself" });
	});

	it("cannot be too many or too large", async () => {
		const many = Array.from({ length: 1100 }, (_, index) => `"f${index}"`).join(",");
		const { root, write } = createRepository({
			".code/config.toml": `[mcp_servers.x]\ncommand = "x"\nargs = [${many}]\n`,
		});
		expect(await takeSnapshot(root)).toMatchObject({ reason: "names too many programs and arguments" });
		write(".code/config.toml", '[mcp_servers.x]\ncommand = "./big"\n');
		write("big", new Uint8Array(snapshotLimits.scriptBytes + 1));
		expect(await takeSnapshot(root)).toMatchObject({ path: "big", reason: "is larger than 8192 KiB" });
	});

	it("are found in JSON, too", async () => {
		const { root, write } = createRepository({
			".codex/mcp.json": '{"servers": {"x": {"command": "./run.sh", "cwd": "deep/er", "on": true, "n": null}}}',
			".code/hooks.json": '{"before": [{"run": ["bash", "hook.sh"]}]}',
			"run.sh": "1",
			"deep/er/run.sh": "2",
			"hook.sh": "3",
		});
		const named = [".code/hooks.json", ".codex/mcp.json", "deep/er/run.sh", "hook.sh", "run.sh"];
		expect(await filesOf(root)).toEqual(named);
		write(".code/hooks.json", "not JSON: hook.sh");
		expect(await filesOf(root)).not.toContain("hook.sh");
		write(".code/hooks.json", `${"[".repeat(100)}"hook.sh"${"]".repeat(100)}`);
		expect(await filesOf(root)).not.toContain("hook.sh");
	});

	it("are none in what is not TOML", async () => {
		const { root } = createRepository({ ".code/config.toml": '[mcp_servers.x\ncommand = "./a"', a: "x" });
		expect(await filesOf(root)).toEqual([".code/config.toml"]);
	});
});

describe("what the system refuses", () => {
	it("is a reason", async () => {
		const { root } = createRepository({ ".code/config.toml": "x" });
		expect(await takeSnapshot(join(root, "gone"))).toMatchObject({ kind: "unsafe", path: "" });
		const server = createServer();
		const path = join(root, ".code/hooks.json");
		await new Promise<void>((resolve) => server.listen(path, resolve));
		expect(await takeSnapshot(root)).toMatchObject({
			path: ".code/hooks.json",
			reason: "is a pipe, a socket or a device",
		});
		await new Promise((resolve) => server.close(resolve));
	});

	// Root may read everything.
	if (process.getuid?.() !== 0) {
		it("includes files that may not be read", async () => {
			const { root, write } = createRepository();
			chmodSync(write(".code/config.toml", "x"), 0);
			expect(await takeSnapshot(root)).toMatchObject({ reason: "cannot be read (permission denied)" });
		});
	}
});
