import { createFakeClock } from "@codex/test-support";
import { describe, expect, test } from "vitest";
import { type GuardedProcess, guardTerminal } from "../../src/terminal/guard.ts";
import type { Terminal } from "../../src/terminal/terminal.ts";

type Listener = (...values: readonly unknown[]) => void;

function stage() {
	const said: string[] = [];
	const listeners = new Map<string, Set<Listener>>();
	const of: GuardedProcess = {
		on: (event, listener) => {
			const known = listeners.get(event) ?? new Set();
			listeners.set(event, known.add(listener));
		},
		removeListener: (event, listener) => listeners.get(event)?.delete(listener),
		kill: (pid, signal) => void said.push(`kill ${pid} ${signal}`),
		exit: (code) => void said.push(`exit ${code}`),
		stderr: { write: (text) => void said.push(`stderr ${text.split("\n")[0] ?? ""}`) },
	};
	const terminal: Terminal = {
		size: { columns: 80, rows: 24 },
		onInput: () => undefined,
		onResize: () => undefined,
		onGone: () => undefined,
		onReady: () => undefined,
		paint: () => true,
		restyle: () => undefined,
		invalidate: () => undefined,
		print: () => undefined,
		notify: () => undefined,
		leave: () => void said.push("leave"),
		enter: () => void said.push("enter"),
		close: () => void said.push("close"),
	};
	const clock = createFakeClock();
	const guard = guardTerminal(terminal, of, { clock, onResume: () => void said.push("repaint") });
	const emit = (event: string, ...values: readonly unknown[]): void => {
		for (const listener of Array.from(listeners.get(event) ?? [])) listener(...values);
	};
	return { said, emit, guard, listeners, clock };
}

describe("the guard of the terminal", () => {
	test("the end of the process closes it", () => {
		const { said, emit } = stage();
		emit("exit", 0);
		expect(said).toEqual(["close"]);
	});

	test("a crash closes it before it is told, and ends the process", () => {
		const { said, emit } = stage();
		emit("uncaughtException", new Error("boom"));
		expect(said).toEqual(["close", "stderr internal error: Error: boom", "exit 1"]);
	});

	test("a promise that nobody caught is a crash too", () => {
		const { said, emit } = stage();
		emit("unhandledRejection", "no reason");
		expect(said[0]).toBe("close");
		expect(said).toContain("exit 1");
	});

	test("a stop leaves the terminal, keeps the process alive, and takes the terminal again once", async () => {
		const { said, emit, guard, clock } = stage();
		guard.suspend();
		expect(said).toEqual(["leave", "kill 0 SIGTSTP"]);
		expect(clock.pending).toBe(1);
		emit("SIGCONT");
		await new Promise((resolve) => setImmediate(resolve));
		expect(said).toEqual(["leave", "kill 0 SIGTSTP", "enter", "repaint"]);
		expect(clock.pending).toBe(0);
	});

	test("where nothing stops us the terminal is taken again at once", async () => {
		const { said, guard } = stage();
		guard.suspend();
		await new Promise((resolve) => setImmediate(resolve));
		expect(said.slice(-2)).toEqual(["enter", "repaint"]);
	});

	test("after its release it does nothing", () => {
		const { said, emit, guard, listeners } = stage();
		guard.release();
		emit("exit", 0);
		expect(said).toEqual([]);
		expect([...listeners.values()].every((known) => known.size === 0)).toBe(true);
	});
});
