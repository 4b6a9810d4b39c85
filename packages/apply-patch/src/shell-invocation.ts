// Recognises a command that is nothing but a call of apply_patch, so that it can be applied instead of spawned. Strict:
// what it does not know for certain to mean the same in a shell is not a patch, and runs as an ordinary command.

import { parsePatch } from "./parse.ts";

/** What a command is. */
export type ShellInvocation =
	| {
			readonly kind: "patch";
			/** The text for `parsePatch`; not parsed yet. */
			readonly text: string;
			/** The folder that the script changes to first, as written; paths of the patch are relative to it. */
			readonly workdir?: string;
	  }
	/** A patch where a command should be: tell the model to call apply_patch. */
	| { readonly kind: "bare_patch" }
	| { readonly kind: "not_patch" };

const notPatch: ShellInvocation = { kind: "not_patch" };
const commandNames: readonly string[] = ["apply_patch", "applypatch"];
const shellNames: readonly string[] = ["bash", "sh", "zsh"];

/**
 * Reads a command as a call of apply_patch.
 *
 * Known forms: `[apply_patch, PATCH]`, and `[bash|sh|zsh, -c|-lc, SCRIPT]` where the whole script is
 * `apply_patch <<'EOF'`, the patch and `EOF`, or the same after `cd PATH &&`. The heredoc may be unquoted when the shell
 * would expand nothing in it. A valid patch as the only argument or as the whole script is a `bare_patch`.
 *
 * Contract: never throws; linear in the length of the arguments.
 */
export function extractPatchFromShell(argv: readonly string[]): ShellInvocation {
	const [program, second, script] = argv;
	if (program === undefined) return notPatch;
	if (argv.length === 1) return isPatch(program) ? { kind: "bare_patch" } : notPatch;
	if (second === undefined) return notPatch;
	if (argv.length === 2) return commandNames.includes(program) ? { kind: "patch", text: second } : notPatch;
	if (argv.length !== 3 || script === undefined || !isShell(program)) return notPatch;
	if (second !== "-c" && second !== "-lc") return notPatch;
	return isPatch(script) ? { kind: "bare_patch" } : parseScript(script);
}

function isPatch(text: string): boolean {
	return text.trimStart().startsWith("*** Begin Patch") && parsePatch(text).kind === "ok";
}

function isShell(program: string): boolean {
	const name = program.slice(Math.max(program.lastIndexOf("/"), program.lastIndexOf("\\")) + 1);
	return shellNames.includes(name.endsWith(".exe") ? name.slice(0, -".exe".length) : name);
}

/** Reads a script from left to right; every method moves on only when it finds what it looks for. */
interface ScriptReader {
	readonly text: string;
	next: number;
}

function parseScript(script: string): ShellInvocation {
	const reader: ScriptReader = { text: script, next: 0 };
	skip(reader, " \t\n");
	const start = reader.next;
	let workdir: string | undefined;
	if (readPlainWord(reader) === "cd") {
		if (!skip(reader, " \t")) return notPatch;
		workdir = readWord(reader);
		if (workdir === undefined || workdir === "" || workdir.startsWith("-")) return notPatch;
		skip(reader, " \t");
		if (!readText(reader, "&&")) return notPatch;
		skip(reader, " \t\n");
	} else {
		reader.next = start;
	}
	const command = readPlainWord(reader);
	if (command === undefined || !commandNames.includes(command)) return notPatch;
	const text = readHeredoc(reader);
	if (text === undefined) return notPatch;
	return { kind: "patch", text, ...(workdir === undefined ? {} : { workdir }) };
}

/** Skips any of `characters`; false when there is none. */
function skip(reader: ScriptReader, characters: string): boolean {
	const start = reader.next;
	while (reader.next < reader.text.length && characters.includes(reader.text.charAt(reader.next))) reader.next += 1;
	return reader.next > start;
}

function readText(reader: ScriptReader, text: string): boolean {
	if (!reader.text.startsWith(text, reader.next)) return false;
	reader.next += text.length;
	return true;
}

// What a shell gives a meaning to somewhere in an unquoted word, and all white space.
const specialCharacters = "|&;()<>$`\\\"'*?[]{}#~!^=%";

function isPlain(character: string): boolean {
	return character.trim() !== "" && character > " " && !specialCharacters.includes(character);
}

function readPlainWord(reader: ScriptReader): string | undefined {
	const start = reader.next;
	while (reader.next < reader.text.length && isPlain(reader.text.charAt(reader.next))) reader.next += 1;
	return reader.next > start ? reader.text.slice(start, reader.next) : undefined;
}

/** A plain word, or one quoted string in which nothing is expanded. */
function readWord(reader: ScriptReader): string | undefined {
	const quote = reader.text.charAt(reader.next);
	if (quote !== "'" && quote !== '"') return readPlainWord(reader);
	const end = reader.text.indexOf(quote, reader.next + 1);
	if (end === -1) return undefined;
	const content = reader.text.slice(reader.next + 1, end);
	const forbidden = quote === '"' ? "$`\\!\n" : "\n";
	for (const character of forbidden) if (content.includes(character)) return undefined;
	reader.next = end + 1;
	return content;
}

/** The body of the heredoc that must be all that is left of the script. */
function readHeredoc(reader: ScriptReader): string | undefined {
	skip(reader, " \t");
	if (!readText(reader, "<<")) return undefined;
	skip(reader, " \t");
	const isQuoted = reader.text.startsWith("'", reader.next) || reader.text.startsWith('"', reader.next);
	const delimiter = readWord(reader);
	// A leading `-` would be the operator `<<-`, which strips tabs.
	if (delimiter === undefined || delimiter === "" || delimiter.startsWith("-")) return undefined;
	skip(reader, " \t");
	if (!readText(reader, "\n")) return undefined;
	const end = findDelimiterLine(reader, delimiter);
	if (end === undefined) return undefined;
	const body = reader.text.slice(reader.next, end);
	reader.next = end + delimiter.length;
	skip(reader, " \t\n");
	if (reader.next < reader.text.length) return undefined;
	return isQuoted || !isExpanded(body) ? body : undefined;
}

/** Offset of the first line that is the delimiter and nothing else. */
function findDelimiterLine(reader: ScriptReader, delimiter: string): number | undefined {
	let start = reader.next;
	while (start <= reader.text.length) {
		const newline = reader.text.indexOf("\n", start);
		const end = newline === -1 ? reader.text.length : newline;
		if (end - start === delimiter.length && reader.text.startsWith(delimiter, start)) return start;
		start = end + 1;
	}
	return undefined;
}

/** Whether a shell would change the body of an unquoted heredoc. */
function isExpanded(body: string): boolean {
	if (body.includes("$") || body.includes("`")) return true;
	for (let index = body.indexOf("\\"); index !== -1; index = body.indexOf("\\", index + 1)) {
		const next = body.charAt(index + 1);
		if (next === "\\" || next === "\n" || next === "") return true;
	}
	return false;
}
