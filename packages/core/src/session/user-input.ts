// User input as a message item. Local images are read here; one that cannot be read becomes a sentence in its place.

import type { ContentPart, MessageItem, UserInput } from "@codex/protocol";
import { loadImage } from "../tools/view-image/load-image.ts";

async function toPart(input: UserInput, cwd: string): Promise<ContentPart> {
	switch (input.type) {
		case "text":
			return { type: "input_text", text: input.text };
		case "image":
			return { type: "input_image", image_url: input.image_url };
		case "local_image": {
			const loaded = await loadImage(input.path, cwd);
			if (loaded.kind === "ok") return loaded.part;
			return { type: "input_text", text: `[image ${input.path} could not be read: ${loaded.message}]` };
		}
	}
}

/** The message for `items`; images before text, as given. Never rejects. */
export async function userMessage(items: readonly UserInput[], cwd: string): Promise<MessageItem> {
	const content: ContentPart[] = [];
	for (const item of items) content.push(await toPart(item, cwd));
	return { type: "message", role: "user", content };
}
