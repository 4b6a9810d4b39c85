// Holds the placeholders of a session's plans, so that commands find them made (a folder made and removed on the disk
// for each command is slower than all else) and nothing appears and disappears in the user's folder with each of them.

import { type ChildProcessByStdio, spawn } from "node:child_process";
import type { Readable, Writable } from "node:stream";
import type { SandboxPlan } from "../plan/plan.ts";
import { isAbsent, keepCall } from "./helper-command.ts";

/** Holds placeholders until closed. A keeper that fails to start costs speed, never safety. */
export interface PlaceholderKeeper {
	/**
	 * Makes sure that the plan's placeholders are held. Resolves at once when they are. False: the helper did not hold
	 * them; commands then make their own.
	 */
	hold(plan: SandboxPlan): Promise<boolean>;
	/** Gives all of them up and resolves when they are removed. May be called again. */
	close(): Promise<void>;
}

type Child = ChildProcessByStdio<Writable, Readable, null>;

function startKeeping(call: readonly string[]): { child: Child; held: Promise<boolean> } {
	const [file = "", ...args] = call;
	// A session of its own: Ctrl-C at the terminal is for the command. The end of stdin, also by our death, ends it.
	const child = spawn(file, args, { cwd: "/", env: {}, detached: true, stdio: ["pipe", "pipe", "ignore"] });
	const held = new Promise<boolean>((resolve) => {
		child.stdout.once("data", () => resolve(true));
		child.once("error", () => resolve(false));
		child.once("close", () => resolve(false));
	});
	child.stdin.on("error", () => {});
	child.unref();
	return { child, held };
}

/** Makes a keeper that uses this helper. Starts nothing before the first plan with placeholders. */
export function createPlaceholderKeeper(helper: string): PlaceholderKeeper {
	const children: Child[] = [];
	const holding = new Map<string, Promise<boolean>>();
	return {
		hold: async (plan) => {
			if (plan.kind === "unconfined") return true;
			const missing = plan.steps.filter((step) => isAbsent(step) && !holding.has(step.path));
			if (missing.length > 0) {
				const { child, held } = startKeeping(keepCall(helper, { ...plan, steps: missing }));
				children.push(child);
				for (const { path } of missing) holding.set(path, held);
			}
			const all = await Promise.all(
				plan.steps.filter(isAbsent).map(({ path }) => holding.get(path) ?? Promise.resolve(false)),
			);
			return all.every(Boolean);
		},
		close: async () => {
			holding.clear();
			await Promise.all(children.splice(0).map(endOf));
		},
	};
}

function endOf(child: Child): Promise<void> {
	return new Promise((resolve) => {
		if (child.exitCode !== null || child.signalCode !== null || child.pid === undefined) return resolve();
		child.once("close", () => resolve());
		child.ref();
		child.stdin.end();
		child.stdout.resume();
	});
}
