// Says that a failed command failed because of the sandbox, and what would allow it. A guess from its output, checked
// against the plan: only what the plan denies is called denied. Never decides anything; a person does.

import { posix } from "node:path";
import { explainHost, explainPath } from "../explain/explain.ts";
import type { SandboxPlan } from "../plan/plan.ts";

/** How a command ended. */
export interface EndedCommand {
	/** 128 + number for a signal. */
	readonly exitCode: number;
	/** Its output, as far as it was kept. */
	readonly output: string;
	/** Where it ran, absolute. */
	readonly cwd: string;
}

/** What the sandbox denied. */
export interface Denial {
	readonly kind: "write" | "read" | "network" | "syscall";
	/** The path, where one was found. */
	readonly path?: string;
	/** One sentence without a period: `sandbox denied write to /etc/x: it is outside the writable roots`. */
	readonly message: string;
	/** What would allow it, when something does. */
	readonly setting?: string;
}

// 128 + SIGSYS: a program of another architecture.
const killedByFilter = 159;
// The end of an output says why a command failed; more is not looked through.
const maxLines = 200;

const fileTrouble =
	/read-only file system|permission denied|operation not permitted|device or resource busy|invalid cross-device link|\bE(?:ROFS|ACCES|PERM|BUSY)\b|failed to write file/i;
const networkTrouble =
	/could not resolve (?:host|proxy)|temporary failure in name resolution|name or service not known|network is unreachable|getaddrinfo|EAI_AGAIN|ENOTFOUND|ENETUNREACH|failed to (?:lookup|resolve)|dial (?:tcp|udp)|no such host|couldn't connect|connection failed|dns error|(?:socket|connect|bind|listen)\b.*(?:operation not permitted|EPERM|permission denied)|(?:EPERM|operation not permitted).*\b(?:socket|connect|bind|listen)\b/i;

/** Words of a line that can be paths: in quotes, or before and after colons. */
function pathsIn(line: string, cwd: string): readonly string[] {
	const found: string[] = [];
	for (const match of line.matchAll(/'([^']+)'|"([^"]+)"|‘([^’]+)’|`([^`]+)`/g)) {
		const text = match[1] ?? match[2] ?? match[3] ?? match[4];
		if (text !== undefined) found.push(text);
	}
	for (const part of line.split(/:\s+|\s+->\s+|,\s+/)) {
		found.push(part.trim());
		const last = part.trim().split(/\s+/).at(-1);
		if (last !== undefined) found.push(last);
	}
	return found
		.filter((text) => /^[~./]?[^\s:;|<>*?]*[./][^:;|<>*?]*$/.test(text) || /^[\w.-]+$/.test(text))
		.map((text) => posix.resolve(cwd, text.replace(/\.$/, "")));
}

const withSetting = (denial: Denial, setting: string | undefined): Denial =>
	setting === undefined ? denial : { ...denial, setting };

function denialOfPath(plan: SandboxPlan, path: string, isRoom: boolean): Denial | undefined {
	const { read, write } = explainPath(plan, path);
	if (!read.allowed && !isRoom)
		return { kind: "read", path, message: `sandbox denied read of ${path}: ${read.because}` };
	if (write.allowed) return undefined;
	return withSetting(
		{ kind: "write", path, message: `sandbox denied write to ${path}: ${write.because}` },
		write.setting,
	);
}

/** Words that every line has and that are no file of the command. */
const isLikelyPath = (path: string, cwd: string, line: string): boolean =>
	path !== cwd &&
	(line.includes("/") ? path.includes("/") : true) &&
	!/^\/(?:bin|usr\/bin|usr\/local\/bin)\//.test(path);

function denialInLine(plan: SandboxPlan, line: string, cwd: string): Denial | undefined {
	if (!fileTrouble.test(line)) return undefined;
	const isReadOnly = /read-only file system|EROFS/i.test(line);
	for (const path of pathsIn(line, cwd)) {
		if (!isLikelyPath(path, cwd, line)) continue;
		const denial = denialOfPath(plan, path, isReadOnly);
		if (denial !== undefined) return denial;
	}
	return undefined;
}

/**
 * Labels a failed command.
 *
 * Contract: pure. Undefined when it succeeded, when nothing is confined, or when nothing in its output points at the
 * sandbox; 127 (not found) and 2 (usage) need a path or host that the plan denies.
 */
export function classifyDenial(plan: SandboxPlan, ended: EndedCommand): Denial | undefined {
	if (plan.kind === "unconfined" || ended.exitCode === 0) return undefined;
	const lines = ended.output.split("\n").slice(-maxLines);
	if (!plan.network) {
		const line = lines.find((each) => networkTrouble.test(each));
		if (line !== undefined) {
			const { because, setting } = explainHost(plan, "host");
			return withSetting({ kind: "network", message: `sandbox denied the network: ${because}` }, setting);
		}
	}
	for (const line of lines) {
		const denial = denialInLine(plan, line, ended.cwd);
		if (denial !== undefined) return denial;
	}
	if (ended.exitCode === killedByFilter) {
		return { kind: "syscall", message: "sandbox denied a system call: programs of another architecture are not run" };
	}
	if (ended.exitCode === 2 || ended.exitCode === 126 || ended.exitCode === 127) return undefined;
	if (lines.some((line) => /read-only file system|EROFS/i.test(line))) {
		const { write } = explainPath(plan, "/");
		return withSetting(
			{ kind: "write", message: `sandbox denied a write: ${write.because}` },
			plan.mode === "read-only" ? write.setting : undefined,
		);
	}
	if (lines.some((line) => /operation not permitted|seccomp|landlock/i.test(line))) {
		return { kind: "syscall", message: "sandbox denied an operation: it is not possible inside the sandbox" };
	}
	return undefined;
}
