// The door to simple-git: questions about the real repository whose answer is text (refs, settings, worktrees). Every
// call has the hardened settings and the built environment; simple-git's own guard stays on for everything else.

import { type SimpleGitOptions, simpleGit } from "simple-git";
import { GitToolingError, messageOf } from "../git-tooling-error.ts";
import { gitVariables, hardenedSettings } from "./hardening.ts";

/** What is the same for all questions to one repository. */
export interface GitDoor {
	/** An existing folder in which git is started. */
	readonly cwd: string;
	readonly binary: string;
	/** The whole environment; see `gitEnvironment`. */
	readonly env: Readonly<Record<string, string>>;
	/** Milliseconds without any output after which git is stopped. Default 30,000. */
	readonly timeoutMs?: number;
	/** Stops git; the question then rejects with `aborted`. */
	readonly signal?: AbortSignal | undefined;
}

/** git's text, or what it complained about. */
export type GitText =
	| { readonly kind: "text"; readonly text: string }
	| { readonly kind: "refused"; readonly message: string };

/** How long a git that says nothing is waited for, in milliseconds: a cold disk answers within seconds. */
const defaultTimeoutMs = 30_000;

/** How long the end of the output is waited for after git ended, in milliseconds. */
const closeWaitMs = 2000;

// The guard of simple-git refuses settings that name programs. Ours take programs away; only these are let through.
const unsafe: NonNullable<SimpleGitOptions["unsafe"]> = {
	allowUnsafeAskPass: true,
	allowUnsafeCredentialHelper: true,
	allowUnsafeDiffExternal: true,
	allowUnsafeEditor: true,
	allowUnsafeFsMonitor: true,
	allowUnsafeGitProxy: true,
	allowUnsafeGpgProgram: true,
	allowUnsafeHooksPath: true,
	allowUnsafePager: true,
	allowUnsafeProtocolOverride: true,
	allowUnsafeSshCommand: true,
};

/**
 * Asks git one question. A git that ends with an error is a value; its message is git's own, without `fatal:`.
 *
 * @throws GitToolingError `git_missing`, `timeout`, `aborted`
 */
export async function askGit(door: GitDoor, args: readonly string[]): Promise<GitText> {
	const options: Partial<SimpleGitOptions> = {
		baseDir: door.cwd,
		binary: door.binary,
		config: [...hardenedSettings],
		unsafe,
		allowEnvironment: [...gitVariables],
		timeout: { block: door.timeoutMs ?? defaultTimeoutMs },
		maxConcurrentProcesses: 4,
		// Only when its output is closed is all of it here; a program that outlives a killed git may hold it open.
		completion: { onClose: true, onExit: closeWaitMs },
		...(door.signal === undefined ? {} : { abort: door.signal }),
	};
	try {
		return {
			kind: "text",
			text: await simpleGit(options)
				.env({ ...door.env })
				.raw([...args]),
		};
	} catch (error) {
		return refusalOf(error);
	}
}

function refusalOf(error: unknown): GitText {
	const message = messageOf(error);
	const plugin = error instanceof Error && "plugin" in error ? error.plugin : undefined;
	if (plugin === "abort") throw new GitToolingError("aborted", "git was stopped: aborted", error);
	if (plugin === "timeout") throw new GitToolingError("timeout", "git gave no answer in its time", error);
	if (plugin !== undefined || message.includes("on a directory that does not exist")) {
		return { kind: "refused", message };
	}
	if (/\bENOENT\b/.test(message) && message.includes("spawn")) {
		throw new GitToolingError("git_missing", "the git program could not be started", error);
	}
	const lines = message
		.split("\n")
		.map((line) => line.trim())
		.filter((line) => line !== "" && !line.startsWith("hint:"));
	return {
		kind: "refused",
		message: lines
			.slice(0, 3)
			.join(" ")
			.replace(/^(?:fatal|error): /, ""),
	};
}

/** Text of one line without its end. @throws GitToolingError `git_failed` when git refused */
export function expectText(answer: GitText, what: string): string {
	if (answer.kind === "text") return answer.text.trimEnd();
	throw new GitToolingError("git_failed", `${what}: ${answer.message}`);
}
