// Reads a recording and checks that nothing in it was changed since it was written: every answer has a digest, and the
// last line has one over the whole file. A recording that broke off with its run is read as far as it goes.

import { createHash, type Hash } from "node:crypto";
import { readFile } from "node:fs/promises";
import {
	type RecordedRequest,
	type RecordedToolCall,
	type RecordingHeader,
	type RecordingLine,
	recordingVersion,
	toError,
} from "@codex/protocol";
import { normalisationNames } from "./normalise.ts";
import { endDigest, recordingLineText } from "./record.ts";
import type { RecordedRound, Recording } from "./recording.ts";

/** What came of reading. */
export type ReadRecordingResult =
	| { readonly kind: "ok"; readonly recording: Recording }
	/** One sentence that names the file and, where there is one, the line. */
	| { readonly kind: "error"; readonly message: string };

interface OpenRound {
	readonly request: RecordedRequest;
	readonly events: RecordedRound["events"][number][];
	readonly digest: Hash;
	whole: boolean;
}

/** Takes the lines in order; each method returns a sentence when the line does not belong where it stands. */
class RecordingReader {
	readonly #rounds: OpenRound[] = [];
	readonly #toolCalls: RecordedToolCall[] = [];
	readonly #digest = createHash("sha256");
	#header: RecordingHeader | undefined;
	#outcome: Recording["outcome"];

	take(line: RecordingLine, text: string): string | undefined {
		if (this.#outcome !== undefined) return "comes after the last line";
		if (line.type !== "header" && this.#header === undefined) return "comes before the header";
		const problem = this.#dispatch(line, text);
		this.#digest.update(text);
		return problem;
	}

	result(): Recording | undefined {
		if (this.#header === undefined) return undefined;
		return {
			header: this.#header,
			rounds: this.#rounds.map(({ request, events, whole }) => ({ request, events, whole })),
			toolCalls: this.#toolCalls,
			...(this.#outcome === undefined ? {} : { outcome: this.#outcome }),
		};
	}

	#endResponse(line: Extract<RecordingLine, { readonly type: "response_end" }>): string | undefined {
		const round = this.#rounds[line.number - 1];
		if (round === undefined || round.whole) return `ends request ${line.number}, which is not open`;
		round.whole = true;
		const same = round.events.length === line.events && round.digest.digest("hex") === line.digest;
		return same ? undefined : `says that the answer to request ${line.number} was changed after it was recorded`;
	}

	#dispatch(line: RecordingLine, text: string): string | undefined {
		switch (line.type) {
			case "header":
				return this.#takeHeader(line);
			case "request":
				if (line.number !== this.#rounds.length + 1) return `is request ${line.number} and not the next one`;
				this.#rounds.push({ request: line, events: [], digest: createHash("sha256"), whole: false });
				return undefined;
			case "model_event": {
				const round = this.#rounds[line.number - 1];
				if (round === undefined || round.whole) return `belongs to request ${line.number}, which is not open`;
				round.events.push(line.event);
				round.digest.update(text);
				return undefined;
			}
			case "response_end":
				return this.#endResponse(line);
			case "tool_call":
				this.#toolCalls.push(line);
				return undefined;
			case "end": {
				this.#outcome = line.outcome;
				const digest = endDigest(this.#digest, line);
				const same =
					text === recordingLineText({ type: "end", requests: line.requests, outcome: line.outcome, digest });
				return same && line.requests === this.#rounds.length
					? undefined
					: "says that the recording was changed after it was made";
			}
		}
	}

	#takeHeader(header: RecordingHeader): string | undefined {
		if (this.#header !== undefined) return "is a second header";
		this.#header = header;
		if (header.version !== recordingVersion) {
			return `has format version ${header.version}; this program reads version ${recordingVersion}`;
		}
		const same = header.normalisations.join() === normalisationNames.join();
		return same ? undefined : "was recorded with other normalisations; record it again with this version";
	}
}

/** The lines of a file with their newlines, without making one string of it all. */
function* linesOf(bytes: Buffer): Generator<string> {
	for (let start = 0; start < bytes.length; ) {
		const newline = bytes.indexOf(10, start);
		const end = newline < 0 ? bytes.length : newline + 1;
		yield bytes.toString("utf8", start, end);
		start = end;
	}
}

async function readBytes(path: string): Promise<Buffer | string> {
	try {
		return await readFile(path);
	} catch (thrown) {
		const error = toError(thrown);
		const missing = "code" in error && error.code === "ENOENT";
		return `cannot read the recording \`${path}\`: ${missing ? "no such file" : error.message}`;
	}
}

/** Reads the recording at `path`. Never rejects. */
export async function readRecording(path: string): Promise<ReadRecordingResult> {
	const bytes = await readBytes(path);
	if (typeof bytes === "string") return { kind: "error", message: bytes };
	const { recordingLineSchema } = await import("@codex/protocol/schema");
	const reader = new RecordingReader();
	let number = 0;
	for (const text of linesOf(bytes)) {
		number += 1;
		const at = `line ${number} of \`${path}\``;
		let value: unknown;
		try {
			value = JSON.parse(text);
		} catch {
			// A last line without its newline is where a killed run broke off.
			if (!text.endsWith("\n")) break;
			return { kind: "error", message: `${at} is not JSON` };
		}
		const parsed = recordingLineSchema.safeParse(value);
		if (!parsed.success) {
			const issue = parsed.error.issues[0];
			const where = issue === undefined || issue.path.length === 0 ? "" : ` at ${issue.path.join(".")}`;
			return { kind: "error", message: `${at} is not a line of a recording${where}: ${issue?.message ?? "invalid"}` };
		}
		const problem = reader.take(parsed.data, text);
		if (problem !== undefined) return { kind: "error", message: `${at} ${problem}` };
	}
	const recording = reader.result();
	return recording === undefined
		? { kind: "error", message: `the recording \`${path}\` is empty` }
		: { kind: "ok", recording };
}
