// What the redirections of a command add to its verdict: which files are written, read, or fed. Must not decide whether a
// path may be written; the paths are handed on.

import { isDataDevice, isNetworkPath } from "./known/dangerous-commands.ts";
import type { ShellRedirect } from "./shell/shell-script.ts";
import type { Verdict } from "./verdict.ts";

/** A verdict with its reason. */
export interface Finding {
	readonly verdict: Verdict;
	/** One sentence without a period. */
	readonly reason: string;
}

const quietTargets: ReadonlySet<string> = new Set(["/dev/null", "/dev/stdout", "/dev/stderr"]);

/** What one redirection adds; undefined when it is harmless. */
export function judgeRedirect({ kind, target, text }: ShellRedirect): Finding | undefined {
	if (target !== undefined && kind !== "text") {
		if (isNetworkPath(target)) return { verdict: "dangerous", reason: `\`${text}\` opens a network connection` };
		if (kind === "write" && isDataDevice(target))
			return { verdict: "dangerous", reason: `\`${text}\` overwrites a device` };
	}
	switch (kind) {
		case "duplicate":
			return target === undefined ? { verdict: "ask", reason: `\`${text}\` is not known before it runs` } : undefined;
		case "read":
			return target === undefined ? { verdict: "ask", reason: `\`${text}\` reads an unknown file` } : undefined;
		case "write":
			if (target === undefined) return { verdict: "ask", reason: `\`${text}\` writes an unknown file` };
			return quietTargets.has(target) ? undefined : { verdict: "ask", reason: `writes \`${target}\`` };
		case "text":
			return { verdict: "ask", reason: "feeds text to the command" };
	}
}

/** The file that a redirection writes, as a list of none or one; undefined in it when it is not known. */
export function writtenFile({ kind, target }: ShellRedirect): readonly (string | undefined)[] {
	return kind === "write" && (target === undefined || !quietTargets.has(target)) ? [target] : [];
}
