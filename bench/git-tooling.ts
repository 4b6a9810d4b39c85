// What snapshots and the branch cache cost in a repository of many small files: the first take, takes of an unchanged
// tree, takes after one edit, warm and cold reads of the cache; beside them `git status`, in turns. Nothing is asserted.
// usage: node --conditions=@codex/source bench/git-tooling.ts [--files N] (default 20000) [--runs N] (default 20)

import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createBranchCache, createSnapshots, openRepository } from "../packages/git-tooling/src/index.ts";

const numberAfter = (flag: string, otherwise: number): number => {
	const at = process.argv.indexOf(flag);
	return at === -1 ? otherwise : Number(process.argv[at + 1]) || otherwise;
};
const fileCount = numberAfter("--files", 20_000);
const runs = numberAfter("--runs", 20);
const filesPerFolder = 100;
const warmReads = 2000;

const percentile = (values: readonly number[], share: number): number =>
	values.toSorted((left, right) => left - right)[Math.floor(values.length * share)] ?? Number.NaN;

const shown = (what: string, values: readonly number[], digits = 1): string =>
	`${what}: p50 ${percentile(values, 0.5).toFixed(digits)} ms, p95 ${percentile(values, 0.95).toFixed(digits)} ms`;

async function timed(work: () => unknown): Promise<number> {
	const begin = performance.now();
	await work();
	return performance.now() - begin;
}

const top = realpathSync(mkdtempSync(join(tmpdir(), "bench-git-tooling-")));
const root = join(top, "repository");
const env = { PATH: process.env["PATH"] ?? "", HOME: top };

function git(...args: readonly string[]): void {
	const identity = ["-c", "user.name=Bench", "-c", "user.email=bench@example.test"];
	const { status, stderr } = spawnSync("git", [...identity, ...args], { cwd: root, env, encoding: "utf8" });
	if (status !== 0) throw new Error(`git ${args.join(" ")}: ${stderr}`);
}

try {
	for (let index = 0; index < fileCount; index += 1) {
		const folder = join(root, `folder-${Math.floor(index / filesPerFolder)}`);
		mkdirSync(folder, { recursive: true });
		writeFileSync(join(folder, `file-${index}.ts`), `export const value = ${index};\n`.repeat(20));
	}
	git("init", "--quiet");
	git("add", ".");
	git("commit", "--quiet", "--message=all");
	const repository = await openRepository(root, { env, scratch: join(top, "scratch") });
	if (repository.kind !== "repository") throw new Error(repository.kind);
	const snapshots = await createSnapshots(repository, { store: join(top, "store") });
	const cache = createBranchCache(repository);

	const first = await timed(() => snapshots.take("first"));
	const unchanged: number[] = [];
	const edited: number[] = [];
	const status: number[] = [];
	const cold: number[] = [];
	const warm: number[] = [];
	for (let index = 0; index < runs; index += 1) {
		unchanged.push(await timed(() => snapshots.take("unchanged")));
		status.push(await timed(() => git("status", "--porcelain=v2")));
		writeFileSync(join(root, "folder-0/file-0.ts"), `edit ${index}\n`);
		edited.push(await timed(() => snapshots.take("edited", { changedBy: "us" })));
		cache.invalidate();
		cold.push(await timed(() => cache.read()));
	}
	for (let index = 0; index < warmReads; index += 1) warm.push(await timed(() => cache.read()));
	console.log(`${fileCount} files, ${runs} runs`);
	console.log(`first take: ${first.toFixed(0)} ms; store ${Math.round((await snapshots.sizeBytes()) / 1024)} kB`);
	console.log(shown("take, unchanged", unchanged));
	console.log(shown("take, one edit", edited));
	console.log(shown("git status", status));
	console.log(shown("branch cache, cold", cold));
	console.log(shown("branch cache, warm", warm, 3));
} finally {
	rmSync(top, { recursive: true, force: true });
}
