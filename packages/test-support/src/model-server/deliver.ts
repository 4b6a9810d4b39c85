// Puts one scripted answer on the wire, faults included. Every wait ends when the client goes away.

import type { ServerResponse } from "node:http";
import { renderAnthropic } from "./anthropic-wire.ts";
import { renderChat } from "./chat-wire.ts";
import { renderGemini } from "./gemini-wire.ts";
import { renderOllama } from "./ollama-wire.ts";
import { renderResponses } from "./responses-wire.ts";
import type { AnswerStep, DeliveryOptions, HtmlStep, ModelStep, ModelWire, RawStep, StatusStep } from "./script.ts";

// 64 kB: what one write carries when nothing asks for smaller ones.
const writeBytes = 65_536;

const isStatus = (step: ModelStep): step is StatusStep => "status" in step;
const isHtml = (step: ModelStep): step is HtmlStep => "html" in step;
const isRaw = (step: ModelStep): step is RawStep => "sse" in step;

interface Rendering {
	/** The events of an answer, each as it stands on the wire. */
	readonly render: (step: AnswerStep, number: number) => readonly string[];
	readonly contentType: string;
	/** Makes one event of a piece of text. */
	readonly event: (data: string) => string;
	/** What ends an event. */
	readonly end: RegExp;
}

const serverSent = {
	contentType: "text/event-stream",
	event: (data: string): string => `data: ${data}\n\n`,
	end: /[\s\S]*?\n\n|[\s\S]+$/g,
};

const renderings: Readonly<Record<ModelWire, Rendering>> = {
	responses: { ...serverSent, render: renderResponses },
	chat: { ...serverSent, render: renderChat },
	anthropic: { ...serverSent, render: renderAnthropic },
	gemini: { ...serverSent, render: renderGemini },
	ollama: {
		render: renderOllama,
		contentType: "application/x-ndjson",
		event: (data) => `${data}\n`,
		end: /[^\n]*\n|[^\n]+$/g,
	},
};

/** The events of an answer to request `number`, each as it stands on the wire. */
export function renderedEvents(wire: ModelWire, step: AnswerStep, number = 1): readonly string[] {
	return renderings[wire].render(step, number);
}

function resetConnection(response: ServerResponse): void {
	response.socket?.resetAndDestroy();
}

/** Waits for `ms`, or until the client is gone. */
function pause(response: ServerResponse, ms: number): Promise<void> {
	return new Promise((resolve) => {
		const timer = setTimeout(resolve, ms);
		response.once("close", () => {
			clearTimeout(timer);
			resolve();
		});
	});
}

/** Writes, and waits while the client is slower than we are. */
async function write(response: ServerResponse, bytes: Uint8Array): Promise<void> {
	if (response.destroyed || response.write(bytes)) return;
	await new Promise<void>((resolve) => {
		const settle = (): void => {
			response.off("drain", settle);
			response.off("close", settle);
			resolve();
		};
		response.on("drain", settle);
		response.on("close", settle);
	});
}

async function writeText(response: ServerResponse, text: string, splitBytes: number | undefined): Promise<void> {
	const bytes = Buffer.from(text, "utf8");
	const size = splitBytes ?? writeBytes;
	for (let start = 0; start < bytes.length && !response.destroyed; start += size) {
		await write(response, bytes.subarray(start, start + size));
		// A turn of the event loop keeps small writes apart on the wire.
		if (splitBytes !== undefined) await new Promise((resolve) => setImmediate(resolve));
	}
}

function withMalformedLine(
	events: readonly string[],
	options: DeliveryOptions,
	{ event }: Rendering,
): readonly string[] {
	if (options.malformedLine === undefined) return events;
	const line = options.malformedLine === true ? '{"type": "response.output_text.del' : options.malformedLine;
	return [...events.slice(0, 1), event(line), ...events.slice(1)];
}

async function deliverEvents(
	response: ServerResponse,
	events: readonly string[],
	options: DeliveryOptions,
	rendering: Rendering,
): Promise<void> {
	const cut = options.cutAfter ?? (options.idle === true ? 0 : events.length);
	response.writeHead(200, { "content-type": rendering.contentType, "cache-control": "no-cache", ...options.headers });
	response.flushHeaders();
	await writeText(response, withMalformedLine(events.slice(0, cut), options, rendering).join(""), options.splitBytes);
	if (options.idle === true) return;
	if (options.reset === true) {
		// What was written leaves first: a reset overtakes bytes that are still in our buffers.
		await pause(response, 20);
		resetConnection(response);
		return;
	}
	response.end();
}

/** Sends `step` as the answer to request `number`. Resolves when nothing more will be sent by itself. */
export async function deliver(
	response: ServerResponse,
	step: ModelStep,
	request: { readonly wire: ModelWire; readonly number: number },
): Promise<void> {
	if (isStatus(step)) {
		const text =
			step.body === undefined || typeof step.body === "string" ? (step.body ?? "") : JSON.stringify(step.body);
		const type = typeof step.body === "object" ? "application/json" : "text/plain";
		response.writeHead(step.status, { "content-type": type, ...step.headers });
		response.end(text);
		return;
	}
	if (isHtml(step)) {
		response.writeHead(200, { "content-type": "text/html; charset=utf-8" });
		response.end(step.html);
		return;
	}
	if (step.delayMs !== undefined) await pause(response, step.delayMs);
	if (response.destroyed) return;
	if (step.reset === true && step.cutAfter === undefined) return resetConnection(response);
	const rendering = renderings[request.wire];
	const events = isRaw(step) ? (step.sse.match(rendering.end) ?? []) : rendering.render(step, request.number);
	await deliverEvents(response, events, step, rendering);
}
