import type { ContentBlock } from "@agentclientprotocol/sdk";
import { describe, expect, test } from "vitest";
import { fenced, pathOf, readPrompt } from "../src/prompt-input.ts";

const text = (words: string): ContentBlock => ({ type: "text", text: words });

describe("a prompt", () => {
	test("texts and links in a row are one text", () => {
		expect(
			readPrompt([
				text("look at"),
				{ type: "resource_link", name: "a b.ts", uri: "file:///work/a%20b.ts" },
				text(" and"),
				{ type: "resource_link", name: "the page", uri: "https://example.com/x" },
			]),
		).toEqual({
			kind: "input",
			title: "look at and",
			items: [{ type: "text", text: "look at /work/a b.ts and the page (https://example.com/x)" }],
		});
	});

	test("files that are embedded come with their text, which no fence in it closes", () => {
		const read = readPrompt([
			{ type: "resource", resource: { uri: "file:///work/a.md#L1-2", text: "```js\ncode\n```" } },
			{ type: "resource", resource: { uri: "zed:///x", blob: "AAAA", mimeType: "image/png" } },
			{ type: "resource", resource: { uri: "zed:///y", blob: "AAAA" } },
		]);
		expect(read).toMatchObject({
			items: [
				{ text: "Content of /work/a.md#L1-2:\n\n````\n```js\ncode\n```\n````" },
				{ type: "image", image_url: "data:image/png;base64,AAAA" },
				{ text: "[zed:///y was attached; it is not text]" },
			],
		});
	});

	test("images go along when they are images", () => {
		const image = (mimeType: string, data: string): ContentBlock => ({ type: "image", mimeType, data });
		expect(readPrompt([image("image/PNG", "AA\nAA==")])).toMatchObject({
			items: [{ type: "image", image_url: "data:image/png;base64,AAAA==" }],
		});
		expect(readPrompt([image("image/svg+xml", "AAAA")])).toMatchObject({ kind: "error" });
		expect(readPrompt([image("image/png", "<script>")])).toMatchObject({ kind: "error" });
		expect(readPrompt([{ type: "audio", mimeType: "audio/wav", data: "AAAA" }])).toMatchObject({ kind: "error" });
	});

	test("nothing is an error, /compact a command, and a long title is cut", () => {
		expect(readPrompt([])).toMatchObject({ kind: "error" });
		expect(readPrompt([text("")])).toMatchObject({ kind: "error" });
		expect(readPrompt([text("/compact\n")])).toEqual({ kind: "compact" });
		expect(readPrompt([text("/compact now")])).toMatchObject({ kind: "input" });
		const read = readPrompt([text("word ".repeat(50))]);
		expect(read.kind === "input" ? read.title.length : 0).toBe(80);
	});
});

test("addresses that are no paths stay as they are", () => {
	expect(pathOf("file://other-host/a")).toBe("file://other-host/a");
	expect(pathOf("file:///a%2Fb")).toBe("file:///a%2Fb");
	expect(pathOf("relative")).toBe("relative");
	expect(fenced("a")).toBe("```\na\n```");
});
