// What a list of sessions shows of a rollout, in one pass and without checking its items: any file that can be read has a
// summary, so that damage never hides a session.

import { rolloutFormat, tryParseSessionId } from "@codex/protocol";
import { type Fields, isFields, tryParseJson } from "./json-fields.ts";
import { readLines } from "./line-reader.ts";
import { openForReading } from "./rollout-file.ts";

/** A session at a glance. Texts are as the file has them: masked when they were written. */
export interface RolloutSummary {
	/** Of the first line; `undefined` when it is damaged or foreign. */
	readonly id: string | undefined;
	/** ISO 8601; `""` when the first line is damaged. */
	readonly startedAt: string;
	/** `""` when the first line is damaged. */
	readonly cwd: string;
	readonly source: string;
	readonly provider: string;
	readonly forkedFrom: string | undefined;
	readonly format: number;
	/** The first words that the user wrote. */
	readonly title: string;
	/** The model of the last turn; `""` when there was none. */
	readonly model: string;
	readonly turns: number;
	readonly calls: number;
	/** Lines that are no JSON objects of our form. */
	readonly damagedLines: number;
	/** This version cannot read it. */
	readonly isNewer: boolean;
	/** What was said, for searching: the user's and the model's words, and commands. */
	readonly text: string;
}

const maxTitle = 120;
// 1 Mi characters of words is a session of months; what is beyond is not found by search.
const maxText = 1024 * 1024;

const textOf = (value: unknown): string => (typeof value === "string" ? value : "");

class Summarizer {
	meta: Fields = {};
	title = "";
	model = "";
	turns = 0;
	calls = 0;
	damagedLines = 0;
	text = "";

	take(line: string | undefined): void {
		if (line !== undefined && line.trim() === "") return;
		const value = line === undefined ? undefined : tryParseJson(line);
		if (!isFields(value) || typeof value.type !== "string" || !isFields(value.payload)) {
			this.damagedLines += 1;
			return;
		}
		const { type, payload } = value;
		if (type === "session_meta" && this.meta.id === undefined) this.meta = payload;
		else if (type === "turn_context") this.model = textOf(payload.model);
		else if (type === "event_msg") this.#takeEvent(payload);
		else if (type === "response_item") this.#takeItem(payload);
	}

	#takeEvent(payload: Fields): void {
		switch (payload.type) {
			case "turn_started":
				this.turns += 1;
				break;
			case "user_message": {
				const items: readonly unknown[] = Array.isArray(payload.items) ? payload.items : [];
				// Other programs have one text.
				const parts = items.map((item) => (isFields(item) ? textOf(item.text) : ""));
				const text = [...parts, textOf(payload.message)].filter((part) => part !== "").join(" ");
				if (this.title === "") this.title = text.replace(/\s+/g, " ").trim().slice(0, maxTitle);
				this.#add(text);
				break;
			}
			case "agent_message":
				this.#add(textOf(payload.message));
				break;
			case "exec_command_begin":
				this.#add(textOf(payload.display));
				break;
			default:
				break;
		}
	}

	#takeItem(payload: Fields): void {
		if (payload.type === "function_call" || payload.type === "custom_tool_call") this.calls += 1;
	}

	#add(text: string): void {
		if (text !== "" && this.text.length < maxText) this.text += `${text}\n`;
	}
}

/** Reads the summary. Rejects with the system's error when the file cannot be read or is a link. */
export async function summarizeRollout(path: string): Promise<RolloutSummary> {
	const handle = await openForReading(path);
	const summarizer = new Summarizer();
	try {
		await readLines(handle, (line) => {
			summarizer.take(line);
			return true;
		});
	} finally {
		await handle.close();
	}
	const { meta, title, model, turns, calls, damagedLines, text } = summarizer;
	const format = typeof meta.format === "number" ? meta.format : 1;
	return {
		id: tryParseSessionId(textOf(meta.id)),
		startedAt: textOf(meta.timestamp),
		cwd: textOf(meta.cwd),
		source: isFields(meta.source) ? "subagent" : textOf(meta.source) || "cli",
		provider: textOf(meta.model_provider),
		forkedFrom: tryParseSessionId(textOf(meta.forked_from_id)),
		format,
		title,
		model,
		turns,
		calls,
		damagedLines,
		isNewer: format > rolloutFormat,
		text,
	};
}
