// What a recording keeps of a request: digests of its head and of each item, over masked and normalised text. An item is
// looked at once in its life: requests of one session share their items, and only the new ones cost anything.

import { createHash } from "node:crypto";
import type { ConversationItem, ModelRequest, RecordedItem, RecordedRequest, ToolSpec } from "@codex/protocol";
import { canonicalJson } from "./canonical-json.ts";
import { itemLabel, itemText } from "./item-text.ts";
import type { Normaliser } from "./normalise.ts";

/** How texts are made comparable, and safe to keep. */
export interface FingerprintOptions {
	readonly normalise: Normaliser;
	/** Masks secrets in a JSON-like value. */
	readonly redact: <T>(value: T) => T;
}

/** A request in digests. */
export interface Fingerprint extends Pick<RecordedRequest, "digest" | "head" | "prefix"> {
	/** All items. */
	readonly items: readonly RecordedItem[];
}

/** Takes fingerprints. One for the requests of one run, in their order. */
export interface Fingerprinter {
	take(request: ModelRequest): Fingerprint;
	/** How many items were digested so far; each counts once. */
	readonly digestedItems: number;
}

// 160 characters of an item: enough to know it again, little enough to keep for each.
const previewChars = 160;

const sha256 = (text: string): string => createHash("sha256").update(text).digest("hex");

/** The masked, normalised text of an item's preview, whole. */
export function comparableText(item: ConversationItem, { normalise, redact }: FingerprintOptions): string {
	return normalise(redact(itemText(item)));
}

function settingsOf(request: ModelRequest): Omit<ModelRequest, "input" | "instructions" | "tools"> {
	const { input: _input, instructions: _instructions, tools: _tools, ...settings } = request;
	return settings;
}

/** Makes a fingerprinter that has seen nothing. */
export function createFingerprinter(options: FingerprintOptions): Fingerprinter {
	const { normalise, redact } = options;
	const digestOf = (value: unknown): string => sha256(canonicalJson(redact(value), normalise));
	const seenItems = new WeakMap<ConversationItem, RecordedItem>();
	const seenTools = new WeakMap<readonly ToolSpec[], string>();
	let instructions = { text: "", digest: digestOf("") };
	let digestedItems = 0;
	/** The items of the last request, and for each the digest of everything up to it. */
	let last: readonly RecordedItem[] = [];
	let chain: string[] = [];

	const recorded = (item: ConversationItem): RecordedItem => {
		const known = seenItems.get(item);
		if (known !== undefined) return known;
		digestedItems += 1;
		const preview = comparableText(item, options).slice(0, previewChars);
		const made: RecordedItem = { label: itemLabel(item), digest: digestOf(item), preview };
		seenItems.set(item, made);
		return made;
	};
	const toolsDigest = (tools: readonly ToolSpec[]): string => {
		const known = seenTools.get(tools);
		if (known !== undefined) return known;
		const digest = digestOf(tools);
		seenTools.set(tools, digest);
		return digest;
	};
	const headOf = (request: ModelRequest): RecordedRequest["head"] => {
		if (instructions.text !== request.instructions) {
			instructions = { text: request.instructions, digest: digestOf(request.instructions) };
		}
		return {
			instructions: instructions.digest,
			tools: toolsDigest(request.tools),
			settings: digestOf(settingsOf(request)),
		};
	};
	return {
		get digestedItems() {
			return digestedItems;
		},
		take: (request) => {
			const items = request.input.map(recorded);
			let prefix = 0;
			while (prefix < items.length && items[prefix]?.digest === last[prefix]?.digest) prefix += 1;
			chain = chain.slice(0, prefix);
			for (const item of items.slice(prefix)) chain.push(sha256(`${chain.at(-1) ?? ""}\n${item.digest}`));
			last = items;
			const head = headOf(request);
			const digest = sha256([head.instructions, head.tools, head.settings, chain.at(-1) ?? ""].join("\n"));
			return { digest, head, prefix, items };
		},
	};
}
