// Commands that run other commands: which command or script stands inside a command line. What is inside is judged as if
// it stood alone; whether the wrapper itself may run is said here only where it adds nothing. Must not judge.

import { baseName, type ShellLanguage, type SimpleCommand } from "../shell/shell-script.ts";
import { literalValue, type ShellWord } from "../shell/word.ts";
import type { InnerCommand } from "./inner-command.ts";
import { findCommands, optionWrappers, readOptions } from "./wrapper-options.ts";

/** What a command line runs. */
export interface Unwrapped {
	readonly inner: readonly InnerCommand[];
	/** The wrapper adds nothing: the whole is as harmless as what is inside. */
	readonly transparent: boolean;
}

const nothing: Unwrapped = { inner: [], transparent: false };

const shellLanguages: ReadonlyMap<string, ShellLanguage> = new Map([
	["bash", "bash"],
	["sh", "sh"],
	["dash", "sh"],
	["ash", "sh"],
	["ksh", "sh"],
	["zsh", "zsh"],
]);

/** The language of a shell by its program's name or path; undefined when it is no shell that we read. */
export function shellLanguage(program: string): ShellLanguage | undefined {
	return shellLanguages.get(baseName(program));
}

/** Whether a program is found by its bare name or in a folder of the system, so that no repository can have put it there. */
export function isSystemProgram(program: string): boolean {
	return !program.includes("/") || /^(\/usr)?\/bin\/[^/]+$/.test(program);
}

// Wrappers whose options we do not read: any of their first arguments may be the program.
const opaqueWrappers: ReadonlySet<string> = new Set([
	"bunx",
	"busybox",
	"caffeinate",
	"chroot",
	"chrt",
	"doas",
	"entr",
	"flock",
	"gosu",
	"ionice",
	"ltrace",
	"parallel",
	"npx",
	"pkexec",
	"pnpx",
	"rlwrap",
	"runuser",
	"script",
	"setpriv",
	"setsid",
	"ssh",
	"stdbuf",
	"strace",
	"su",
	"su-exec",
	"systemd-run",
	"taskset",
	"toybox",
	"unbuffer",
	"unshare",
	"uvx",
	"watch",
]);

/**
 * Finds what a command runs inside.
 *
 * Contract: never throws; linear in the number of words.
 */
export function unwrap(command: Pick<SimpleCommand, "words" | "redirects">): Unwrapped {
	const { words } = command;
	const path = literalValue(words[0]);
	if (path === undefined) return nothing;
	const name = baseName(path);
	const language = shellLanguages.get(name);
	if (language !== undefined) return unwrapShell(command, language, isSystemProgram(path));
	switch (name) {
		case "eval":
			return unwrapEval(words);
		case "trap":
			return unwrapTrap(words);
		case "find":
			return { inner: findCommands(words), transparent: false };
		default:
			break;
	}
	const options = optionWrappers.get(name);
	if (options !== undefined) {
		const reading = readOptions(words, options);
		if (reading === undefined) return suspectAll(words);
		if (reading.inner === undefined) return nothing;
		return { inner: [reading.inner], transparent: reading.transparent && isSystemProgram(path) };
	}
	return opaqueWrappers.has(name) ? suspectAll(words) : nothing;
}

// How many arguments of a wrapper that we do not read are tried as programs.
const maxSuspects = 16;

function suspectAll(words: readonly ShellWord[]): Unwrapped {
	const inner: InnerCommand[] = [];
	for (let at = 1; at < words.length && inner.length < maxSuspects; at += 1) {
		const value = literalValue(words[at]);
		if (value === undefined) continue;
		const isOption = value.startsWith("-");
		if (!isOption) inner.push({ kind: "words", words: words.slice(at), at, suspected: true });
		if (!/[\s;&|]/.test(value)) continue;
		// `su -c SCRIPT`, `watch SCRIPT`, `ssh host SCRIPT`, `env --split-string=SCRIPT`, `env -SSCRIPT`: a script in one word.
		const script = isOption ? value.replace(/^(--[^=]*=|-.)/, "") : value;
		inner.push({ kind: "script", script, language: "sh", at, suspected: true });
	}
	return { inner, transparent: false };
}

const harmlessShellOptions = /^-[celux]+$/;
const valuedShellOption = /^([-+][A-Za-z]*[oO]|--rcfile|--init-file)$/;

function unwrapShell(
	{ words, redirects }: Pick<SimpleCommand, "words" | "redirects">,
	language: ShellLanguage,
	isSystem: boolean,
): Unwrapped {
	const { at, options } = readShellOptions(words);
	const script = literalValue(words[at]);
	if (options.some((option) => /^-[A-Za-z]*c/.test(option))) {
		if (script === undefined) return nothing;
		const inner: InnerCommand = { kind: "script", script, language, at, suspected: false };
		// Words after the script are its `$0`, `$1`, …
		const isPlain = options.every((option) => harmlessShellOptions.test(option)) && at === words.length - 1;
		return { inner: [inner], transparent: isSystem && isPlain };
	}
	const fed = redirects.find(({ kind }) => kind === "text")?.target;
	if (at < words.length || fed === undefined) return nothing;
	return { inner: [{ kind: "script", script: fed, language, at, suspected: false }], transparent: false };
}

/** The options of a shell, and where its script or the name of one stands. */
function readShellOptions(words: readonly ShellWord[]): { readonly at: number; readonly options: readonly string[] } {
	const options: string[] = [];
	let at = 1;
	for (; at < words.length; at += 1) {
		const value = literalValue(words[at]);
		if (value === undefined || !/^[-+]./.test(value)) break;
		options.push(value);
		if (value === "--") return { at: at + 1, options };
		if (valuedShellOption.test(value)) at += 1;
	}
	return { at, options };
}

function unwrapEval(words: readonly ShellWord[]): Unwrapped {
	const parts: string[] = [];
	for (const word of words.slice(1)) {
		const value = literalValue(word);
		// What is known is judged; what is not makes the whole unknown anyway.
		parts.push(value ?? "$unknown");
	}
	if (parts[0] === "--") parts.shift();
	const inner: InnerCommand = { kind: "script", script: parts.join(" "), language: "bash", at: 1, suspected: false };
	return { inner: [inner], transparent: false };
}

function unwrapTrap(words: readonly ShellWord[]): Unwrapped {
	const at = literalValue(words[1]) === "--" ? 2 : 1;
	const script = literalValue(words[at]);
	if (script === undefined || script === "-" || script === "" || script.startsWith("-")) return nothing;
	return { inner: [{ kind: "script", script, language: "bash", at, suspected: false }], transparent: false };
}
