// What the tests of this package share: a provider on a scripted server, requests, and a way to take a stream apart.

import type { ConversationItem, ModelError, ModelEvent, ModelInfo, ModelRequest } from "@codex/protocol";
import { createSystemClock } from "@codex/resilience";
import { assertModelGrammar, createModelServer, type ModelServer, type ModelServerOptions } from "@codex/test-support";
import { onTestFinished } from "vitest";
import { createProvider, type Provider, type ProviderContext, type ProviderSettings } from "../src/index.ts";

export type Wire = ProviderSettings["wire"];

export const user = (text: string): ConversationItem => ({
	type: "message",
	role: "user",
	content: [{ type: "input_text", text }],
});

export const shellTool: ModelRequest["tools"][number] = {
	name: "shell",
	description: "Runs a command",
	parameters: { type: "object", properties: { command: { type: "array", items: { type: "string" } } } },
};

export function aRequest(over: Partial<ModelRequest> = {}): ModelRequest {
	return {
		model: "gpt-5-codex",
		instructions: "You are a test.",
		input: [user("hello")],
		tools: [shellTool],
		parallelToolCalls: true,
		...over,
	};
}

/** What the wire calls the base URL of a scripted server. */
export function baseOf(wire: Wire, server: ModelServer): string {
	return wire === "responses" || wire === "chat" ? server.baseUrl : server.origin;
}

const ids: Readonly<Record<Wire, string>> = {
	responses: "openai",
	chat: "openai",
	anthropic: "anthropic",
	gemini: "gemini",
	ollama: "ollama",
};

export function settingsFor(wire: Wire, baseUrl: string, over: Partial<ProviderSettings> = {}): ProviderSettings {
	return {
		id: ids[wire],
		wire,
		baseUrl,
		apiKey: "sk-test-0123456789abcdef",
		apiKeySource: "TEST_API_KEY",
		headers: {},
		queryParams: {},
		streamIdleTimeoutMs: 300_000,
		...over,
	};
}

function contextFor(over: Partial<ProviderContext> = {}): ProviderContext {
	return {
		clock: createSystemClock(),
		userAgent: "code/0.0.0-test",
		originator: "codex_cli_rs",
		sessionId: "0198a000-0000-7000-8000-000000000000",
		...over,
	};
}

export function providerFor(
	wire: Wire,
	baseUrl: string,
	settings: Partial<ProviderSettings> = {},
	context: Partial<ProviderContext> = {},
): Provider {
	const provider = createProvider(settingsFor(wire, baseUrl, settings), contextFor(context));
	onTestFinished(() => provider.close());
	return provider;
}

/** A provider that nobody gave a key. */
export function keylessProvider(wire: Wire, baseUrl: string): Provider {
	const { apiKey: _key, apiKeySource: _source, ...settings } = settingsFor(wire, baseUrl);
	const provider = createProvider(settings, contextFor());
	onTestFinished(() => provider.close());
	return provider;
}

export interface Collected {
	readonly batches: readonly (readonly ModelEvent[])[];
	readonly events: readonly ModelEvent[];
	/** Concatenated text deltas. */
	readonly text: string;
	readonly reasoning: string;
	readonly items: readonly Extract<ModelEvent, { type: "item_done" }>["item"][];
	readonly error: ModelError | undefined;
	readonly done: Extract<ModelEvent, { type: "done" }> | undefined;
	readonly usage: Extract<ModelEvent, { type: "usage" }>["usage"] | undefined;
}

/** A refused request is one error alone; everything else keeps the grammar. */
function assertGrammar(events: readonly ModelEvent[]): void {
	if (events.length === 1 && events[0]?.type === "error") return;
	assertModelGrammar(events);
}

export async function collect(
	provider: Provider,
	request: ModelRequest = aRequest(),
	signal: AbortSignal = new AbortController().signal,
): Promise<Collected> {
	const batches: (readonly ModelEvent[])[] = [];
	for await (const batch of provider.stream(request, signal)) batches.push(batch);
	return summary(batches);
}

export function summary(batches: readonly (readonly ModelEvent[])[]): Collected {
	const events = batches.flat();
	if (batches.some((batch) => batch.length === 0)) throw new Error("an empty batch");
	assertGrammar(events);
	const find = <T extends ModelEvent["type"]>(type: T): Extract<ModelEvent, { type: T }> | undefined =>
		events.find((event): event is Extract<ModelEvent, { type: T }> => event.type === type);
	return {
		batches,
		events,
		text: events.flatMap((event) => (event.type === "text_delta" ? [event.text] : [])).join(""),
		reasoning: events.flatMap((event) => (event.type === "reasoning_delta" ? [event.text] : [])).join(""),
		items: events.flatMap((event) => (event.type === "item_done" ? [event.item] : [])),
		error: find("error")?.error,
		done: find("done"),
		usage: find("usage")?.usage,
	};
}

export async function serve(script: ModelServerOptions["script"]): Promise<ModelServer> {
	const server = await createModelServer({ script });
	onTestFinished(() => server.close());
	return server;
}

/** What a model of the table may do. */
export const knownModel: ModelInfo = {
	id: "gpt-5",
	contextWindow: 400_000,
	maxOutputTokens: 128_000,
	supportsImages: true,
	supportsReasoning: true,
	supportsVerbosity: true,
	supportsParallelToolCalls: true,
	known: true,
};
