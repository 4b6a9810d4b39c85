// A run of `code speckit auto` that is killed at random moments and resumed each time: it ends with the same documents, its
// evidence verifies, and no answer that was there is paid for again.

import { execFileSync } from "node:child_process";
import { readFileSync, rmSync, writeFileSync } from "node:fs";
import path from "node:path";
import { healthyFiles } from "@codex/spec-kit/testing";
import { expect, test } from "vitest";
import { oneVendor, specKitModel } from "../spec-kit-model.ts";
import { createScene, type Scene } from "./scene.ts";

const specId = "SPEC-KIT-005-reset";
const isFull = process.env["CODE_TEST_FULL"] === "1";
const moments = isFull ? 50 : 6;
const documents = ["plan", "tasks", "implement", "validate", "audit", "unlock"];

/** Numbers from 0 to below 1, the same for the same seed (mulberry32). */
function randomFrom(seed: number): () => number {
	let state = seed;
	return () => {
		state = (state + 0x6d2b79f5) | 0;
		let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
		mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
		return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
	};
}

async function scene(): Promise<Scene> {
	const made = await createScene(specKitModel(), healthyFiles(specId));
	await made.config(oneVendor);
	const git = (...words: string[]): unknown =>
		execFileSync("git", ["-c", "user.name=T", "-c", "user.email=t@example.invalid", ...words], { cwd: made.repo });
	rmSync(path.join(made.repo, ".git"), { recursive: true });
	git("init", "--quiet");
	writeFileSync(path.join(made.repo, ".gitignore"), ".code/evidence\n");
	git("add", "--all");
	git("commit", "--quiet", "--message", "one");
	return made;
}

/** The documents without what differs from run to run. */
function written({ repo }: Scene): readonly string[] {
	return documents.map((name) =>
		readFileSync(path.join(repo, "docs", specId, `${name}.md`), "utf8")
			.replaceAll(/[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f-]+/g, "RUN")
			.replaceAll(/\d{4}-\d\d-\d\d(?:T[\d:.]+Z)?/g, "DATE"),
	);
}

const outcomeOf = (stdout: string): unknown => (stdout === "" ? undefined : JSON.parse(stdout).outcome);

const git = ({ repo }: Scene, ...words: string[]): string =>
	execFileSync("git", words, { cwd: repo, encoding: "utf8" });

/** Starts a run and kills it up to `most` times, resuming it each time, until it is complete. */
async function killedRun(killed: Scene, random: () => number, most: number): Promise<number> {
	let words = ["speckit", "auto", specId, "--json"];
	let ended: unknown;
	let kills = 0;
	while (ended !== "complete") {
		const run = killed.start(words);
		// Early ones meet the start, later ones calls, verdicts, documents, work trees and merges.
		const timer = kills < most ? setTimeout(() => run.kill("SIGKILL"), 150 + random() ** 2 * 1800) : undefined;
		const result = await run.ended;
		clearTimeout(timer);
		if (result.signal === "SIGKILL") kills += 1;
		else {
			ended = outcomeOf(result.stdout);
			expect(["complete", undefined], result.stderr).toContain(ended);
		}
		const runs = JSON.parse((await killed.run(["speckit", "runs", specId, "--json"])).stdout).runs;
		words = runs.length === 0 ? ["speckit", "auto", specId, "--json"] : ["speckit", "resume", specId, "--json"];
	}
	return kills;
}

test(
	`killed at ${moments} random moments`,
	async () => {
		const whole = await scene();
		const undisturbed = await whole.run(["speckit", "auto", specId, "--json"]);
		expect(outcomeOf(undisturbed.stdout)).toBe("complete");
		const random = randomFrom(20_261_124);
		let [kills, runs, extra] = [0, 0, 0];
		while (kills < moments) {
			const killed = await scene();
			const own = await killedRun(killed, random, moments - kills);
			expect(written(killed)).toEqual(written(whole));
			const verified = JSON.parse((await killed.run(["speckit", "verify", specId, "--json"])).stdout);
			expect(verified).toMatchObject({ ok: true });
			// The tasks' commits are on the branch once, and no work tree is left.
			expect(git(killed, "log", "--format=%s")).toBe(git(whole, "log", "--format=%s"));
			expect(git(killed, "log", "--format=%s")).toContain("T001");
			expect(git(killed, "worktree", "list").trim().split("\n")).toHaveLength(1);
			expect(git(killed, "status", "--porcelain", "--", "src")).toBe("");
			// An answer that was delivered while its process died could not be kept: at most one round of calls a kill.
			const more = killed.server.requests.length - whole.server.requests.length;
			expect(more).toBeLessThanOrEqual(own * 4);
			kills += own;
			extra += more;
			runs += 1;
		}
		console.log(`speckit kill: ${kills} kills in ${runs} runs, ${extra} calls more than undisturbed`);
	},
	isFull ? 600_000 : 120_000,
);
