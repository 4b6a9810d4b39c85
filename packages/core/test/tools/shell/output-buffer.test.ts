import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { createCharacterJoiner, createOutputBuffer } from "../../../src/tools/shell/output-buffer.ts";

function bufferOf(maxBytes: number, ...chunks: readonly (string | Uint8Array)[]): { text: string; totalBytes: number } {
	const buffer = createOutputBuffer(maxBytes);
	for (const chunk of chunks) buffer.push(typeof chunk === "string" ? Buffer.from(chunk) : chunk);
	return { text: buffer.text(), totalBytes: buffer.totalBytes };
}

describe("createOutputBuffer", () => {
	it("keeps everything up to its limit", () => {
		expect(bufferOf(10)).toEqual({ text: "", totalBytes: 0 });
		expect(bufferOf(10, "01234")).toEqual({ text: "01234", totalBytes: 5 });
		expect(bufferOf(10, "0123", "45", "6789")).toEqual({ text: "0123456789", totalBytes: 10 });
		expect(bufferOf(4, "äö").text).toBe("äö");
	});

	it("keeps both ends of what is longer and says how much is missing", () => {
		expect(bufferOf(4, "0123456789").text).toBe("01\n[6 bytes of output left out]\n89");
		expect(bufferOf(4, "0\n", "1\n".repeat(9)).text).toBe("0\n[16 bytes of output left out]\n1\n");
	});

	it("drops halves of characters at the cut", () => {
		expect(bufferOf(6, "aä€€€ä").text).toBe("aä\n[9 bytes of output left out]\nä");
	});

	it("is the text with its middle cut out, however it is chunked", () => {
		fc.assert(
			fc.property(
				fc.array(fc.string({ maxLength: 40 }), { maxLength: 30 }),
				fc.integer({ min: 2, max: 90 }),
				(chunks, max) => {
					const whole = chunks.join("").replaceAll("[", "(");
					const { text, totalBytes } = bufferOf(max, ...chunks.map((chunk) => chunk.replaceAll("[", "(")));
					expect(totalBytes).toBe(Buffer.byteLength(whole));
					if (totalBytes <= max) expect(text).toBe(whole);
					else {
						const [head = "", tail = ""] = text.split(/\n?\[\d+ bytes of output left out\]\n/);
						expect(whole.startsWith(head) && whole.endsWith(tail)).toBe(true);
						expect(Buffer.byteLength(head + tail)).toBeLessThanOrEqual(max);
					}
				},
			),
		);
	});

	it("takes millions of small pieces in memory of its own size", () => {
		const buffer = createOutputBuffer(1000);
		const piece = Buffer.from("y\n");
		const beforeBytes = process.memoryUsage().arrayBuffers;
		for (let count = 0; count < 2_000_000; count += 1) buffer.push(piece);
		expect(process.memoryUsage().arrayBuffers - beforeBytes).toBeLessThan(1_000_000);
		expect(buffer.totalBytes).toBe(4_000_000);
	});
});

describe("createCharacterJoiner", () => {
	it("gives the same text as decoding at once, wherever the bytes are cut", () => {
		const anyBytes = fc.oneof(
			fc.string({ unit: "grapheme", maxLength: 30 }).map((text) => Buffer.from(text)),
			fc.uint8Array({ maxLength: 30 }).map((bytes) => Buffer.from(bytes)),
		);
		fc.assert(
			fc.property(anyBytes, fc.integer({ min: 1, max: 5 }), (bytes, size) => {
				const joiner = createCharacterJoiner();
				let text = "";
				for (let start = 0; start < bytes.length; start += size) {
					text += joiner.push(bytes.subarray(start, start + size)).toString("utf8");
				}
				text += joiner.end().toString("utf8");
				expect(text.replaceAll("\ufffd", "")).toBe(bytes.toString("utf8").replaceAll("\ufffd", ""));
			}),
		);
	});
});
