import { execFileSync } from "node:child_process";
import { mkdirSync, readFileSync, rmSync, statSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { ConfigError, trustedFolders, trustFolder, trustState, untrustFolder } from "../../src/index.ts";
import { formatStore, parseStore, readStore } from "../../src/trust/trust-store.ts";
import { createTempHome, makePipe } from "../temp-home.ts";
import { createRepository } from "./temp-repository.ts";

describe("trust", () => {
	it("is untrusted, trusted with this content, changed with a diff, trusted again, untrusted", async () => {
		const { home, root, write, state, trust } = createRepository({ ".code/config.toml": 'model = "a"\n' });
		expect(await state()).toMatchObject({ kind: "untrusted", root });
		expect(await trust(5)).toMatchObject({ kind: "trusted", root });
		expect(await state()).toMatchObject({ kind: "trusted", root, trustedAtMs: 5 });
		// users.md 4.2, 6: one byte of a trusted file asks again, with the diff.
		write(".code/config.toml", 'model = "b"\n');
		write(".code/rules/new.rules", "rule\n");
		const changed = await state();
		expect(changed).toMatchObject({
			kind: "changed",
			trustedAtMs: 5,
			files: [
				{ change: "changed", path: ".code/config.toml" },
				{ change: "added", path: ".code/rules/new.rules" },
			],
		});
		if (changed.kind !== "changed") throw new Error(changed.kind);
		expect(changed.files[0]?.diff).toContain('-model = "a"\n+model = "b"\n');
		await trust(9);
		expect(await state()).toMatchObject({ kind: "trusted", trustedAtMs: 9 });
		rmSync(join(root, ".code/rules"), { recursive: true });
		expect(await state()).toMatchObject({ kind: "changed", files: [{ change: "removed" }] });
		expect(await untrustFolder(home.paths, root)).toEqual({ kind: "untrusted", root });
		expect(await untrustFolder(home.paths, root)).toEqual({ kind: "was_not_trusted", root });
		expect(await state()).toMatchObject({ kind: "untrusted" });
	});

	it("keeps an empty folder trusted until something appears (hole 10: created after the start)", async () => {
		const { write, state, trust } = createRepository();
		await trust();
		expect(await state()).toMatchObject({ kind: "trusted" });
		write(".codex/hooks.json", "{}");
		expect(await state()).toMatchObject({ kind: "changed", files: [{ change: "added", path: ".codex/hooks.json" }] });
	});

	it("covers the script of a server (hole 7)", async () => {
		const { write, state, trust } = createRepository({
			".code/config.toml": '[mcp_servers.x]\ncommand = "./tool.sh"\n',
			"tool.sh": "echo good\n",
		});
		await trust();
		write("tool.sh", "echo evil\n");
		const changed = await state();
		expect(changed).toMatchObject({ kind: "changed", files: [{ path: "tool.sh", change: "changed" }] });
		expect(changed.kind === "changed" ? changed.files[0]?.diff : "").toContain("-echo good\n+echo evil\n");
	});

	it("trusts exactly what was shown", async () => {
		const { home, root, write, state } = createRepository({ ".code/config.toml": "a = 1\n" });
		const shown = await state();
		if (shown.kind !== "untrusted") throw new Error(shown.kind);
		write(".code/config.toml", "a = 2\n");
		const options = { hash: shown.snapshot.hash };
		expect(await trustFolder(home.paths, root, options)).toEqual({
			kind: "refused",
			root,
			reason: `the files of ${root} were changed after they were shown`,
		});
		expect(await state()).toMatchObject({ kind: "untrusted" });
		write(".code/config.toml", "a = 1\n");
		expect(await trustFolder(home.paths, root, options)).toMatchObject({ kind: "trusted" });
		expect(shown.snapshot.files.get(".code/config.toml")?.text).toBe("a = 1\n");
	});

	it("is one per real path, whatever link leads there, and not for a folder of a similar name", async () => {
		const { home, root, state, trust } = createRepository({ ".code/config.toml": "" });
		symlinkSync(root, join(home.root, "link"));
		await trustFolder(home.paths, join(home.root, "link"));
		expect(await state()).toMatchObject({ kind: "trusted" });
		expect(await trustState(home.paths, join(home.root, "link"))).toMatchObject({ kind: "trusted", root });
		const evil = createRepository({ ".code/config.toml": "" }, home, "repository-evil");
		expect(await evil.state()).toMatchObject({ kind: "untrusted" });
		await trust();
		expect(await evil.state()).toMatchObject({ kind: "untrusted" });
	});

	it("lists folders, newest first", async () => {
		const one = createRepository({}, undefined, "one");
		const two = createRepository({}, one.home, "two");
		expect(await trustedFolders(one.home.paths)).toEqual([]);
		await one.trust(1);
		await two.trust(2);
		expect(await trustedFolders(one.home.paths)).toEqual([
			{ root: two.root, trustedAtMs: 2 },
			{ root: one.root, trustedAtMs: 1 },
		]);
		rmSync(two.root, { recursive: true });
		expect(await untrustFolder(one.home.paths, two.root)).toMatchObject({ kind: "untrusted" });
	});
});

describe("what cannot be trusted", () => {
	it("has a sentence that names the file", async () => {
		const { home, root, link, state, trust } = createRepository();
		link(".code/config.toml", "/etc/passwd");
		const reason = `${join(root, ".code/config.toml")} is a symbolic link`;
		expect(await state()).toEqual({ kind: "untrustable", root, reason });
		expect(await trust()).toEqual({ kind: "refused", root, reason });
		expect(readStore(home.paths.trustFile)).toEqual({ kind: "store", folders: new Map() });
	});

	it("includes folders that are not there, files, and the home", async () => {
		const { home, root, write } = createRepository();
		const gone = join(root, "gone");
		expect(await trustState(home.paths, gone)).toEqual({
			kind: "untrustable",
			root: gone,
			reason: `${gone} does not exist`,
		});
		expect(await trustFolder(home.paths, gone)).toMatchObject({ kind: "refused", reason: `${gone} does not exist` });
		expect(await trustFolder(home.paths, write("file", ""))).toMatchObject({ kind: "refused" });
		mkdirSync(home.home, { recursive: true });
		expect(await trustFolder(home.paths, home.root)).toMatchObject({ kind: "refused" });
		const loop = join(root, "loop");
		symlinkSync(loop, loop);
		expect(await trustState(home.paths, loop)).toMatchObject({
			reason: `${loop} is a symbolic link that leads to itself`,
		});
	});
});

describe("the store", () => {
	it("is private, replaced as a whole, and survives many writers at once", async () => {
		const home = createTempHome();
		const repositories = Array.from({ length: 8 }, (_, index) => createRepository({}, home, `r${index}`));
		await Promise.all(repositories.map(async (repository) => await repository.trust()));
		expect(await trustedFolders(home.paths)).toHaveLength(8);
		expect(statSync(home.paths.trustFile).mode & 0o777).toBe(0o600);
	});

	it("trusts nothing when it is broken, says so, and is never overwritten", async () => {
		const { home, root, state, trust } = createRepository({ ".code/config.toml": "" });
		await trust();
		const good = readFileSync(home.paths.trustFile, "utf8");
		const digest = "a".repeat(64);
		const file = { path: "p", kind: "file", size: 1, sha256: digest };
		const entry = (value: unknown): string => JSON.stringify({ version: 1, folders: { "/r": value } });
		const broken: readonly (readonly [text: string, reason: string])[] = [
			["", "is not JSON"],
			[good.slice(0, -5), "is not JSON"],
			["[]", "is not a list of folders"],
			['{"version": 1, "folders": []}', "is not a list of folders"],
			[good.replace('"version": 1', '"version": 2'), "was written by another version of Code"],
			...[
				null,
				{},
				{ trusted_at_ms: "1", files: [] },
				{ trusted_at_ms: 1, files: {} },
				{ trusted_at_ms: 1, files: [null] },
				{ trusted_at_ms: 1, files: [{ ...file, path: 1 }] },
				{ trusted_at_ms: 1, files: [{ ...file, kind: "socket" }] },
				{ trusted_at_ms: 1, files: [{ ...file, size: -1 }] },
				{ trusted_at_ms: 1, files: [{ ...file, sha256: "x" }] },
				{ trusted_at_ms: 1, files: [{ ...file, text: 5 }] },
				{ trusted_at_ms: 1, files: [file, file] },
			].map((value) => [entry(value), 'has a broken entry for "/r"'] as const),
		];
		for (const [text, reason] of broken) {
			expect(parseStore(text), text).toEqual({ kind: "problem", reason });
			writeFileSync(home.paths.trustFile, text);
			expect(await state()).toMatchObject({ kind: "untrusted", storeProblem: `${home.paths.trustFile} ${reason}` });
			expect(await trust()).toMatchObject({ kind: "refused" });
			expect(await untrustFolder(home.paths, root)).toMatchObject({ kind: "refused" });
			expect(await trustedFolders(home.paths)).toEqual([]);
			expect(readFileSync(home.paths.trustFile, "utf8")).toBe(text);
		}
	});

	it("is not written through a link and never waited for", async () => {
		const { home, state, trust } = createRepository();
		mkdirSync(home.home, { recursive: true });
		const target = home.write("elsewhere.json", formatStore(new Map()));
		symlinkSync(target, home.paths.trustFile);
		await expect(trust()).rejects.toThrow(ConfigError);
		rmSync(home.paths.trustFile);
		makePipe(home.paths.trustFile);
		expect(await state()).toMatchObject({ kind: "untrusted", storeProblem: expect.stringContaining("is a pipe") });
	});

	it("drops old texts, then old entries, before it grows too large, and reads what it writes", () => {
		const entry = (trustedAtMs: number, count: number, text = "x".repeat(60_000)) => ({
			trustedAtMs,
			files: new Map(
				Array.from({ length: count }, (_, index) => {
					const path = `.code/rules/${index}`;
					const file = { path, kind: "file" as const, size: text.length, sha256: "a".repeat(64), text };
					return [path, file] as const;
				}),
			),
		});
		const folders = new Map(Array.from({ length: 4 }, (_, index) => [`/r${index}`, entry(index, 10)] as const));
		const text = formatStore(folders);
		expect(text.length).toBeLessThan(1_100_000);
		const back = parseStore(text);
		if (back.kind !== "store") throw new Error(back.reason);
		expect([...back.folders.keys()]).toEqual(["/r3", "/r2", "/r1", "/r0"]);
		expect(back.folders.get("/r3")).toEqual(folders.get("/r3"));
		expect(back.folders.get("/r0")?.files.get(".code/rules/0")).not.toHaveProperty("text");
		const huge = new Map([
			["/new", entry(2, 60)],
			["/old", entry(1, 9000, "")],
		]);
		const kept = parseStore(formatStore(huge));
		expect(kept.kind === "store" ? [...kept.folders.keys()] : []).toEqual(["/new"]);
	});

	it("shows a change without a diff when the old text was too long to keep", async () => {
		const { write, state, trust } = createRepository({ ".code/rules/long": "x".repeat(70_000) });
		await trust();
		expect(await state()).toMatchObject({ kind: "trusted" });
		write(".code/rules/long", "y");
		const changed = await state();
		expect(changed.kind === "changed" ? changed.files[0]?.diff : "").toMatch(
			/^\.code\/rules\/long: was file of 70000 bytes/,
		);
	});
});

describe("worktrees", () => {
	const git = (cwd: string, ...args: readonly string[]): void => {
		const environment = { PATH: process.env["PATH"] ?? "", HOME: cwd, GIT_CONFIG_NOSYSTEM: "1" };
		execFileSync("git", ["-c", "user.name=t", "-c", "user.email=t@t", ...args], {
			cwd,
			env: environment,
			stdio: "ignore",
		});
	};

	async function withWorktree() {
		const main = createRepository({ ".code/config.toml": 'model = "m"\n' });
		rmSync(join(main.root, ".git"), { recursive: true });
		git(main.root, "init", "-q");
		git(main.root, "add", ".");
		git(main.root, "commit", "-qm", "one");
		git(main.root, "worktree", "add", "-q", "../linked");
		return { main, linked: join(main.root, "../linked") };
	}

	it("inherit the trust of the main repository for the same content, and show what differs", async () => {
		const { main, linked } = await withWorktree();
		expect(await trustState(main.home.paths, linked)).toMatchObject({ kind: "untrusted" });
		await main.trust(3);
		expect(await trustState(main.home.paths, linked)).toMatchObject({
			kind: "trusted",
			trustedAtMs: 3,
			inheritedFrom: main.root,
		});
		writeFileSync(join(linked, ".code/config.toml"), 'model = "other"\n');
		expect(await trustState(main.home.paths, linked)).toMatchObject({ kind: "changed" });
		await trustFolder(main.home.paths, linked, { nowMs: 8 });
		const own = await trustState(main.home.paths, linked);
		expect(own).toMatchObject({ kind: "trusted", trustedAtMs: 8 });
		expect(own).not.toHaveProperty("inheritedFrom");
		expect(await main.state()).toMatchObject({ kind: "trusted", trustedAtMs: 3 });
	});

	it("are believed only when the repository names them", async () => {
		const { main, linked } = await withWorktree();
		await main.trust();
		const gitFile = readFileSync(join(linked, ".git"), "utf8");
		const impostor = createRepository({ ".code/config.toml": 'model = "m"\n' }, main.home, "impostor");
		rmSync(join(impostor.root, ".git"), { recursive: true });
		const texts = [
			gitFile,
			`gitdir: ${main.root}/.git/worktrees/missing\n`,
			`gitdir: ${main.root}/.git\n`,
			`gitdir: ${impostor.root}/.git/worktrees/x\n`,
			"not git's\n",
			"",
		];
		for (const text of texts) {
			impostor.write(".git", text);
			expect(await impostor.state(), text).toMatchObject({ kind: "untrusted" });
		}
		rmSync(join(impostor.root, ".git"));
		impostor.link(".git", join(linked, ".git"));
		expect(await impostor.state()).toMatchObject({ kind: "untrusted" });
	});
});
