// What tool tests share: a clock over real timers, a context in a temporary folder, and the events of a call.
import { mkdtempSync, readFileSync, realpathSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { asCallId, type Clock, type EventMsg, type FileChange } from "@codex/protocol";
import { afterEach } from "vitest";
import { openFileGuard } from "../../src/ports/file-guard.ts";
import { createApprovalDesk } from "../../src/tools/approvals/approval-desk.ts";
import { createDirectRunner } from "../../src/tools/shell/direct-runner.ts";
import type { ToolContext } from "../../src/tools/tool.ts";

export const realClock: Clock = {
	nowMs: () => Date.now(),
	monotonicMs: () => performance.now(),
	sleep: (ms, signal) =>
		new Promise((resolve) => {
			const timer = setTimeout(resolve, ms);
			signal?.addEventListener("abort", () => {
				clearTimeout(timer);
				resolve();
			});
		}),
	timer: (ms, fire) => {
		const timer = setTimeout(fire, ms);
		return () => clearTimeout(timer);
	},
};

const folders: string[] = [];
afterEach(() => {
	for (const folder of folders.splice(0)) rmSync(folder, { recursive: true, force: true });
});

/** A temporary folder that goes after the test; a real path. */
export function temporaryFolder(): string {
	const folder = realpathSync(mkdtempSync(join(tmpdir(), "code-tools-")));
	folders.push(folder);
	return folder;
}

export const searchPath: string = process.env["PATH"] ?? "/usr/bin:/bin";

export interface TestContext extends ToolContext {
	readonly events: EventMsg[];
	readonly changes: FileChange[];
}

/** A context in `cwd` that may do everything there; `overrides` say otherwise. */
export function toolContext(cwd: string, overrides: Partial<ToolContext> = {}): TestContext {
	const events: EventMsg[] = [];
	const changes: FileChange[] = [];
	return {
		callId: asCallId("call-1"),
		cwd,
		writableRoots: [cwd],
		unconfined: false,
		permission: { kind: "run", confined: false },
		files: openFileGuard,
		approvals: createApprovalDesk({ isStaffed: false }),
		policy: { approvalPolicy: "never", sandboxMode: "workspace-write" },
		runner: createDirectRunner(realClock),
		shellEnv: { PATH: searchPath },
		outputTokenLimit: 10_000,
		model: {
			id: "test-model",
			contextWindow: 100_000,
			maxOutputTokens: 10_000,
			supportsImages: true,
			supportsReasoning: false,
			supportsVerbosity: false,
			supportsParallelToolCalls: true,
			known: true,
		},
		clock: realClock,
		signal: new AbortController().signal,
		emit: (msg) => void events.push(msg),
		recordChanges: (added) => void changes.push(...added),
		...overrides,
		events,
		changes,
	};
}

export const typesOf = (events: readonly EventMsg[]): string[] => events.map(({ type }) => type);

/** Waits until `condition` holds, for what happens in other processes. */
export async function eventually(condition: () => boolean, timeoutMs = 2000): Promise<void> {
	const untilMs = performance.now() + timeoutMs;
	while (!condition()) {
		if (performance.now() > untilMs) throw new Error("it did not happen in time");
		await realClock.sleep(5);
	}
}

/** Whether the process runs; one that has ended and is not reaped yet does not. */
export function isAlive(pid: number): boolean {
	try {
		process.kill(pid, 0);
	} catch {
		return false; // No such process.
	}
	try {
		return !/\) Z /.test(readFileSync(`/proc/${pid}/stat`, "latin1"));
	} catch {
		return process.platform !== "linux"; // Gone by now, or no /proc to ask.
	}
}
