// The prompts of all sessions, in a file of the home that only its owner reads: one JSON line each, as Codex writes them.
// Several processes append at once; a line is one write.

import { constants } from "node:fs";
import { open } from "node:fs/promises";
import { ensureHome, pathForReading, writeFileAtomic } from "@codex/config";
import { type SessionId, toError } from "@codex/protocol";
import type { RuntimeContext } from "../runtime-context.ts";

/** How much is read and kept. */
const defaultMaxBytes = 4 * 1024 * 1024;

/** The prompt of a line; `undefined` when the line is damaged. */
function promptOf(line: string): string | undefined {
	try {
		const value: unknown = JSON.parse(line);
		if (typeof value !== "object" || value === null || !("text" in value)) return undefined;
		return typeof value.text === "string" ? value.text : undefined;
	} catch {
		// A line that was cut short; the others are fine.
		return undefined;
	}
}

async function readTail(path: string, maxBytes: number): Promise<{ readonly text: string; readonly isCut: boolean }> {
	const handle = await open(path, constants.O_RDONLY | constants.O_NOFOLLOW);
	try {
		const { size } = await handle.stat();
		const from = Math.max(0, size - maxBytes);
		const { buffer, bytesRead } = await handle.read(Buffer.alloc(size - from), 0, size - from, from);
		const text = buffer.subarray(0, bytesRead).toString("utf8");
		return { text: from === 0 ? text : text.slice(text.indexOf("\n") + 1), isCut: from > 0 };
	} finally {
		await handle.close();
	}
}

/** Reads the prompts of earlier sessions, oldest first. Empty when there are none or they cannot be read. Never rejects. */
export async function readPromptHistory(
	context: RuntimeContext,
	maxBytes: number = defaultMaxBytes,
): Promise<readonly string[]> {
	const { paths, log } = context;
	try {
		const { text, isCut } = await readTail(pathForReading(paths, paths.historyFile), maxBytes);
		const lines = text.split("\n").filter((line) => line !== "");
		// Only our own file is ever cut.
		if (isCut) await writeFileAtomic(paths.historyFile, `${lines.slice(lines.length >> 1).join("\n")}\n`);
		return lines.map(promptOf).filter((prompt) => prompt !== undefined);
	} catch (thrown) {
		const { message } = toError(thrown);
		if (!message.includes("ENOENT")) log.write("warn", "runtime", `the history of prompts cannot be read: ${message}`);
		return [];
	}
}

/** Appends a prompt; secrets that we know the shape of are masked. A failure is logged and nothing else. Never rejects. */
export async function appendPromptHistory(context: RuntimeContext, sessionId: SessionId, prompt: string): Promise<void> {
	const { paths, clock, log, redactor } = context;
	try {
		ensureHome(paths);
		const record = { session_id: sessionId, ts: Math.floor(clock.nowMs() / 1000), text: redactor.text(prompt) };
		const flags = constants.O_WRONLY | constants.O_APPEND | constants.O_CREAT | constants.O_NOFOLLOW;
		const handle = await open(paths.historyFile, flags, 0o600);
		try {
			await handle.chmod(0o600);
			await handle.write(`${JSON.stringify(record)}\n`);
		} finally {
			await handle.close();
		}
	} catch (thrown) {
		log.write("warn", "runtime", `the prompt was not added to the history: ${toError(thrown).message}`);
	}
}
