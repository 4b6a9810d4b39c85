// OpenAI's two wires behind the provider interface. Loaded when the provider is first used: this module brings the SDK.

import type { ConversationItem, ModelEvent, ModelInfo, ModelRequest } from "@codex/protocol";
import { createRedactor } from "@codex/redact";
import type { ProviderContext, ProviderSettings } from "../provider.ts";
import { type OpenedStream, type RunningAttempt, streamAttempt } from "../stream/attempt.ts";
import type { EventDecoder } from "../stream/event-decoder.ts";
import { createChatDecoder } from "./chat/decoder.ts";
import { createToChatRequest } from "./chat/to-request.ts";
import { type ClassifyContext, failureInStream, failureOfRequest, NotAStream } from "./classify.ts";
import { createHttpClient, type HttpClient } from "./client.ts";
import type { DecoderOptions } from "./decoder-options.ts";
import { rateLimitsOf } from "./rate-limit-headers.ts";
import { createResponsesDecoder } from "./responses/decoder.ts";
import { createToResponsesRequest } from "./responses/to-request.ts";
import { createSerialiser } from "./serialise.ts";

/** What differs between the wires. */
interface Wire {
	readonly path: string;
	body(request: ModelRequest, info: ModelInfo): string;
	decoder(options: DecoderOptions): EventDecoder;
}

function responsesWire(provider: string): Wire {
	const toRequest = createToResponsesRequest(provider);
	const { serialise } = createSerialiser();
	return {
		path: "/responses",
		body: (request, info) => {
			const { input, ...head } = toRequest(request, info);
			return serialise(head, "input", input);
		},
		decoder: createResponsesDecoder,
	};
}

function chatWire(provider: string): Wire {
	const toRequest = createToChatRequest(provider);
	const { serialise } = createSerialiser();
	return {
		path: "/chat/completions",
		body: (request, info) => {
			const { messages, ...head } = toRequest(request, info);
			return serialise(head, "messages", messages);
		},
		decoder: createChatDecoder,
	};
}

function hasCall(items: readonly ConversationItem[], callId: string): boolean {
	return items.some(
		(item) => (item.type === "function_call" || item.type === "custom_tool_call") && item.call_id === callId,
	);
}

const secretHeader = /key|token|secret|auth|cookie|password/i;

function secretsOf(settings: ProviderSettings): readonly string[] {
	const inHeaders = Object.entries(settings.headers).filter(([name]) => secretHeader.test(name));
	const inQuery = Object.entries(settings.queryParams).filter(([name]) => secretHeader.test(name));
	const key = settings.apiKey === undefined ? [] : [settings.apiKey];
	return [...key, ...[...inHeaders, ...inQuery].map(([, value]) => value)];
}

// Content types that may carry events; some servers name none or a plain one.
const streamTypes = /^(?:text\/event-stream|text\/plain|application\/octet-stream|)$/;

// 300 characters of an answer that is none, to show what it is.
const excerptChars = 300;

async function notAStream(response: Response, type: string, authority: string): Promise<NotAStream> {
	let text = "";
	const utf8 = new TextDecoder();
	for await (const chunk of response.body ?? []) {
		text += utf8.decode(chunk, { stream: true });
		if (text.length >= excerptChars) break;
	}
	const excerpt = text.slice(0, excerptChars).replaceAll(/\s+/g, " ").trim();
	return new NotAStream(
		`${authority} answered with ${type} and not with an event stream, check the base URL: ${excerpt}`,
	);
}

/** An OpenAI-compatible provider, loaded. */
export interface OpenAiAdapter {
	/** As `Provider.stream`. */
	stream(request: ModelRequest, signal: AbortSignal): AsyncIterable<readonly ModelEvent[]>;
	/** Breaks off what runs. */
	close(): void;
}

/** The part of one attempt that is OpenAI's: sends the request and hands on the body. */
async function open(
	{ client, wire, settings }: { client: HttpClient; wire: Wire; settings: ProviderSettings },
	request: ModelRequest,
	info: ModelInfo,
	{ signal, context }: { signal: AbortSignal; context: ClassifyContext },
): Promise<OpenedStream> {
	const response = await client.post(wire.path, wire.body(request, info), signal);
	const type = (response.headers.get("content-type") ?? "").split(";")[0]?.trim().toLowerCase() ?? "";
	const { body } = response;
	if (!streamTypes.test(type) || body === null) throw await notAStream(response, type, client.authority);
	const limits = rateLimitsOf(response.headers);
	return {
		body,
		decoder: (batch) =>
			wire.decoder({
				provider: settings.id,
				batch,
				opening: limits === undefined ? [] : [limits],
				isKnownCallId: (callId) => hasCall(request.input, callId),
				failure: (error) => failureInStream(error, context),
			}),
	};
}

/** Makes the adapter of `settings`. `modelInfo` is the provider's own, prices included. */
export function createOpenAiAdapter(
	settings: ProviderSettings,
	context: ProviderContext,
	modelInfo: (model: string) => ModelInfo,
): OpenAiAdapter {
	const client = createHttpClient(settings, context);
	const wire = settings.wire === "responses" ? responsesWire(settings.id) : chatWire(settings.id);
	const redactor = createRedactor({ secrets: secretsOf(settings) });
	const running = new Set<RunningAttempt>();
	return {
		stream: (request, signal) => {
			const classify: ClassifyContext = {
				settings,
				model: request.model,
				authority: client.authority,
				redact: redactor.text,
				nowMs: context.clock.nowMs(),
			};
			return streamAttempt({
				signal,
				clock: context.clock,
				idleMs: settings.streamIdleTimeoutMs,
				running,
				open: (attemptSignal) =>
					open({ client, wire, settings }, request, modelInfo(request.model), {
						signal: attemptSignal,
						context: classify,
					}),
				refused: (thrown) => failureOfRequest(thrown, classify),
			});
		},
		close: () => {
			for (const attempt of running) attempt.abort();
		},
	};
}
