import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { createRedactor } from "../src/index.ts";

const base64 = (text: string): string => Buffer.from(text, "utf8").toString("base64");

describe("createRedactor", () => {
	const secret = 'pa"ss wörd/1?~';
	it.each([
		["as it is", `x ${secret} y`],
		["in JSON", JSON.stringify({ note: secret })],
		["in JSON in JSON", JSON.stringify(JSON.stringify({ note: secret }))],
		["in a URL", `https://h/?q=${encodeURIComponent(secret)}`],
		[
			"in a URL with small letters",
			`https://h/?q=${encodeURIComponent(secret).replace(/%../g, (code) => code.toLowerCase())}`,
		],
		["in a form", `q=${encodeURIComponent(secret).replaceAll("%20", "+")}&r`],
	])("masks a known secret %s", (_, text) => {
		const masked = createRedactor({ secrets: [secret] }).text(text);
		expect(masked).toContain("[redacted:secret]");
		expect(masked).not.toMatch(/pa.{0,5}ss|w(?:ö|%C3)|rd/i);
	});

	it("masks it in base64 of something longer, at each alignment and in both alphabets", () => {
		const redactor = createRedactor({ secrets: [secret] });
		for (const before of ["", "a", "ab", "user:", "abcd"]) {
			for (const after of ["", "z", "zz", " and more"]) {
				const encoded = base64(`${before}${secret}${after}`);
				for (const text of [encoded, encoded.replaceAll("+", "-").replaceAll("/", "_")]) {
					const masked = redactor.text(`<${text}>`);
					expect(masked).toContain("[redacted:secret]");
					const left = masked.replace("[redacted:secret]", "").length;
					// What is left besides the surroundings are at most two characters at each end, which hold bits of both.
					expect(left).toBeLessThanOrEqual(2 + Math.ceil(((before.length + after.length) * 8) / 6) + 6);
				}
			}
		}
	});

	it("takes secrets later, without the blanks around them, and ignores short ones", () => {
		const redactor = createRedactor({ secrets: ["short", "   short   "] });
		redactor.add("plainlookingword\n");
		redactor.add("plainlookingword");
		expect(redactor.value({ a: "short and plainlookingword" })).toEqual({ a: "short and [redacted:secret]" });
		expect(redactor.text("plain")).toBe("plain");
	});

	it("masks the longer of two secrets that begin alike, and what shapes and names tell besides", () => {
		const redactor = createRedactor({ secrets: ["abcdefgh", "abcdefgh-tail"] });
		expect(redactor.text("abcdefgh-tail abcdefgh")).toBe("[redacted:secret] [redacted:secret]");
		expect(redactor.text("password=hunter2")).toBe("password=[redacted:value]");
		expect(redactor.value({ password: "abcdefgh", b: 1 })).toEqual({ password: "[redacted:value]", b: 1 });
	});

	it("does not take a secret for a part of its masks", () => {
		const redactor = createRedactor({ secrets: ["redacted", "[redacted:secret]"] });
		const once = redactor.text("it was redacted, redacted");
		expect(once).toBe("it was [redacted:secret], [redacted:secret]");
		expect(redactor.text(once)).toBe(once);
	});

	it("takes any secret, also signs of patterns and half characters, is idempotent and leaves none", () => {
		const secrets = fc.array(fc.string({ unit: "binary", minLength: 8, maxLength: 20 }), {
			minLength: 1,
			maxLength: 3,
		});
		fc.assert(
			fc.property(secrets, fc.string(), (list, noise) => {
				const redactor = createRedactor({ secrets: list });
				for (const each of list) {
					if (each.trim().length < 8 || "[redacted:secret]".includes(each)) continue;
					const once = redactor.text(`${noise} ${each} ${noise}`);
					expect(once).toContain("[redacted:");
					expect(redactor.text(once)).toBe(once);
				}
			}),
		);
		const half = createRedactor({ secrets: ["\ud800half of it"] });
		expect(half.text("x \ud800half of it y")).toBe("x [redacted:secret] y");
	});
});
