// The part of every provider that is no vendor's: opens the stream of one attempt, tells what a refusal means, and breaks
// off what runs when the provider is closed.

import type { ConversationItem, ModelEvent, ModelInfo, ModelRequest } from "@codex/protocol";
import { createRedactor } from "@codex/redact";
import type { ProviderContext, ProviderSettings } from "../provider.ts";
import { type OpenedStream, type RunningAttempt, streamAttempt } from "../stream/attempt.ts";
import { type ClassifyContext, failureInStream, failureOfRequest } from "./classify.ts";
import type { HttpClient } from "./http-client.ts";
import { NotAStream } from "./http-refusal.ts";
import type { WireDefinition } from "./wire-definition.ts";
import { createImageRemover } from "./without-images.ts";

/** A provider's loaded part. */
export interface WireAdapter {
	/** As `Provider.stream`. */
	stream(request: ModelRequest, signal: AbortSignal): AsyncIterable<readonly ModelEvent[]>;
	/** Breaks off what runs. */
	close(): void;
}

/** What an adapter is made of. */
export interface WireAdapterParts {
	readonly settings: ProviderSettings;
	readonly context: ProviderContext;
	/** The provider's own, prices included. */
	readonly modelInfo: (model: string) => ModelInfo;
	readonly client: HttpClient;
	readonly wire: WireDefinition;
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

interface OpenParts extends WireAdapterParts {
	readonly removeImages: (request: ModelRequest) => ModelRequest;
}

/** Sends the request and hands on the body. */
async function open(
	{ client, wire, settings, modelInfo, removeImages }: OpenParts,
	request: ModelRequest,
	signal: AbortSignal,
	context: ClassifyContext,
): Promise<OpenedStream> {
	const info = modelInfo(request.model);
	// What is not known of a model is tried.
	const seen = info.supportsImages || !info.known ? request : removeImages(request);
	const response = await client.post(wire.path(seen), wire.body(seen, info), signal);
	const type = (response.headers.get("content-type") ?? "").split(";")[0]?.trim().toLowerCase() ?? "";
	const { body } = response;
	if (!wire.contentTypes.test(type) || body === null) throw await notAStream(response, type, client.authority);
	const limits = wire.rateLimits?.(response.headers);
	return {
		body,
		framing: wire.framing,
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

/** Makes the adapter of one wire. Does no I/O. */
export function createWireAdapter(parts: WireAdapterParts): WireAdapter {
	const { settings, context, client, wire } = parts;
	const redactor = createRedactor({ secrets: secretsOf(settings) });
	const running = new Set<RunningAttempt>();
	const removeImages = createImageRemover();
	return {
		stream: (request, signal) => {
			const classify: ClassifyContext = {
				settings,
				model: request.model,
				authority: client.authority,
				redact: redactor.text,
				nowMs: context.clock.nowMs(),
				readError: (value) => wire.readError(value),
				...(wire.unreachableHint === undefined ? {} : { unreachableHint: wire.unreachableHint }),
			};
			return streamAttempt({
				signal,
				clock: context.clock,
				idleMs: settings.streamIdleTimeoutMs,
				running,
				open: (attemptSignal) => open({ ...parts, removeImages }, request, attemptSignal, classify),
				refused: (thrown) => failureOfRequest(thrown, classify),
			});
		},
		close: () => {
			for (const attempt of running) attempt.abort();
		},
	};
}
