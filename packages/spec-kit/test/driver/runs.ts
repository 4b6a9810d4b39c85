// Helpers of the driver's tests: running against a fake host and naming what happened.

import { createPipeline, type PipelineOptions } from "../../src/driver/create-pipeline.ts";
import type { PipelineResult } from "../../src/driver/result.ts";
import type { AgentOutcome } from "../../src/host.ts";
import type { ProgressMsg } from "../../src/progress.ts";
import { createFakeHost, type FakeHost, type FakeScript, fakeSpecId } from "../../src/testing/fake-host.ts";

/** A finished run with its host. */
export interface Finished {
	readonly host: FakeHost;
	readonly runId: string;
	readonly result: PipelineResult;
}

/** Runs to the end against a new fake host. */
export async function runWith(script: FakeScript, options: Partial<PipelineOptions> = {}): Promise<Finished> {
	return runOn(createFakeHost(script), options);
}

/** Runs to the end against a host. */
export async function runOn(host: FakeHost, options: Partial<PipelineOptions> = {}): Promise<Finished> {
	const run = createPipeline({ host, specId: fakeSpecId, ...options });
	const result = await run.result;
	return { host, runId: run.runId, result };
}

/** The messages of one type. */
export function messages<T extends ProgressMsg["type"]>(host: FakeHost, type: T): Extract<ProgressMsg, { type: T }>[] {
	return host.progress
		.map(({ msg }) => msg)
		.filter((msg): msg is Extract<ProgressMsg, { type: T }> => msg.type === type);
}

/** A call that came to nothing. */
export function outcome(
	kind: "failed" | "missing" | "timed_out" | "limit" | "cancelled",
	reason = `it ${kind}`,
): AgentOutcome {
	return { kind, reason, spend: { attempts: kind === "missing" ? 0 : 1, wallMs: 0, tokens: 0, costUsd: 0 } };
}

/** A quality-gate issue as agents report it. */
export function issue(fields: Readonly<Record<string, string>> = {}): Readonly<Record<string, string>> {
	return {
		id: "Q1",
		question: "How long is a session valid after the reset?",
		answer: "All sessions end with the reset",
		confidence: "high",
		magnitude: "minor",
		resolvability: "auto-fix",
		reasoning: "Common practice",
		context: "FR-1",
		...fields,
	};
}
