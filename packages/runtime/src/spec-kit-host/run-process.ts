// Which process works at a run, so that another one can end it. Kept beside the journal; a process that is gone, or whose
// number somebody else has by now, is none.

import { existsSync, readFileSync } from "node:fs";
import { mkdir, rm, writeFile } from "node:fs/promises";
import path from "node:path";

/** Where a run's files lie. */
export interface RunPlace {
	readonly root: string;
	/** Relative to the root. */
	readonly evidenceDir: string;
	/** Checked. */
	readonly specId: string;
	/** Checked. */
	readonly runId: string;
}

const fileOf = ({ root, evidenceDir, specId, runId }: RunPlace): string =>
	path.join(root, evidenceDir, "runs", specId, runId, "process.json");

/** When the process began, in the system's ticks: with the number it names one process. `""` where that cannot be known. */
function startOf(pid: number): string {
	try {
		// After the name in brackets, which may hold anything; field 22 of proc_pid_stat(5).
		return readFileSync(`/proc/${pid}/stat`, "utf8").split(") ").at(-1)?.split(" ")[19] ?? "";
	} catch {
		// No such process, or a system without /proc.
		return "";
	}
}

function isAlive(pid: number): boolean {
	try {
		process.kill(pid, 0);
		return true;
	} catch {
		return false; // ESRCH, or not ours to end.
	}
}

/** Writes down that this process works at the run; the returned function takes it back. Never rejects. */
export async function markRunning(place: RunPlace): Promise<() => Promise<void>> {
	const file = fileOf(place);
	try {
		await mkdir(path.dirname(file), { recursive: true });
		await writeFile(file, `${JSON.stringify({ pid: process.pid, start: startOf(process.pid) })}\n`);
	} catch {
		// It can then not be cancelled from outside; the run itself goes on.
	}
	return () => rm(file, { force: true }).catch(() => undefined);
}

/** The number of the process that works at the run; `undefined` when none does. */
export function runningProcess(place: RunPlace): number | undefined {
	const file = fileOf(place);
	if (!existsSync(file)) return undefined;
	try {
		const parsed: unknown = JSON.parse(readFileSync(file, "utf8"));
		if (typeof parsed !== "object" || parsed === null || !("pid" in parsed) || !("start" in parsed)) return undefined;
		const { pid, start } = parsed;
		if (typeof pid !== "number" || !Number.isInteger(pid) || pid < 2) return undefined;
		return isAlive(pid) && startOf(pid) === start ? pid : undefined;
	} catch {
		// Half written: by a process that is gone.
		return undefined;
	}
}
