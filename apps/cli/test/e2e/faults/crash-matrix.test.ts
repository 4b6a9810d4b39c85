// The program is killed at every point of a task, from outside, and goes on: the end is the same as if nothing had been.

import { readFileSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import { createModelServer, type ModelServer } from "@codex/test-support";
import { afterAll, beforeAll, expect, test } from "vitest";
import { createFaultWorld, type FaultRun, type FaultWorld } from "./fault-world.ts";
import { answerStateless, expectedFiles } from "./stateless-model.ts";

const allow = ["-s", "workspace-write", "-a", "never"];
const firstRun = ["exec", ...allow, "do the rounds"];
const resumeRun = ["exec", "resume", ...allow, "--last", "go on"];

let server: ModelServer;
let cache: string;

beforeAll(async () => {
	server = await createModelServer({ script: answerStateless });
	cache = await mkdtemp(path.join(os.tmpdir(), "code-fault-cache-"));
});

afterAll(async () => {
	await server.close();
	await rm(cache, { recursive: true, force: true });
});

async function inWorld<T>(work: (world: FaultWorld) => Promise<T>): Promise<T> {
	const world = await createFaultWorld(server.baseUrl, cache);
	try {
		return await work(world);
	} finally {
		await world.dispose();
	}
}

/** How a killed run was taken up again. */
type Recovery = "resumed" | "resumed and repaired" | "started anew: no session had begun";

/** Goes on after a kill as a person would; the one pause there is has a name and an exit code. */
async function recover(world: FaultWorld): Promise<{ readonly recovery: Recovery; readonly run: FaultRun }> {
	const run = await world.run(resumeRun);
	if (run.exitCode === 2 && run.stderr.includes("no earlier session in the folder")) {
		expect(Object.keys(expectedFiles).filter((name) => world.read(name) !== undefined)).toEqual([]);
		return { recovery: "started anew: no session had begun", run: await world.run(firstRun) };
	}
	const recovery = run.stderr.includes("was interrupted and has been repaired") ? "resumed and repaired" : "resumed";
	return { recovery, run };
}

interface Line {
	readonly id?: number;
	readonly payload?: { readonly type?: string; readonly call_id?: string };
}

/** Ids of calls and of results, in the order of the file; what is damaged is left out. */
async function callsAndResults(world: FaultWorld): Promise<{ readonly calls: string[]; readonly results: string[] }> {
	const files = await world.sessions();
	const lines = files.flatMap((file) => readFileSync(file, "utf8").split("\n"));
	const payloads = lines.flatMap((line): NonNullable<Line["payload"]>[] => {
		try {
			const { payload }: Line = JSON.parse(line);
			return payload === undefined ? [] : [payload];
		} catch {
			return []; // Torn by the kill.
		}
	});
	const ids = (type: string) =>
		payloads.flatMap((payload) => (payload.type === type ? [payload.call_id ?? ""] : [])).toSorted();
	return { calls: ids("function_call"), results: ids("function_call_output") };
}

/** `thenStopAt`: the resume is killed too, at that point of its own. */
async function killAndGoOn(
	stopAt: number,
	thenStopAt?: number,
): Promise<{ readonly point: string; readonly recovery: Recovery; readonly leftovers: number } | undefined> {
	return inWorld(async (world) => {
		const killed = await world.run(firstRun, { stopAt });
		// Timing may save a write or two; the run then ends before the last points.
		if (!killed.stopped) return undefined;
		expect(killed.exitCode).toBeNull();
		let point = killed.points.at(-1) ?? "";
		if (thenStopAt !== undefined) {
			const killedAgain = await world.run(resumeRun, { stopAt: thenStopAt });
			if (!killedAgain.stopped) return undefined;
			point = `${killedAgain.points.at(-1) ?? ""} of a resume`;
		}
		const { recovery, run } = await recover(world);
		const story = `killed at ${stopAt} (${point}), ${recovery}:\n${run.stderr}`;
		expect(run.exitCode, story).toBe(0);
		expect(run.stdout, story).toBe("All rounds are done.\n");
		const files = Object.fromEntries(Object.keys(expectedFiles).map((name) => [name, world.read(name)]));
		// A command that ran twice would show in its counter, a patch that did in its refusal.
		expect(files, story).toEqual(expectedFiles);
		const { calls, results } = await callsAndResults(world);
		expect(results, story).toEqual(calls);
		expect(new Set(calls).size, story).toBe(calls.length);
		const known = new Set([".git", "read-me.txt", ...Object.keys(expectedFiles)]);
		const leftovers = world.names().filter((name) => !known.has(name));
		// All that may stay behind is the half-written new text of a patch, under a name that nobody takes for its own.
		for (const name of leftovers) expect(name, story).toMatch(/^\./);
		return { point, recovery, leftovers: leftovers.length };
	});
}

// Two cores: two programs at a time keep both busy.
const workers = 2;

test("killed at every point and resumed, the task ends as if nothing had been", { timeout: 600_000 }, async () => {
	const whole = await inWorld((world) => world.run(firstRun, { stopAt: 0 }));
	expect(whole.exitCode).toBe(0);
	const numbers = (length: number): readonly number[] => Array.from({ length }, (_, index) => index + 1);
	// The resume of a run that was killed amid a write in its middle, itself killed while it repairs.
	const amid = Math.floor(whole.points.length / 2);
	const stops: (readonly [number, number?])[] = [
		...numbers(whole.points.length).map((stopAt) => [stopAt] as const),
		...numbers(18).map((thenStopAt) => [amid, thenStopAt] as const),
	];
	const outcomes: NonNullable<Awaited<ReturnType<typeof killAndGoOn>>>[] = [];
	const work = async (): Promise<void> => {
		for (let stop = stops.shift(); stop !== undefined; stop = stops.shift()) {
			const outcome = await killAndGoOn(...stop);
			if (outcome !== undefined) outcomes.push(outcome);
		}
	};
	await Promise.all(Array.from({ length: workers }, work));
	const countBy = (key: "point" | "recovery"): string =>
		Object.entries(Object.groupBy(outcomes, (outcome) => outcome[key]))
			.map(([name, group]) => `${group?.length ?? 0} ${name}`)
			.join(", ");
	const leftovers = outcomes.reduce((sum, outcome) => sum + outcome.leftovers, 0);
	console.log(
		`crash matrix: ${outcomes.length} kills (${countBy("point")}); ${countBy("recovery")}; none run twice; ${leftovers} temporary files of patches left`,
	);
	expect(outcomes.length).toBeGreaterThanOrEqual(200);
});
