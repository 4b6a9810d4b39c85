import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { truncateMiddle } from "../../src/context/truncate.ts";

const marker = /…(\d+) tokens truncated…\n/;

describe("truncateMiddle", () => {
	it("leaves alone what fits, to the byte", () => {
		expect(truncateMiddle("", 0)).toBe("");
		expect(truncateMiddle("abc", 3)).toBe("abc");
		expect(truncateMiddle("äöü", 6)).toBe("äöü");
		expect(truncateMiddle("äöü", 5)).not.toBe("äöü");
		expect(truncateMiddle("short", 100, 999)).toBe("short");
	});

	it("keeps whole lines of both ends and counts what is missing", () => {
		const lines = Array.from({ length: 1000 }, (_, index) => `line ${index}`);
		const text = truncateMiddle(lines.join("\n"), 400);
		const [head = "", tail = ""] = text.split(/…\d+ tokens truncated…\n/);
		expect(head.startsWith("line 0\nline 1\n")).toBe(true);
		expect(head.endsWith("\n")).toBe(true);
		expect(lines).toContain(tail.split("\n")[0]);
		expect(tail.endsWith("line 999")).toBe(true);
		const missingBytes = Buffer.byteLength(lines.join("\n")) - Buffer.byteLength(head + tail);
		expect(marker.exec(text)?.[1]).toBe(String(Math.ceil(missingBytes / 4)));
	});

	it("counts bytes that were lost before", () => {
		const text = truncateMiddle("x".repeat(1000), 200, 4_000_000);
		const kept = text.replace(marker, "").replace("\n", "").length;
		expect(marker.exec(text)?.[1]).toBe(String(Math.ceil((1000 - kept + 4_000_000) / 4)));
	});

	it("still holds the marker when there is room for nothing else", () => {
		expect(truncateMiddle("x".repeat(400), 10)).toBe("…100 tokens truncated…\n");
	});

	it("does not split a character and respects the limit, whatever the text", () => {
		fc.assert(
			fc.property(fc.string({ unit: "binary", maxLength: 400 }), fc.integer({ min: 45, max: 500 }), (text, limit) => {
				const cut = truncateMiddle(text, limit);
				expect(Buffer.byteLength(cut)).toBeLessThanOrEqual(Math.max(limit, 0));
				expect(cut.isWellFormed()).toBe(text.isWellFormed());
				if (cut === text) return;
				const [head = "", tail = ""] = cut.split(/\n?…\d+ tokens truncated…\n/);
				expect(text.startsWith(head)).toBe(true);
				expect(text.endsWith(tail)).toBe(true);
			}),
		);
	});
});
