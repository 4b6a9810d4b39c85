// What a server answers, as parts for a model: text and images; everything else is said in a sentence. Bounded, and never
// throws.

import {
	asJson,
	blockSchema,
	fitting,
	type WireBlock,
	type WireCallResult,
	type WireContents,
} from "../connection/wire.ts";

/** A part of a result. */
export type ResultPart =
	| { readonly kind: "text"; readonly text: string }
	/** `data` is base64. */
	| { readonly kind: "image"; readonly mimeType: string; readonly data: string };

/** What a call gave. */
export interface McpCallResult {
	/** The server says that the tool failed. */
	readonly isError: boolean;
	readonly parts: readonly ResultPart[];
}

// Formats that model vendors take, and how much of it: 8 images of 20 MiB as base64 are past any request limit already.
const imageTypes: readonly string[] = ["image/png", "image/jpeg", "image/gif", "image/webp"];
const maxImages = 8;
const maxImageCharacters = 27_962_028;

const text = (value: string): ResultPart => ({ kind: "text", text: value });

const sizeOf = (base64: string): string => `${Math.ceil((base64.length * 3) / 4 / 1024)} KiB`;

function ofBinary(what: string, mimeType: string, data: string): ResultPart {
	const isImage =
		imageTypes.includes(mimeType) && data.length <= maxImageCharacters && /^[A-Za-z0-9+/\s]*={0,2}$/.test(data);
	if (isImage) return { kind: "image", mimeType, data: data.replace(/\s+/g, "") };
	return text(`[${what} of type ${mimeType}, ${sizeOf(data)}, cannot be shown]`);
}

/** Contents of a resource as a part. */
export function ofContents({
	uri,
	mimeType = "application/octet-stream",
	text: words,
	blob,
}: WireContents): ResultPart {
	if (words !== undefined) return text(words);
	return blob === undefined ? text(`[resource ${uri} is empty]`) : ofBinary(`resource ${uri}`, mimeType, blob);
}

/** One block as a part. */
export function ofBlock(block: WireBlock): ResultPart {
	switch (block.type) {
		case "text":
			return text(block.text);
		case "image":
		case "audio":
			return ofBinary(block.type, block.mimeType, block.data);
		case "resource_link":
			return text(`[resource ${block.uri}${block.name === undefined ? "" : ` (${block.name})`}]`);
		case "resource":
			return ofContents(block.resource);
	}
}

function sameJson(words: string, structured: unknown): boolean {
	try {
		return JSON.stringify(JSON.parse(words)) === JSON.stringify(structured);
	} catch {
		// Not JSON, so not the same.
		return false;
	}
}

/** Structured content is said once: as text, unless a text block says it already. */
function structuredPart(structured: unknown, parts: readonly ResultPart[]): readonly ResultPart[] {
	if (structured === undefined || structured === null) return [];
	if (parts.some((part) => part.kind === "text" && sameJson(part.text, structured))) return [];
	return [text(JSON.stringify(asJson(structured)))];
}

/** The parts of a result, images up to a limit. */
export function ofCallResult({ content, structuredContent, isError }: WireCallResult): McpCallResult {
	const { items, dropped } = fitting(blockSchema, content);
	const parts = items.map(ofBlock);
	const images = parts.filter(({ kind }) => kind === "image");
	const surplus = new Set(images.slice(maxImages));
	const kept = parts.filter((part) => !surplus.has(part));
	const notes = [
		...(surplus.size > 0 ? [text(`[${surplus.size} more images were left out]`)] : []),
		...(dropped > 0 ? [text(`[${dropped} parts of the answer could not be read]`)] : []),
	];
	return { isError, parts: [...kept, ...structuredPart(structuredContent, parts), ...notes] };
}
