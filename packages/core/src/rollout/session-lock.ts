// One process a session: a lock folder beside the rollout and a note of who holds it. The note decides who is alive
// (process id and start time), the lock's age only where that cannot be known. A dead one's lock is taken over under a
// lock of proper-lockfile, which a run that meets no lock never loads. Never breaks a live lock.

import { mkdir, readFile, rename, rm, rmdir, stat, unlink, utimes, writeFile } from "node:fs/promises";
import { hostname } from "node:os";
import { dirname } from "node:path";
import { type Clock, toError } from "@codex/protocol";
import { isFields, tryParseJson } from "./json-fields.ts";

/** Who holds a session. */
export interface LockHolder {
	readonly pid: number;
	readonly host: string;
	/** ISO 8601, UTC. */
	readonly since: string;
}

/** The lock, who has it instead (`undefined`: it does not say), or why there can be none. */
export type SessionLockResult =
	| { readonly kind: "locked"; readonly release: () => Promise<void> }
	| { readonly kind: "held"; readonly holder: LockHolder | undefined }
	| { readonly kind: "error"; readonly message: string };

/** What a lock needs of a clock. */
type LockClock = Pick<Clock, "nowMs" | "timer">;

interface Note extends LockHolder {
	/** When the process started, as the system counts; `""` where it does not say. */
	readonly started: string;
	/** When the lock that this note is about was made. */
	readonly lockMadeMs: number;
}

// A holder on another host renews its lock every 5 s; 60 s without that means that it is gone.
const renewMs = 5000;
const otherHostStaleMs = 60_000;
// Between making the lock and its note a process needs well below a millisecond; after 2 s it is dead.
const withoutNoteMs = 2000;
// Taking over is a handful of file operations.
const takeoverStaleMs = 5000;

const lockPath = (file: string): string => `${file}.lock`;
const notePath = (file: string): string => `${file}.holder`;

/** Field 22 of the process's stat on Linux: clock ticks from boot to its start. */
async function startOf(pid: number): Promise<string> {
	try {
		const line = await readFile(`/proc/${pid}/stat`, "utf8");
		// The name, field 2, may hold blanks and parentheses: count from the last one.
		return line.slice(line.lastIndexOf(")") + 2).split(" ")[19] ?? "";
	} catch {
		return ""; // Another system, or gone.
	}
}

async function isAlive({ pid, started }: Note): Promise<boolean> {
	try {
		process.kill(pid, 0);
	} catch (thrown) {
		const error = toError(thrown);
		// EPERM: it is there, of another user.
		if (!("code" in error) || error.code !== "EPERM") return false;
	}
	const startedNow = await startOf(pid);
	return started === "" || startedNow === "" || started === startedNow;
}

async function readNote(file: string): Promise<Note | undefined> {
	let text: string;
	try {
		text = await readFile(notePath(file), "utf8");
	} catch {
		return undefined; // Not written yet, or gone with its lock.
	}
	const note = tryParseJson(text);
	if (!isFields(note)) return undefined;
	const { pid, host, since, started, lockMadeMs } = note;
	if (typeof pid !== "number" || !Number.isSafeInteger(pid) || pid < 1 || typeof host !== "string") return undefined;
	if (typeof since !== "string" || typeof started !== "string" || typeof lockMadeMs !== "number") return undefined;
	return { pid, host, since, started, lockMadeMs };
}

type Judgement =
	| { readonly kind: "free" }
	| { readonly kind: "dead" }
	| { readonly kind: "held"; readonly holder: LockHolder | undefined };

async function judge(file: string, nowMs: number): Promise<Judgement> {
	let made: number;
	let renewed: number;
	try {
		({ birthtimeMs: made, mtimeMs: renewed } = await stat(lockPath(file)));
	} catch {
		return { kind: "free" }; // Released meanwhile; anything else shows when the lock is tried again.
	}
	const note = await readNote(file);
	// A note of an earlier lock says nothing of this one.
	if (note === undefined || note.lockMadeMs !== made) {
		return nowMs - renewed > withoutNoteMs ? { kind: "dead" } : { kind: "held", holder: undefined };
	}
	const { pid, host, since } = note;
	const isGone = host === hostname() ? !(await isAlive(note)) : nowMs - renewed > otherHostStaleMs;
	return isGone ? { kind: "dead" } : { kind: "held", holder: { pid, host, since } };
}

const hasCode = (thrown: unknown, code: string): boolean =>
	thrown instanceof Error && "code" in thrown && thrown.code === code;

async function writeNote(file: string, nowMs: number): Promise<void> {
	const { birthtimeMs: lockMadeMs } = await stat(lockPath(file));
	const since = new Date(nowMs).toISOString();
	const note: Note = { pid: process.pid, host: hostname(), since, started: await startOf(process.pid), lockMadeMs };
	const temporary = `${notePath(file)}.${process.pid}`;
	await writeFile(temporary, JSON.stringify(note), { mode: 0o600 });
	await rename(temporary, notePath(file));
}

/** Keeps the lock's time fresh, for other hosts; the returned function ends that. A lock that is another's now is let be. */
function keepRenewed(file: string, clock: LockClock, onLost: () => void): () => void {
	let isOver = false;
	let cancel = (): void => undefined;
	const renew = async (): Promise<void> => {
		const note = await readNote(file);
		if (isOver) return;
		if (note?.pid !== process.pid || note.host !== hostname()) return onLost();
		const seconds = clock.nowMs() / 1000;
		await utimes(lockPath(file), seconds, seconds).catch(() => {
			// The folder may be out of reach for a while; the next time may do.
		});
		if (!isOver) schedule();
	};
	const schedule = (): void => {
		cancel = clock.timer(renewMs, () => void renew());
	};
	schedule();
	return () => {
		isOver = true;
		cancel();
	};
}

/** Takes the lock when nobody has it; `undefined` when somebody does. */
async function tryLock(file: string, clock: LockClock): Promise<(() => Promise<void>) | undefined> {
	try {
		await mkdir(lockPath(file), { mode: 0o700 });
	} catch (thrown) {
		if (hasCode(thrown, "EEXIST")) return undefined;
		throw thrown;
	}
	try {
		await writeNote(file, clock.nowMs());
	} catch (thrown) {
		await rmdir(lockPath(file)).catch(() => undefined);
		throw thrown;
	}
	let isOurs = true;
	const stop = keepRenewed(file, clock, () => {
		isOurs = false;
	});
	return async () => {
		stop();
		if (!isOurs) return;
		isOurs = false;
		try {
			// The note first: a note without a lock says nothing, a lock without a note is soon taken over.
			await rm(notePath(file), { force: true });
			await rmdir(lockPath(file));
		} catch {
			// The folder may be gone with the session. What is left is taken over by the next one.
		}
	};
}

/** Removes a dead holder's lock, one process at a time, after a second look. */
async function clearDead(file: string, nowMs: number): Promise<void> {
	const { lock } = (await import("proper-lockfile")).default;
	let unlock: () => Promise<void>;
	try {
		unlock = await lock(`${file}.takeover`, {
			realpath: false,
			stale: takeoverStaleMs,
			onCompromised: () => undefined,
		});
	} catch (thrown) {
		// Another process is at it.
		if (hasCode(thrown, "ELOCKED")) return;
		throw thrown;
	}
	try {
		if ((await judge(file, nowMs)).kind !== "dead") return;
		await unlink(notePath(file)).catch(() => undefined);
		await rmdir(lockPath(file));
	} finally {
		await unlock().catch(() => undefined);
	}
}

/**
 * Locks the rollout at `file`, which need not exist; its folder is made with mode 0700. The
 * clock renews the lock every 5 s until it is released.
 *
 * A lock whose holder is dead is taken over, at once on this host and after 60 s without a sign of life elsewhere. Never
 * waits for a live one, never rejects. `release` never rejects and may be called again.
 */
export async function lockSession(file: string, clock: LockClock): Promise<SessionLockResult> {
	try {
		await mkdir(dirname(file), { recursive: true, mode: 0o700 });
		// Twice: once more after a dead holder's lock was cleared, or after it became free between two looks.
		for (let attempt = 0; attempt < 2; attempt += 1) {
			const release = await tryLock(file, clock);
			if (release !== undefined) return { kind: "locked", release };
			const nowMs = clock.nowMs();
			const judgement = await judge(file, nowMs);
			if (judgement.kind === "held") return judgement;
			if (judgement.kind === "dead") await clearDead(file, nowMs);
		}
		return { kind: "held", holder: undefined };
	} catch (thrown) {
		return { kind: "error", message: `the session cannot be locked: ${toError(thrown).message}` };
	}
}

/** Who holds the rollout at `file` now; `undefined` when nobody alive does. Changes nothing. Never rejects. */
export async function findHolder(
	file: string,
	nowMs: number,
): Promise<{ readonly holder: LockHolder | undefined } | undefined> {
	const judgement = await judge(file, nowMs);
	return judgement.kind === "held" ? { holder: judgement.holder } : undefined;
}

/** One sentence that says who holds a session. */
export function describeHolder(id: string, holder: LockHolder | undefined): string {
	if (holder === undefined) return `session ${id} is in use by another process that is just starting: try again`;
	const { pid, host, since } = holder;
	return `session ${id} is in use by process ${pid} on ${host} since ${since}: end that one, or fork the session with \`code fork ${id}\``;
}
