// What a program of another vendor wrote, as an answer: its text, its model and what it says it used. Total: what is not of
// the documented form is taken as it is. Everything in it comes from outside.

import { type TokenUsage, zeroUsage } from "@codex/protocol";
import type { CommandFamily } from "./command-seat.ts";

/** An answer. */
export interface CommandAnswer {
	readonly text: string;
	readonly model?: string;
	readonly usage: TokenUsage;
	/** US dollars, where it tells. */
	readonly costUsd?: number;
	/** It says itself that it failed. */
	readonly failure?: string;
}

type Fields = Readonly<Record<string, unknown>>;

const isFields = (value: unknown): value is Fields =>
	typeof value === "object" && value !== null && !Array.isArray(value);

function parsed(text: string): unknown {
	try {
		return JSON.parse(text);
	} catch {
		return undefined; // Not JSON.
	}
}

const count = (value: unknown): number =>
	typeof value === "number" && Number.isFinite(value) && value > 0 ? Math.floor(value) : 0;
const textIn = (value: unknown): string | undefined => (typeof value === "string" ? value : undefined);

function usageOf(fields: unknown): TokenUsage {
	if (!isFields(fields)) return zeroUsage;
	const cacheRead = count(fields["cache_read_input_tokens"]) + count(fields["cached_input_tokens"]);
	const cacheWrite = count(fields["cache_creation_input_tokens"]);
	// Where the vendor counts what came from the cache apart, it is not in the input; where it does not, it is.
	const isApart = "cache_read_input_tokens" in fields;
	const input = count(fields["input_tokens"]);
	return {
		...zeroUsage,
		inputTokens: isApart ? input + cacheRead + cacheWrite : input,
		cachedInputTokens: cacheRead,
		cacheWriteInputTokens: cacheWrite,
		outputTokens: count(fields["output_tokens"]),
		reasoningOutputTokens: count(fields["reasoning_output_tokens"]),
	};
}

/** `claude -p --output-format json`: one object of the type `result`, or a list that ends with one. */
function claude(text: string): CommandAnswer | undefined {
	const whole = parsed(text.trim());
	const list: readonly unknown[] = Array.isArray(whole) ? whole : [whole];
	const result = list.findLast((each) => isFields(each) && each["type"] === "result");
	if (!isFields(result)) return undefined;
	const said = textIn(result["result"]) ?? "";
	const failed = result["is_error"] === true || (textIn(result["subtype"]) ?? "").startsWith("error");
	const models = isFields(result["modelUsage"]) ? Object.keys(result["modelUsage"]) : [];
	const [model] = models;
	const cost = result["total_cost_usd"];
	return {
		text: said,
		usage: usageOf(result["usage"]),
		...(model === undefined ? {} : { model }),
		...(typeof cost === "number" && cost >= 0 ? { costUsd: cost } : {}),
		...(failed ? { failure: said || `it ended with ${textIn(result["subtype"]) ?? "an error"}` } : {}),
	};
}

/** `gemini --output-format json`: `response` and `stats`, or `error`. */
function gemini(text: string): CommandAnswer | undefined {
	const begin = text.indexOf("{");
	const whole = begin === -1 ? undefined : parsed(text.slice(begin).trim());
	if (!isFields(whole) || (whole["response"] === undefined && whole["error"] === undefined)) return undefined;
	const stats = isFields(whole["stats"]) ? whole["stats"] : {};
	const models = isFields(stats["models"]) ? Object.entries(stats["models"]) : [];
	let usage: TokenUsage = zeroUsage;
	for (const [, entry] of models) {
		const tokens = isFields(entry) && isFields(entry["tokens"]) ? entry["tokens"] : {};
		usage = {
			...usage,
			inputTokens: usage.inputTokens + count(tokens["prompt"]),
			cachedInputTokens: usage.cachedInputTokens + count(tokens["cached"]),
			outputTokens: usage.outputTokens + count(tokens["candidates"]) + count(tokens["thoughts"]),
			reasoningOutputTokens: usage.reasoningOutputTokens + count(tokens["thoughts"]),
		};
	}
	const [model] = models.map(([name]) => name);
	const { error } = whole;
	const failure = isFields(error) ? (textIn(error["message"]) ?? "it reports an error") : undefined;
	return {
		text: textIn(whole["response"]) ?? "",
		usage,
		...(model === undefined ? {} : { model }),
		...(failure === undefined ? {} : { failure }),
	};
}

/** What a stream has said so far. */
interface Stream {
	readonly text: string | undefined;
	readonly usage: TokenUsage;
	readonly failure: string | undefined;
	readonly seen: boolean;
}

function takeEvent(stream: Stream, event: Fields, type: string): Stream {
	const seen = stream.seen || /^(?:thread|turn|item)\./.test(type);
	const { item, error } = event;
	switch (type) {
		case "item.completed": {
			const isMessage = isFields(item) && item["type"] === "agent_message";
			return { ...stream, seen, text: isMessage ? (textIn(item["text"]) ?? stream.text) : stream.text };
		}
		case "turn.completed":
			return { ...stream, seen, usage: usageOf(event["usage"]) };
		case "turn.failed":
			return {
				...stream,
				seen,
				failure: (isFields(error) ? textIn(error["message"]) : undefined) ?? "the turn failed",
			};
		default:
			return { ...stream, seen };
	}
}

/** `codex exec --json` and `code exec --json`: one event a line. */
function codex(text: string): CommandAnswer | undefined {
	let stream: Stream = { text: undefined, usage: zeroUsage, failure: undefined, seen: false };
	for (const line of text.split("\n")) {
		const event = line.startsWith("{") ? parsed(line) : undefined;
		if (isFields(event) && typeof event["type"] === "string") stream = takeEvent(stream, event, event["type"]);
	}
	if (!stream.seen) return undefined;
	const { usage, failure } = stream;
	return { text: stream.text ?? "", usage, ...(failure === undefined ? {} : { failure }) };
}

const readers: Readonly<Record<CommandFamily, readonly ((text: string) => CommandAnswer | undefined)[]>> = {
	claude: [claude],
	gemini: [gemini],
	// It began as the one and speaks as the other by now.
	qwen: [claude, gemini],
	codex: [codex],
	other: [],
};

/** The answer in what a program wrote to its standard output. */
export function readCommandOutput(family: CommandFamily, stdout: string): CommandAnswer {
	for (const read of readers[family]) {
		const answer = read(stdout);
		if (answer !== undefined) return answer;
	}
	return { text: stdout.trim(), usage: zeroUsage };
}
