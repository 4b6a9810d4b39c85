// A shell script as a list of its simple commands: what `parseShell` returns. Types only.

import type { ShellWord } from "./word.ts";

/** What a redirection does. `duplicate` is `2>&1` and the like; `text` is a here-document or here-string. */
export type RedirectKind = "read" | "write" | "duplicate" | "text";

/** One redirection of a command. */
export interface ShellRedirect {
	readonly kind: RedirectKind;
	/** As written, without the body of a here-document. */
	readonly text: string;
	/** The file or descriptor; for `text` what is fed, when it is known. Undefined when nobody can know it. */
	readonly target: string | undefined;
}

/** Where a command's standard input comes from, as far as the script says. */
export type InputSource = "inherited" | "pipe" | "download";

/** One simple command: words, and what stands around them. */
export interface SimpleCommand {
	/** As written, without bodies of here-documents. */
	readonly text: string;
	/** Program and arguments; empty when the command only assigns or redirects. */
	readonly words: readonly ShellWord[];
	/** Variables set by `NAME=value` before the program, or by the command itself. */
	readonly assigns: readonly string[];
	readonly redirects: readonly ShellRedirect[];
	/** `download`: something that fetches from the network is before it in the pipeline. */
	readonly input: InputSource;
	/** Whether a substitution inside its words or redirections fetches from the network. */
	readonly substitutesDownload: boolean;
}

/** A construct that changes what the commands of a script mean or when they run. */
export type Construct =
	| "function"
	| "recursion"
	| "background"
	| "coprocess"
	| "loop variable"
	| "test expression"
	| "arithmetic"
	| "substitution"
	| "expansion";

/** A parsed script. */
export interface ShellScript {
	/** Every simple command at any depth, in the order of the text. */
	readonly commands: readonly SimpleCommand[];
	readonly constructs: ReadonlySet<Construct>;
	/** Why the text is not understood completely; empty when it is. At most 8 sentences. */
	readonly problems: readonly string[];
}

/** A shell whose language the script is in. */
export type ShellLanguage = "bash" | "sh" | "zsh";

/** Programs that fetch from the network and print what they got. */
export const fetchers: ReadonlySet<string> = new Set([
	"curl",
	"wget",
	"fetch",
	"http",
	"https",
	"aria2c",
	"lynx",
	"nc",
	"ncat",
]);

/** The last component of a program's path. */
export function baseName(program: string): string {
	return program.slice(program.lastIndexOf("/") + 1);
}
