import { describe, expect, test } from "vitest";
import { ofCallResult } from "../../src/results/content.ts";

const parts = (content: readonly unknown[], structuredContent?: unknown) =>
	ofCallResult({ content, structuredContent, isError: false }).parts;

describe("blocks", () => {
	test("text, links, embedded resources; audio and foreign images are said; what is none is counted", () => {
		expect(
			parts([
				{ type: "text", text: "hello" },
				{ type: "resource_link", uri: "file:///a", name: "a" },
				{ type: "resource", resource: { uri: "x:1", text: "inside" } },
				{ type: "resource", resource: { uri: "x:2", mimeType: "application/zip", blob: "AAAA" } },
				{ type: "resource", resource: { uri: "x:3" } },
				{ type: "audio", data: "AAAA", mimeType: "audio/wav" },
				{ type: "image", data: "AAAA", mimeType: "image/svg+xml" },
				{ type: "image", data: "not base64!", mimeType: "image/png" },
				{ type: "hologram" },
				null,
			]),
		).toEqual(
			[
				"hello",
				"[resource file:///a (a)]",
				"inside",
				"[resource x:2 of type application/zip, 1 KiB, cannot be shown]",
				"[resource x:3 is empty]",
				"[audio of type audio/wav, 1 KiB, cannot be shown]",
				"[image of type image/svg+xml, 1 KiB, cannot be shown]",
				"[image of type image/png, 1 KiB, cannot be shown]",
				"[2 parts of the answer could not be read]",
			].map((text) => ({ kind: "text", text })),
		);
	});

	test("images up to eight", () => {
		const image = { type: "image", data: "AA\nAA", mimeType: "image/png" };
		const found = parts(Array.from({ length: 10 }, () => image));
		expect(found.filter(({ kind }) => kind === "image")).toHaveLength(8);
		expect(found[0]).toEqual({ kind: "image", mimeType: "image/png", data: "AAAA" });
		expect(found.at(-1)).toEqual({ kind: "text", text: "[2 more images were left out]" });
	});

	test("structured content is said once", () => {
		expect(parts([{ type: "text", text: '{ "a": 1 }' }], { a: 1 })).toHaveLength(1);
		expect(parts([{ type: "text", text: "see below" }], { a: 1 }).at(-1)).toEqual({ kind: "text", text: '{"a":1}' });
		expect(parts([], null)).toEqual([]);
	});
});
