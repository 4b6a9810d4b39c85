// A restore in another process is killed (SIGKILL) at different points of its work. The next call finishes it; what the
// user changed in between is left; nothing of ours stays behind.

import { spawn } from "node:child_process";
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { inRepository, outsideRepository, type SnapshotPlace } from "./places.ts";
import { readWorld } from "./world.ts";

const fileCount = 300;
/** How many files the killed process had written when it was killed. */
const killPoints = [0, 1, 64, 130, 280, 299];

const program = join(import.meta.dirname, "restore-process.ts");

/** Makes 300 files, changes all of them as a turn would, and tells the first snapshot's id. */
async function prepare({ root, snapshots }: SnapshotPlace): Promise<string> {
	for (let index = 0; index < fileCount; index += 1) {
		mkdirSync(join(root, `d${index % 10}`), { recursive: true });
		writeFileSync(fileOf(root, index), `before ${index}`);
	}
	const { id } = await snapshots.take("before");
	for (let index = 0; index < fileCount; index += 1) writeFileSync(fileOf(root, index), `after ${index}`);
	writeFileSync(join(root, "new"), "new");
	await snapshots.take("after", { changedBy: "us" });
	return id;
}

const fileOf = (root: string, index: number): string => join(root, `d${index % 10}`, `f${index}`);

const restoredCount = (root: string): number =>
	Array.from({ length: fileCount }, (_, index) => readFileSync(fileOf(root, index), "utf8")).filter((text) =>
		text.startsWith("before"),
	).length;

/** Starts the restore and kills it once `count` files are restored; false when it was done before that. */
async function killAt(place: SnapshotPlace, id: string, count: number): Promise<boolean> {
	const settings = JSON.stringify({ root: place.root, store: place.store, id, env: { PATH: process.env.PATH } });
	const child = spawn(process.execPath, ["--conditions=@codex/source", program, settings], { stdio: "ignore" });
	const ended = new Promise<NodeJS.Signals | null>((resolve) => child.on("exit", (_, signal) => resolve(signal)));
	let isOver = false;
	void ended.then(() => {
		isOver = true;
	});
	// Files are restored in the order of their names.
	const order = Array.from({ length: fileCount }, (_, index) => fileOf(place.root, index)).toSorted();
	const last = order[count - 1];
	const isReached = (): boolean =>
		last === undefined
			? existsSync(join(place.store, "journal.json"))
			: readFileSync(last, "utf8").startsWith("before");
	while (!isOver) {
		if (isReached()) child.kill("SIGKILL");
		await new Promise<void>((resolve) => setImmediate(resolve));
	}
	return (await ended) === "SIGKILL";
}

test.each([
	["in a repository", inRepository],
	["outside a repository", outsideRepository],
] as const)("%s: killed at any point, finished by the next call", { timeout: 240_000 }, async (_, makePlace) => {
	let killed = 0;
	const seen = new Set<number>();
	for (const point of killPoints) {
		const place = await makePlace();
		const id = await prepare(place);
		if (!(await killAt(place, id, point))) continue;
		killed += 1;
		const count = restoredCount(place.root);
		seen.add(count);
		const after = Array.from({ length: fileCount }, (__, index) => index).find((index) =>
			readFileSync(fileOf(place.root, index), "utf8").startsWith("after"),
		);
		if (after !== undefined) writeFileSync(fileOf(place.root, after), "the user's, in between");
		const again = await place.reopen();
		const interrupted = existsSync(join(place.store, "journal.json"));
		expect(await again.recover()).toBe(interrupted);
		expect(await again.recover()).toBe(false);
		for (let index = 0; index < fileCount; index += 1) {
			const wanted = index === after ? "the user's, in between" : `before ${index}`;
			expect(readFileSync(fileOf(place.root, index), "utf8")).toBe(wanted);
		}
		expect(existsSync(join(place.root, "new"))).toBe(false);
		const leftovers = [...readWorld(place.root).keys()].filter((path) => path.includes(".code-undo-"));
		expect(leftovers).toEqual([]);
		expect(readdirSync(place.store).filter((name) => name === "lock" || name === "journal.json")).toEqual([]);
		// The user's file is a conflict for the redo, everything else goes forward again.
		const redone = await again.redo();
		expect(redone).toMatchObject({
			kind: "restored",
			conflicts: after === undefined ? [] : [{ reason: "user_changed" }],
		});
		expect(readFileSync(join(place.root, "new"), "utf8")).toBe("new");
	}
	console.log(`restores killed: ${killed} of ${killPoints.length}, after ${[...seen].join(", ")} files`);
	expect(killed).toBeGreaterThanOrEqual(killPoints.length / 2);
	expect([...seen].some((count) => count > 0 && count < fileCount)).toBe(true);
});
