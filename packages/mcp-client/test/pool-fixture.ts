// A pool for tests: real processes, a clock that can be moved on, and everything told kept.

import { appendFileSync, readFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import type { Clock } from "@codex/protocol";
import { createSystemClock } from "@codex/resilience";
import { createTempDir } from "@codex/test-support";
import { onTestFinished } from "vitest";
import {
	createKnownToolsFolder,
	createMcpPool,
	createTrustFile,
	type McpPool,
	type McpPoolOptions,
	type McpServerSpec,
	type McpView,
	serverEnvironment,
	type ViewRequest,
} from "../src/index.ts";

/** Real time, with leaps. */
export interface LeapingClock extends Clock {
	leap(ms: number): void;
}

function createLeapingClock(): LeapingClock {
	const real = createSystemClock();
	let ahead = 0;
	return {
		...real,
		nowMs: () => real.nowMs() + ahead,
		monotonicMs: () => real.monotonicMs() + ahead,
		leap: (ms) => {
			ahead += ms;
		},
	};
}

export const never: AbortSignal = new AbortController().signal;

/** A stdio server that runs `script` with our Node. */
export function nodeSpec(
	script: string,
	overrides: Partial<McpServerSpec> = {},
	set: Record<string, string> = {},
	args: readonly string[] = [],
): McpServerSpec {
	return {
		name: "chaos",
		target: {
			kind: "stdio",
			command: process.execPath,
			args: [script, ...args],
			env: serverEnvironment(process.env, { inherit: [], set }),
			ownEnv: set,
			cwd: tmpdir(),
		},
		origin: "user",
		startupTimeoutMs: 10_000,
		toolTimeoutMs: 10_000,
		required: false,
		disabledTools: [],
		approval: "auto",
		toolApproval: {},
		parallel: false,
		...overrides,
	};
}

const chaosFile = path.join(import.meta.dirname, "fixtures/chaos-server.ts");

export interface PoolFixture {
	readonly dir: string;
	readonly clock: LeapingClock;
	readonly pool: McpPool;
	readonly notices: string[];
	readonly logs: string[];
	/** A spec of the chaos server. */
	chaos(env?: Record<string, string>, overrides?: Partial<McpServerSpec>): McpServerSpec;
	open(servers: readonly McpServerSpec[], overrides?: Partial<ViewRequest>): Promise<McpView>;
	/** Processes of the chaos server that were started. */
	starts(): readonly number[];
	/** Another pool on the same files. */
	again(): McpPool;
}

export async function makePool(overrides: Partial<McpPoolOptions> = {}): Promise<PoolFixture> {
	const { path: dir, dispose } = await createTempDir();
	const clock = createLeapingClock();
	const notices: string[] = [];
	const logs: string[] = [];
	const startsFile = path.join(dir, "starts");
	appendFileSync(startsFile, "");
	const make = (): McpPool =>
		createMcpPool({
			version: "1.0.0",
			clock,
			redact: (text) => text.replace(/sk-\w+/g, "[secret]"),
			log: (_, message) => void logs.push(message),
			trust: createTrustFile(path.join(dir, "trust.json"), (sentence) => void notices.push(sentence)),
			known: createKnownToolsFolder(path.join(dir, "known")),
			authFor: () => Promise.resolve(undefined),
			...overrides,
		});
	const pools: McpPool[] = [];
	const again = (): McpPool => {
		const pool = make();
		pools.push(pool);
		return pool;
	};
	const pool = again();
	onTestFinished(async () => {
		await Promise.all(pools.map((each) => each.close()));
		await dispose();
	});
	return {
		dir,
		clock,
		pool,
		notices,
		logs,
		again,
		chaos: (env = {}, more = {}) => nodeSpec(chaosFile, more, { CHAOS_STARTS: startsFile, ...env }),
		open: (servers, more = {}) =>
			pool.open({ servers, root: "file:///work", onNotice: (sentence) => void notices.push(sentence), ...more }),
		starts: () => readFileSync(startsFile, "utf8").split("\n").filter(Boolean).map(Number),
	};
}

export function isAlive(pid: number): boolean {
	try {
		process.kill(pid, 0);
	} catch {
		return false;
	}
	// A zombie is gone but for its number.
	try {
		return !/^State:\s+Z/m.test(readFileSync(`/proc/${pid}/status`, "utf8"));
	} catch {
		return process.platform !== "linux";
	}
}

/** Waits for `condition`, at most `limitMs`. */
export async function until(condition: () => boolean, limitMs = 5000): Promise<number> {
	const start = performance.now();
	while (!condition()) {
		if (performance.now() - start > limitMs) throw new Error(`not within ${limitMs} ms`);
		await new Promise((resolve) => setTimeout(resolve, 10));
	}
	return performance.now() - start;
}
