// Blocks that stand in the composer as one character and are sent whole: large pastes and images. Pure.

import type { UserInput } from "@codex/protocol";

/** What a block holds. */
export type Chip =
	| { readonly kind: "paste"; readonly text: string; readonly label: string }
	/** A path, absolute or relative to the session's folder. */
	| { readonly kind: "image"; readonly path: string; readonly label: string };

// Plane 15 is for private use: no terminal shows it, and what users type or paste is freed of it.
const firstCode = 0xf_0000;
const chipPattern = /[\u{f0000}-\u{ffffd}]/gu;

/** A paste of more characters than this becomes a block. The reference's number. */
export const pasteChipChars = 1000;

/** The character that stands for the block at `index`. */
export const chipChar = (index: number): string => String.fromCodePoint(firstCode + index);

/** The block that a character stands for; `undefined` for any other character. */
export function chipAt(chips: readonly Chip[], char: string): Chip | undefined {
	const code = char.codePointAt(0) ?? 0;
	return code < firstCode ? undefined : chips[code - firstCode];
}

/** Takes out what must not stand in a text that a person edits: our block characters and control characters. */
export function cleanInput(text: string): string {
	return (
		text
			.replace(/\r\n?/g, "\n")
			.replace(chipPattern, "")
			// An escape sequence is taken out whole, so that its rest is not left as text.
			.replace(/\x1b(?:\[[0-?]*[ -/]*[@-~]|\][^\x07\x1b]*(?:\x07|\x1b\\)?|[PX^_][^\x1b]*(?:\x1b\\)?|[ -~])?/g, "")
			.replace(/[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028\u2029]/g, "")
			.replace(/[\u202a-\u202e\u2066-\u2069]/g, "")
	);
}

/** How a paste block is labelled: the reference's words. */
export const pasteLabel = (text: string): string => `[Pasted Content ${Array.from(text).length} chars]`;

/** The text with labels in place of blocks, as the composer shows it. */
export function labelled(text: string, chips: readonly Chip[]): string {
	return text.replace(chipPattern, (char) => chipAt(chips, char)?.label ?? "");
}

/** The text as it is sent: pastes whole, images left out. */
export function expanded(text: string, chips: readonly Chip[]): string {
	return text.replace(chipPattern, (char) => {
		const chip = chipAt(chips, char);
		if (chip === undefined) return "";
		return chip.kind === "paste" ? chip.text : chip.label;
	});
}

/** What is sent for a text: its images, then the text. Empty when there is nothing to send. */
export function toUserInput(text: string, chips: readonly Chip[]): readonly UserInput[] {
	const images: UserInput[] = [];
	for (const char of text.match(chipPattern) ?? []) {
		const chip = chipAt(chips, char);
		if (chip?.kind === "image") images.push({ type: "local_image", path: chip.path });
	}
	const sent = expanded(text, chips).trim();
	return sent === "" ? images : [...images, { type: "text", text: sent }];
}

const imageEnding = /\.(?:png|jpe?g|gif|webp|bmp)$/i;

/** The path when a paste is nothing but the path of an image: plain, quoted, escaped or a `file:` address. */
export function imagePathOf(pasted: string): string | undefined {
	const text = pasted.trim();
	if (text === "" || text.includes("\n") || text.length > 4096) return undefined;
	const quoted = /^(?:'(.*)'|"(.*)")$/.exec(text);
	const bare = quoted?.[1] ?? quoted?.[2];
	if (bare !== undefined) return imageEnding.test(bare) ? bare : undefined;
	if (text.startsWith("file://")) {
		try {
			const path = decodeURIComponent(new URL(text).pathname);
			return imageEnding.test(path) ? path : undefined;
		} catch {
			// Not an address after all.
			return undefined;
		}
	}
	if (!/^(?:\/|~\/|\.{1,2}\/)/.test(text) || /(?<!\\)\s/.test(text)) return undefined;
	const path = text.replace(/\\(.)/g, "$1");
	return imageEnding.test(path) ? path : undefined;
}
