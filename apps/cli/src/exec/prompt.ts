// Puts the prompt together from the argument and stdin. With a prompt argument an open stdin that sends nothing never
// holds up the run; without one, or with `-`, stdin is read to its end.

import type { Input, InputReading } from "../terminal/input.ts";

/** What the prompt is made of. */
export interface PromptSources {
	/** The argument; `-` means stdin, absent as well. */
	readonly argument: string | undefined;
	/** `exec PROMPT -`: stdin is read to its end and joins the prompt. */
	readonly waitForStdin: boolean;
	readonly stdin: Input;
	/** Resolves when an idle pipe has been given long enough; it is called only for one. */
	readonly patience: () => Promise<void>;
	/** Tells the person something on stderr. */
	readonly say: (line: string) => void;
}

/** The prompt, or one sentence that says what is wrong. */
export type PromptResult =
	| { readonly kind: "ok"; readonly text: string }
	| { readonly kind: "error"; readonly message: string };

// 16 MiB: far more than any model reads; more is a mistake such as a disk image.
const maxStdinBytes = 16 * 1024 * 1024;

const wrongEncoding = "stdin is not UTF-8 text (UTF-16 needs a byte order mark)";

function encodingOf(bytes: Buffer): string {
	if (bytes[0] === 0xff && bytes[1] === 0xfe) return "utf-16le";
	if (bytes[0] === 0xfe && bytes[1] === 0xff) return "utf-16be";
	return "utf-8";
}

/** Decodes text without its byte order mark. */
export function decodeText(bytes: Buffer): PromptResult {
	try {
		return { kind: "ok", text: new TextDecoder(encodingOf(bytes), { fatal: true }).decode(bytes) };
	} catch {
		// The decoder's own words name no cause a person can act on.
		return { kind: "error", message: wrongEncoding };
	}
}

async function readText(reading: InputReading): Promise<PromptResult> {
	const read = await reading.bytes;
	return read.kind === "ok" ? decodeText(read.bytes) : read;
}

async function fromStdin(sources: PromptSources): Promise<PromptResult> {
	const { stdin, argument } = sources;
	if (argument === undefined && stdin.kind === "terminal") {
		const message = "No prompt provided. Either specify one as an argument or pipe the prompt into stdin.";
		return { kind: "error", message };
	}
	if (stdin.kind === "nothing") return { kind: "error", message: "No prompt provided via stdin." };
	if (argument === undefined) sources.say("Reading prompt from stdin...");
	const result = await readText(stdin.read(maxStdinBytes));
	if (result.kind === "ok" && result.text.trim() === "") {
		return { kind: "error", message: "No prompt provided via stdin." };
	}
	return result;
}

async function hasBegun(reading: InputReading, patience: Promise<void>): Promise<boolean> {
	const began = reading.begun.then(() => true);
	return Promise.race([began, patience.then(() => false)]);
}

/** Builds the prompt. Resolves at the latest when `patience` does, unless stdin must be or is being read. */
export async function buildPrompt(sources: PromptSources): Promise<PromptResult> {
	const { argument, stdin, waitForStdin } = sources;
	if (argument === undefined || argument === "-") return fromStdin(sources);
	if (argument.trim() === "") return { kind: "error", message: "the prompt is empty" };
	if (stdin.kind === "nothing" || (stdin.kind === "terminal" && !waitForStdin)) return { kind: "ok", text: argument };
	const reading = stdin.read(maxStdinBytes);
	if (stdin.kind === "stream" && !waitForStdin && !(await hasBegun(reading, sources.patience()))) {
		reading.stop();
		sources.say("stdin is open but sent nothing, so it was not read; `code exec PROMPT -` waits for it");
		return { kind: "ok", text: argument };
	}
	const added = await readText(reading);
	if (added.kind === "error" || added.text.trim() === "") {
		return added.kind === "error" ? added : { kind: "ok", text: argument };
	}
	const text = added.text.endsWith("\n") ? added.text : `${added.text}\n`;
	return { kind: "ok", text: `${argument}\n\n<stdin>\n${text}</stdin>` };
}
