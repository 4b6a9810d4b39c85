// What this kernel can enforce, found out by trying each way once. Starts the helper with --probe, which does all of a
// mode and runs nothing.

import { execFile } from "node:child_process";
import { accessSync, constants } from "node:fs";
import { findHelper, type Machine } from "../run/helper-file.ts";
import type { Gap, Mechanism } from "../run/mechanism.ts";

/** How a try went. */
export interface MechanismTry {
	readonly kind: Mechanism["kind"];
	readonly works: boolean;
	/** What the helper or the system said, when it does not work. */
	readonly reason?: string;
	readonly gaps: readonly Gap[];
}

/** The findings. */
export interface SandboxProbe {
	readonly machine: Machine;
	/** In the order of preference. */
	readonly tries: readonly MechanismTry[];
	/** The first that works. */
	readonly best: Mechanism | undefined;
	/** Why none works, one sentence. */
	readonly missing?: string;
}

/** What to try, and with what. */
export interface ProbeRequest {
	readonly machine: Machine;
	/** The helper, where this package's own is not. */
	readonly helperFile?: string;
	/** bubblewrap, an absolute path outside any folder that a command may write. Default `/usr/bin/bwrap`. */
	readonly bubblewrap?: string;
	/** Only these are tried. Default all. */
	readonly only?: readonly Mechanism["kind"][];
}

// A try takes some milliseconds; a machine that needs this long has other troubles.
const tryTimeoutMs = 5000;

interface Answer {
	readonly status: number;
	readonly text: string;
}

function run(file: string, args: readonly string[]): Promise<Answer> {
	return new Promise((resolve) => {
		execFile(file, args, { cwd: "/", timeout: tryTimeoutMs, env: {}, maxBuffer: 65_536 }, (error, _stdout, stderr) => {
			const status = error === null ? 0 : typeof error.code === "number" ? error.code : -1;
			resolve({ status, text: stderr.trim() || (error?.message ?? "") });
		});
	});
}

const statusProc = 210;
const statusLandlock = 213;

interface Found {
	readonly attempt: MechanismTry;
	readonly mechanism?: Mechanism;
}

const machineGaps = (machine: Machine): readonly Gap[] => (machine.arch === "x64" ? [] : ["unverified_machine"]);

async function tryNamespaces(helper: string, machine: Machine): Promise<Found> {
	let landlock = true;
	let privateProc = true;
	for (;;) {
		const flags = [...(landlock ? [] : ["--no-landlock"]), ...(privateProc ? [] : ["--host-proc"])];
		const { status, text } = await run(helper, ["--probe", "--namespaces", ...flags]);
		if (status === 0) break;
		if (status === statusProc && privateProc) privateProc = false;
		else if (status === statusLandlock && landlock) landlock = false;
		else return { attempt: { kind: "namespaces", works: false, reason: text, gaps: [] } };
	}
	const gaps: Gap[] = [...machineGaps(machine)];
	if (!landlock) gaps.push("landlock_layer");
	if (!privateProc) gaps.push("private_proc");
	return {
		attempt: { kind: "namespaces", works: true, gaps },
		mechanism: { kind: "namespaces", helper, landlock, privateProc, gaps },
	};
}

async function tryBubblewrap(helper: string, machine: Machine, bubblewrap: string): Promise<Found> {
	try {
		accessSync(bubblewrap, constants.X_OK);
	} catch (error) {
		const reason = `\`${bubblewrap}\` cannot be executed (${error instanceof Error && "code" in error ? String(error.code) : "?"})`;
		return { attempt: { kind: "bubblewrap", works: false, reason, gaps: [] } };
	}
	const view = ["--ro-bind", "/", "/", "--dev", "/dev", "--proc", "/proc", "--unshare-pid", "--unshare-net"];
	const { status, text } = await run(bubblewrap, [...view, "--", helper, "--probe", "--landlock", "--own-dev"]);
	if (status !== 0) return { attempt: { kind: "bubblewrap", works: false, reason: text, gaps: [] } };
	const gaps: readonly Gap[] = ["protected_links", ...machineGaps(machine)];
	return {
		attempt: { kind: "bubblewrap", works: true, gaps },
		mechanism: { kind: "bubblewrap", helper, bubblewrap, gaps },
	};
}

async function tryLandlock(helper: string, machine: Machine): Promise<Found> {
	const { status, text } = await run(helper, ["--probe", "--landlock"]);
	if (status !== 0) return { attempt: { kind: "landlock", works: false, reason: text, gaps: [] } };
	const gaps: readonly Gap[] = [
		"protected_paths",
		"denied_reads",
		"metadata",
		"process_isolation",
		"private_proc",
		...machineGaps(machine),
	];
	return { attempt: { kind: "landlock", works: true, gaps }, mechanism: { kind: "landlock", helper, gaps } };
}

function trySeatbelt(): Found {
	const gaps: readonly Gap[] = ["process_isolation", "private_proc", "syscalls", "absent_names", "unverified_machine"];
	try {
		accessSync("/usr/bin/sandbox-exec", constants.X_OK);
		return { attempt: { kind: "seatbelt", works: true, gaps }, mechanism: { kind: "seatbelt", gaps } };
	} catch {
		// Apple may remove it one day: then there is no way, and that is what is said.
		return { attempt: { kind: "seatbelt", works: false, reason: "there is no `/usr/bin/sandbox-exec`", gaps: [] } };
	}
}

async function tryAll(request: ProbeRequest): Promise<SandboxProbe> {
	const { machine } = request;
	if (machine.platform === "darwin") return conclude(machine, [trySeatbelt()]);
	const found = findHelper(machine, request.helperFile);
	if (found.kind === "none") return { machine, tries: [], best: undefined, missing: found.reason };
	const isWanted = (kind: Mechanism["kind"]): boolean => request.only?.includes(kind) ?? true;
	const finds: Found[] = [];
	if (isWanted("namespaces")) finds.push(await tryNamespaces(found.path, machine));
	// The first way that works is the one that is used; the others are tried only when it does not.
	if (finds.some(({ mechanism }) => mechanism !== undefined)) return conclude(machine, finds);
	if (isWanted("bubblewrap"))
		finds.push(await tryBubblewrap(found.path, machine, request.bubblewrap ?? "/usr/bin/bwrap"));
	if (isWanted("landlock")) finds.push(await tryLandlock(found.path, machine));
	return conclude(machine, finds);
}

function conclude(machine: Machine, finds: readonly Found[]): SandboxProbe {
	const tries = finds.map(({ attempt }) => attempt);
	const best = finds.find(({ mechanism }) => mechanism !== undefined)?.mechanism;
	if (best !== undefined) return { machine, tries, best };
	const reasons = tries.map(({ kind, reason }) => `${kind}: ${reason ?? "does not work"}`).join("; ");
	return { machine, tries, best, missing: reasons === "" ? "no mechanism was tried" : reasons };
}

const known = new Map<string, Promise<SandboxProbe>>();

/**
 * Tries what this machine can do.
 *
 * Contract: never rejects. The first answer for a request is kept for the life of the process. Takes about 5 ms where
 * namespaces work. Nothing stays behind.
 */
export function probeSandbox(request: ProbeRequest): Promise<SandboxProbe> {
	const key = JSON.stringify(request);
	const cached = known.get(key) ?? tryAll(request);
	known.set(key, cached);
	return cached;
}
