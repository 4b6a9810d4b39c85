// Says in one sentence where a request first departs from its recording.

import type { ConversationItem, ModelRequest, RecordedItem } from "@codex/protocol";
import { comparableText, type Fingerprint, type FingerprintOptions } from "./fingerprint.ts";
import { outputText } from "./item-text.ts";
import type { Recording } from "./recording.ts";

/** A request that is not the recorded one. */
export interface Departure {
	readonly recording: Recording;
	/** From 1; there is a recorded request of this number. */
	readonly number: number;
	readonly request: ModelRequest;
	readonly fingerprint: Fingerprint;
}

/** The items of a recorded request: each lists only what follows the prefix that it shares with the one before. */
function recordedItems({ recording, number }: Departure): readonly RecordedItem[] {
	let items: readonly RecordedItem[] = [];
	for (const { request } of recording.rounds.slice(0, number)) {
		items = [...items.slice(0, request.prefix), ...request.items];
	}
	return items;
}

/** Around the first difference: 20 characters before it and 60 from it on. */
function excerpt(text: string, at: number): string {
	const start = Math.max(0, at - 20);
	const end = at + 60;
	return JSON.stringify(`${start > 0 ? "…" : ""}${text.slice(start, end)}${end < text.length ? "…" : ""}`);
}

function firstDifference(left: string, right: string): number {
	let at = 0;
	while (at < left.length && at < right.length && left.charCodeAt(at) === right.charCodeAt(at)) at += 1;
	return at;
}

/** The whole recorded text of an item where the recording holds it: of tool outputs it does. */
function wholeRecordedText(
	item: ConversationItem | undefined,
	recording: Recording,
	options: FingerprintOptions,
): string | undefined {
	if (item === undefined || !("output" in item)) return undefined;
	const call = recording.toolCalls.find(({ callId }) => callId === item.call_id);
	return call === undefined ? undefined : options.normalise(options.redact(outputText(call.output)));
}

function itemDifference(
	recorded: RecordedItem,
	item: ConversationItem,
	{ recording }: Departure,
	options: FingerprintOptions,
): string {
	const got = comparableText(item, options);
	const whole = wholeRecordedText(item, recording, options);
	const expected = whole ?? recorded.preview;
	const at = firstDifference(expected, whole === undefined ? got.slice(0, expected.length) : got);
	if (whole === undefined && at === expected.length) {
		return got.length === at
			? `the texts are equal, other fields differ (${excerpt(got, 0)})`
			: `the first ${at} characters are equal (${excerpt(got, 0)})`;
	}
	return `recorded ${excerpt(expected, at)}, now ${excerpt(got, at)}`;
}

function headDifference({ recording, number, request, fingerprint }: Departure): string | undefined {
	const recorded = recording.rounds[number - 1]?.request.head;
	const { header } = recording;
	const by = `recorded by code ${header.codeVersion}`;
	if (recorded === undefined) return undefined;
	if (header.model !== request.model) {
		return `the model: recorded \`${header.model}\`, now \`${request.model}\``;
	}
	if (recorded.instructions !== fingerprint.head.instructions) return `the instructions (${by})`;
	if (recorded.tools !== fingerprint.head.tools) return `the tools (${by})`;
	if (recorded.settings !== fingerprint.head.settings) {
		return "the settings: effort, summary, verbosity, output schema, limits or parallel calls";
	}
	return undefined;
}

function inputDifference(departure: Departure, options: FingerprintOptions): string {
	const expected = recordedItems(departure);
	const { items } = departure.fingerprint;
	const length = Math.max(expected.length, items.length);
	for (let index = 0; index < length; index += 1) {
		const recorded = expected[index];
		const item = departure.request.input[index];
		const got = items[index];
		if (recorded?.digest === got?.digest) continue;
		const place = `input item ${index + 1}`;
		if (recorded === undefined)
			return `${place}, which the recording does not have: ${got?.label} ${excerpt(got?.preview ?? "", 0)}`;
		if (item === undefined || got === undefined) {
			return `${place}, which is missing now: recorded ${recorded.label} ${excerpt(recorded.preview, 0)}`;
		}
		if (recorded.label !== got.label) {
			return `${place}: recorded ${recorded.label} ${excerpt(recorded.preview, 0)}, now ${got.label} ${excerpt(got.preview, 0)}`;
		}
		return `${place} (${got.label}): ${itemDifference(recorded, item, departure, options)}`;
	}
	return "nothing that the recording names";
}

/** The first difference of a request from its recording, as one sentence. */
export function describeDeparture(departure: Departure, options: FingerprintOptions): string {
	const what = headDifference(departure) ?? inputDifference(departure, options);
	return `request ${departure.number} departs from the recording in ${what}`;
}
