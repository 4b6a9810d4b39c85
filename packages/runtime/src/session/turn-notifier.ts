// Tells the user's own program of each finished turn: `notify = ["program", "argument"]` in the settings, and one JSON
// argument behind them. Nobody waits for it and nothing it does reaches the session. The form of the JSON is that of the
// Codex CLI (agent-turn-complete), so that programs written for it go on working.

import { spawn } from "node:child_process";
import path from "node:path";
import type { EventMsg, TurnId } from "@codex/protocol";
import type { Redactor } from "@codex/redact";
import { findProgram } from "../find-program.ts";

/** What a notifier is made of. */
export interface TurnNotifierOptions {
	/** The program and its first arguments; empty: nobody is told. */
	readonly command: readonly string[];
	/** The session's folder; absolute. The program runs in it. */
	readonly cwd: string;
	/** The program's environment. */
	readonly env: Readonly<Record<string, string>>;
	readonly threadId: string;
	/** Who started the session, for example `code_exec`. */
	readonly client: string;
	readonly redactor: Pick<Redactor, "text">;
	/** Told when the program cannot be started. */
	readonly onProblem: (message: string) => void;
}

/** Hears a session's events. */
export interface TurnNotifier {
	/** Never throws, never waits. */
	take(msg: EventMsg): void;
}

// A session that the notified program starts tells nobody: it would go on without end.
const insideVariable = "CODE_IN_NOTIFY";

/** Whether this process was started by a notified program. */
export const isInsideNotify = (env: Readonly<Record<string, string | undefined>>): boolean =>
	(env[insideVariable] ?? "") !== "";

// Linux takes at most 128 KiB in one argument; room is left for the end of the string.
const maxArgumentBytes = 120 * 1024;

/** The JSON, with texts cut evenly until it fits an argument. */
function argumentOf(texts: readonly string[], last: string | null, rest: Readonly<Record<string, string>>): string {
	for (let keep = 32_768; ; keep >>= 1) {
		const cut = (text: string): string => (text.length <= keep ? text : `${text.slice(0, keep)}…`);
		const json = JSON.stringify({
			type: "agent-turn-complete",
			...rest,
			// The latest are told when there are too many.
			"input-messages": texts.slice(-Math.max(1, keep >> 7)).map(cut),
			"last-assistant-message": last === null ? null : cut(last),
		});
		if (keep <= 1 || Buffer.byteLength(json) <= maxArgumentBytes) return json;
	}
}

/**
 * Where the program lies. A relative path would name a file of whatever repository a session works in, so none is taken.
 */
function locate(name: string, searchPath: string | undefined): string | undefined {
	if (name.includes(path.sep)) return path.isAbsolute(name) ? name : undefined;
	return findProgram(name, searchPath);
}

/** Why the program cannot be started, as a sentence; `undefined` when nothing is known against it. */
export function notifierProblem([name]: readonly string[], searchPath: string | undefined): string | undefined {
	if (name === undefined || locate(name, searchPath) !== undefined) return undefined;
	const why = name.includes(path.sep) ? "is no absolute path" : "is not on the PATH";
	return `notify: \`${name}\` ${why}; nobody is told of finished turns`;
}

/** Makes the notifier. */
export function createTurnNotifier(options: TurnNotifierOptions): TurnNotifier {
	const { command, cwd, env, threadId, client, redactor, onProblem } = options;
	const [name, ...args] = command;
	const program = name === undefined ? undefined : locate(name, env["PATH"]);
	let turnId: TurnId | undefined;
	let inputs: readonly string[] = [];
	const tell = (file: string, turn: TurnId, last: string | null): void => {
		const said = argumentOf(
			inputs.map((text) => redactor.text(text)),
			last === null ? null : redactor.text(last),
			{ "thread-id": threadId, "turn-id": turn, cwd, client },
		);
		try {
			// Detached and without streams: it outlives a `code exec` that ends at once.
			const child = spawn(file, [...args, said], {
				cwd,
				env: { ...env, [insideVariable]: "1" },
				detached: true,
				stdio: "ignore",
			});
			child.on("error", (error) => onProblem(`notify: ${error.message}`));
			child.unref();
		} catch (thrown) {
			onProblem(`notify: ${thrown instanceof Error ? thrown.message : String(thrown)}`);
		}
	};
	return {
		take: (msg) => {
			if (program === undefined) return;
			if (msg.type === "turn_started") {
				turnId = msg.turnId;
				inputs = [];
			} else if (msg.type === "user_message") {
				inputs = [...inputs, ...msg.items.flatMap((item) => (item.type === "text" ? [item.text] : []))];
			} else if (msg.type === "turn_completed" && msg.turnId === turnId) tell(program, turnId, msg.lastAgentMessage);
		},
	};
}
