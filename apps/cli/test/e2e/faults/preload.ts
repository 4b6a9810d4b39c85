// Loaded into the program before it starts (`NODE_OPTIONS=--import`). Numbers what happens to the session's file and what
// changes the outside (commands, files of the working folder). Each number is announced on descriptor 3; at the one that
// the environment names, the program stops dead for its killer, or the operation fails with an error of the system.

import childProcess from "node:child_process";
import fs from "node:fs";
import fsp, { type FileHandle } from "node:fs/promises";
import { syncBuiltinESMExports } from "node:module";

const stopAt = Number(process.env.CODE_FAULT_STOP ?? "0");
const [failCode = "", failAtText = "0"] = (process.env.CODE_FAULT_FAIL ?? "").split("@");
const failAt = Number(failAtText);
const workFolder = process.env.CODE_FAULT_WORK ?? "";
const errno: Readonly<Record<string, number>> = { EIO: -5, EMFILE: -24, ENOSPC: -28 };

// Set by the first operation of interest: the preload must be in the program itself and not in what it starts.
let count = 0;
let failures = 0;

/** Announces a point; at the named one, waits for ever. */
function point(name: string): void {
	count += 1;
	fs.writeSync(3, `${count} ${name}\n`);
	if (count !== stopAt) return;
	fs.writeSync(3, "stopped\n");
	Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0);
}

/** Throws what the system would, from the named operation on. */
function failing(): void {
	failures += 1;
	if (failAt === 0 || failures < failAt) return;
	throw Object.assign(new Error(`${failCode}: injected`), { code: failCode, errno: errno[failCode], syscall: "write" });
}

const kindOf = (path: unknown): "log" | "work" | undefined => {
	const text = String(path);
	if (/[/\\]rollout-[^/\\]*\.jsonl$/.test(text)) return "log";
	// Patches go through open folders, so that nobody can swap one for a link.
	const inWork = text.startsWith(workFolder) || text.startsWith("/proc/self/fd/");
	return workFolder !== "" && inWork ? "work" : undefined;
};

type Write = (bytes: Uint8Array, offset: number, length: number, position: number | null) => Promise<unknown>;

function watchLog(handle: FileHandle): void {
	const write: Write = handle.write.bind(handle);
	const sync = handle.datasync.bind(handle);
	const watched = {
		write: async (bytes: Uint8Array, offset: number, length: number) => {
			failing();
			point("before write");
			const half = Math.floor(length / 2);
			if (count + 1 === stopAt) await write(bytes, offset, half, null);
			point("mid-write");
			const result = await write(bytes, offset, length, null);
			point("after write");
			return result;
		},
		datasync: async () => {
			failing();
			point("before sync");
			await sync();
			point("after sync");
		},
	};
	Object.assign(handle, watched);
}

const open = fsp.open;
fsp.open = async (...call) => {
	const kind = kindOf(call[0]);
	const writes = typeof call[1] === "number" ? (call[1] & 3) !== 0 : /[wa+]/.test(String(call[1] ?? "r"));
	if (kind === undefined || !writes) return open(...call);
	if (kind === "log") failing();
	point(`before open ${kind}`);
	const handle = await open(...call);
	point(`after open ${kind}`);
	if (kind === "log") watchLog(handle);
	return handle;
};

const { rename } = fsp;
fsp.rename = async (from, to) => {
	if (kindOf(to) !== "work") return rename(from, to);
	point("before rename work");
	await rename(from, to);
	point("after rename work");
};

const { spawn } = childProcess;
// The overloads of `spawn` are many; whatever comes in goes through.
Object.assign(childProcess, {
	spawn: (...call: Parameters<typeof spawn>) => {
		point("before spawn");
		const child = spawn(...call);
		point("after spawn");
		child.once("exit", () => point("command exit"));
		return child;
	},
});
syncBuiltinESMExports();
