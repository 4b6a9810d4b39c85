// Images as the vendor takes them: bytes of a few kinds. Anything else would have every request of the session refused,
// so words stand in its place.

import type { ContentPart } from "@codex/protocol";
import type { Part } from "@google/genai/web";

// The vendor's list, read in November 2026.
const accepted: ReadonlySet<string> = new Set(["image/png", "image/jpeg", "image/webp", "image/heic", "image/heif"]);

const start = /^data:([^;,]+);base64,(?=.)/i;

/** The image of a `data:` URL, or words that say what is missing. */
function imagePart(url: string): Part {
	const [head, told] = start.exec(url) ?? [];
	const mimeType = told?.toLowerCase().replace(/^image\/jpg$/, "image/jpeg");
	if (head === undefined || mimeType === undefined) {
		return { text: `[an image at ${url.slice(0, 200)}, which this provider cannot load]` };
	}
	if (!accepted.has(mimeType)) return { text: `[an image of the kind ${mimeType}, which this model does not take]` };
	return { inlineData: { mimeType, data: url.slice(head.length) } };
}

/** Text and images of one item, without empty text. */
export function partsOf(content: readonly ContentPart[]): readonly Part[] {
	return content.flatMap((part) => {
		if (part.type === "input_image") return [imagePart(part.image_url)];
		return part.text === "" ? [] : [{ text: part.text }];
	});
}
