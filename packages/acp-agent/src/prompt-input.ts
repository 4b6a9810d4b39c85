// From the content blocks of a prompt to what a session takes. Pure: nothing is read here; a link stays a path or an
// address that the model can open with its tools.

import { fileURLToPath } from "node:url";
import type { ContentBlock } from "@agentclientprotocol/sdk";
import type { UserInput } from "@codex/protocol";

/** What a prompt comes to. */
export type PromptInput =
	| {
			readonly kind: "input";
			readonly items: readonly UserInput[] /** The user's own words. */;
			readonly title: string;
	  }
	/** A slash command of ours. */
	| { readonly kind: "compact" }
	/** One sentence. */
	| { readonly kind: "error"; readonly message: string };

/** A `file:` address as a path; anything else as it is. */
export function pathOf(uri: string): string {
	if (!uri.startsWith("file://")) return uri;
	try {
		const { hash } = new URL(uri);
		return `${fileURLToPath(uri.split("#", 1)[0] ?? uri)}${hash}`;
	} catch {
		// Of another machine, or no valid address: the model sees what the editor sent.
		return uri;
	}
}

/** A fence that no line of the text can close. */
export function fenced(text: string): string {
	const longest = Math.max(2, ...Array.from(text.matchAll(/`+/g), ([ticks]) => ticks.length));
	const fence = "`".repeat(longest + 1);
	return `${fence}\n${text.replace(/\n$/, "")}\n${fence}`;
}

const imageTypes: ReadonlySet<string> = new Set(["image/png", "image/jpeg", "image/gif", "image/webp"]);

function image(mimeType: string, data: string): UserInput | string {
	if (!imageTypes.has(mimeType.toLowerCase())) return `images of the type ${JSON.stringify(mimeType)} are not taken`;
	if (!/^[A-Za-z0-9+/\s]+={0,2}\s*$/.test(data)) return "the data of an image is not base64";
	return { type: "image", image_url: `data:${mimeType.toLowerCase()};base64,${data.replaceAll(/\s/g, "")}` };
}

function embedded(resource: Extract<ContentBlock, { type: "resource" }>["resource"]): UserInput | string {
	const shown = pathOf(resource.uri);
	if ("text" in resource) return { type: "text", text: `Content of ${shown}:\n\n${fenced(resource.text)}` };
	const { mimeType } = resource;
	if (typeof mimeType === "string" && imageTypes.has(mimeType.toLowerCase())) return image(mimeType, resource.blob);
	return { type: "text", text: `[${shown} was attached; it is not text${mimeType ? ` (${mimeType})` : ""}]` };
}

function toInput(block: ContentBlock): UserInput | string {
	switch (block.type) {
		case "text":
			return { type: "text", text: block.text };
		case "image":
			return image(block.mimeType, block.data);
		case "audio":
			return "audio is not taken: the agent does not offer it";
		case "resource_link": {
			const name = block.title ?? block.name;
			const shown = pathOf(block.uri);
			return { type: "text", text: name === "" || shown.endsWith(name) ? shown : `${name} (${shown})` };
		}
		case "resource":
			return embedded(block.resource);
	}
}

/** Reads a prompt. */
export function readPrompt(blocks: readonly ContentBlock[]): PromptInput {
	const [first] = blocks;
	if (blocks.length === 1 && first?.type === "text" && first.text.trim() === "/compact") return { kind: "compact" };
	const items: UserInput[] = [];
	for (const block of blocks) {
		const input = toInput(block);
		if (typeof input === "string") return { kind: "error", message: input };
		if (input.type !== "text" || input.text !== "") items.push(input);
	}
	if (items.length === 0) return { kind: "error", message: "the prompt is empty" };
	const words = blocks.flatMap((block) => (block.type === "text" ? [block.text] : [])).join(" ");
	return { kind: "input", items: joinTexts(items), title: titleOf(words) };
}

/** Texts in a row are one: an editor cuts a sentence at each mention. */
function joinTexts(items: readonly UserInput[]): readonly UserInput[] {
	const joined: UserInput[] = [];
	for (const item of items) {
		const last = joined.at(-1);
		if (item.type !== "text" || last?.type !== "text") joined.push(item);
		else {
			const gap = /\s$/.test(last.text) || /^\s/.test(item.text) ? "" : " ";
			joined[joined.length - 1] = { type: "text", text: `${last.text}${gap}${item.text}` };
		}
	}
	return joined;
}

// As sessions are listed elsewhere.
const maxTitle = 80;

function titleOf(words: string): string {
	const line = words.replaceAll(/\s+/g, " ").trim();
	return line.length > maxTitle ? `${line.slice(0, maxTitle - 1)}…` : line;
}
