// Plan → the profile text of macOS's sandbox, by the same rules as on Linux. Pure; paths go in as parameters, never as
// text of the profile.

import type { ConfinedPlan, PlanStep } from "../plan/plan.ts";

/** A profile and its parameters. */
export interface SeatbeltProfile {
	readonly text: string;
	/** `-DNAME=value` in order. */
	readonly parameters: readonly (readonly [string, string])[];
}

// Absolute, so that nothing on PATH can take its place.
const sandboxExec = "/usr/bin/sandbox-exec";

const base = `(version 1)
(deny default)
(allow process-exec process-fork)
(allow signal (target same-sandbox))
(allow process-info* (target same-sandbox))
(allow sysctl-read)
(allow user-preference-read)
(allow ipc-posix-sem)
(allow mach-lookup (global-name "com.apple.system.opendirectoryd.libinfo"))
(allow pseudo-tty)
(allow file-ioctl (literal "/dev/tty") (literal "/dev/ptmx") (regex #"^/dev/ttys[0-9]+$"))
(allow file-read*)
(allow file-write*
	(literal "/dev/null")
	(literal "/dev/zero")
	(literal "/dev/tty")
	(literal "/dev/ptmx")
	(regex #"^/dev/ttys[0-9]+$"))
(allow file-write-data (literal "/dev/random") (literal "/dev/urandom"))`;

const network = `(allow network-outbound network-inbound network-bind)
(allow system-socket)
(allow mach-lookup
	(global-name "com.apple.SecurityServer")
	(global-name "com.apple.networkd")
	(global-name "com.apple.ocspd")
	(global-name "com.apple.trustd.agent")
	(global-name "com.apple.SystemConfiguration.configd")
	(global-name "com.apple.SystemConfiguration.DNSConfiguration"))`;

const isSubtree = (step: PlanStep): boolean =>
	step.action === "read-only" || step.action === "hide" || step.action.startsWith("absent-");

/**
 * Makes the profile. Rules by path name cover names that do not exist yet; a folder above a protected path may not be
 * renamed or removed (`file-write-unlink`), which stands for the pins of Linux.
 */
export function seatbeltProfile(plan: ConfinedPlan): SeatbeltProfile {
	const parameters: [string, string][] = [];
	const name = (prefix: string, path: string): string => {
		const id = `${prefix}_${parameters.length}`;
		parameters.push([id, path]);
		return `(param "${id}")`;
	};
	const lines: string[] = [];
	for (const { path } of plan.roots) lines.push(`(allow file-write* (subpath ${name("ROOT", path)}))`);
	for (const step of plan.steps) {
		if (isSubtree(step)) {
			const parameter = name("KEPT", step.path);
			lines.push(`(deny file-write* (literal ${parameter}) (subpath ${parameter}))`);
			if (step.action === "hide") lines.push(`(deny file-read* (literal ${parameter}) (subpath ${parameter}))`);
		} else lines.push(`(deny file-write-unlink (literal ${name("PINNED", step.path)}))`);
	}
	// A root itself must stay where it is as well: with another folder in its place its names would be unprotected.
	for (const { path } of plan.roots) lines.push(`(deny file-write-unlink (literal ${name("PINNED", path)}))`);
	const text = [base, ...lines, ...(plan.network ? [network] : []), ""].join("\n");
	return { text, parameters };
}

/** The call of sandbox-exec. */
export function seatbeltCall(plan: ConfinedPlan, command: readonly string[]): readonly string[] {
	const { text, parameters } = seatbeltProfile(plan);
	return [sandboxExec, "-p", text, ...parameters.map(([id, value]) => `-D${id}=${value}`), "--", ...command];
}
