// What a scripted model answers, in words of no wire. One step answers one request; the wires render it.

/** Text as the model streams it: a list is taken as the deltas, a string is cut into deltas of `deltaSize` characters. */
export type ScriptedText = string | readonly string[];

/** A tool call. Arguments that are not text are sent as JSON. */
export interface ScriptedCall {
	readonly name: string;
	readonly arguments: string | Readonly<Record<string, unknown>>;
	/** Default `call_<request number>_<position>`. */
	readonly callId?: string;
}

/** Token counts; missing ones are 0. */
export interface ScriptedUsage {
	readonly inputTokens: number;
	readonly outputTokens: number;
	readonly cachedInputTokens?: number;
	readonly reasoningOutputTokens?: number;
}

/** How the bytes of a good answer are spoiled or delayed. */
export interface DeliveryOptions {
	/** Milliseconds of silence before the status line. */
	readonly delayMs?: number;
	/** Writes of this many bytes each, so that UTF-8 and lines are cut anywhere. */
	readonly splitBytes?: number;
	/** Sends this many events and then ends the body as if all were well. */
	readonly cutAfter?: number;
	/** With `cutAfter`: resets the connection there. Alone: resets it before any answer. */
	readonly reset?: true;
	/** With `cutAfter`: keeps the connection open there, in silence. Alone: after the headers. */
	readonly idle?: true;
	/** An event put after the first one; `true` sends one that is not JSON. */
	readonly malformedLine?: true | string;
	/** Leaves out the events that say that the answer is whole. */
	readonly noFinalEvent?: true;
	/** More headers of the answer. */
	readonly headers?: Readonly<Record<string, string>>;
}

/** Liberties that compatible servers take. */
export interface WireQuirks {
	/** Responses: items stand only in the final event's `output`. */
	readonly itemsInFinalEventOnly?: true;
	/** Chat: calls without `id`. */
	readonly omitCallIds?: true;
	/** Chat: calls without `index`. */
	readonly omitCallIndex?: true;
	/** Chat: each call in one chunk. */
	readonly wholeCalls?: true;
	/** Chat: no `finish_reason`, only `[DONE]`. */
	readonly omitFinishReason?: true;
	/** Chat: no `[DONE]`. */
	readonly omitDone?: true;
	/** Chat: the name of the field of reasoning. Default `reasoning_content`. */
	readonly reasoningField?: "reasoning" | "reasoning_content";
}

/** A good answer, whole or spoiled. */
export interface AnswerStep extends DeliveryOptions, WireQuirks {
	readonly text?: ScriptedText;
	/** Responses: a reasoning summary. Chat: the reasoning itself. */
	readonly reasoning?: ScriptedText;
	readonly calls?: readonly ScriptedCall[];
	/** `null` sends none. Default 10 in, 5 out. */
	readonly usage?: ScriptedUsage | null;
	/** Why the answer ends early. */
	readonly stop?: "length" | "content_filter";
	/** Characters a delta. Default 16. */
	readonly deltaSize?: number;
}

/** An answer that is an HTTP error, or any other status and body. */
export interface StatusStep {
	readonly status: number;
	readonly headers?: Readonly<Record<string, string>>;
	/** Text as it is; anything else as JSON. */
	readonly body?: unknown;
}

/** Status 200 with a page instead of a stream. */
export interface HtmlStep {
	readonly html: string;
}

/** A body written out by the test, as an event stream. */
export interface RawStep extends DeliveryOptions {
	/** The body's text, whatever the wire. */
	readonly sse: string;
}

/** One answer. */
export type ModelStep = AnswerStep | StatusStep | HtmlStep | RawStep;

/** A vendor's wire. */
export type ModelWire = "responses" | "chat" | "anthropic" | "gemini" | "ollama";

/** A request as the server got it. */
export interface ReceivedRequest {
	/** From 1. */
	readonly number: number;
	readonly wire: ModelWire;
	/** Path and query. */
	readonly path: string;
	readonly headers: Readonly<Record<string, string | readonly string[] | undefined>>;
	/** The parsed JSON body, or `undefined` when it was not JSON. */
	// biome-ignore lint/suspicious/noExplicitAny: tests look into bodies of several wires.
	readonly body: any;
	/** Whether the client went away before the answer was sent whole. */
	readonly abandoned: () => boolean;
}

/** A step, or a function that makes one of the request. */
export type ScriptEntry = ModelStep | ((request: ReceivedRequest) => ModelStep | Promise<ModelStep>);

/** The text of a call's arguments. */
export function argumentsText(call: ScriptedCall): string {
	return typeof call.arguments === "string" ? call.arguments : JSON.stringify(call.arguments);
}

/** The deltas of a text. */
export function deltasOf(text: ScriptedText, deltaSize = 16): readonly string[] {
	if (typeof text !== "string") return text;
	const characters = Array.from(text);
	const deltas: string[] = [];
	for (let start = 0; start < characters.length; start += deltaSize) {
		deltas.push(characters.slice(start, start + deltaSize).join(""));
	}
	return deltas;
}

/** A text in one piece. */
export function wholeText(text: ScriptedText): string {
	return typeof text === "string" ? text : text.join("");
}
