import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { redactValue } from "../src/index.ts";
import { secretBody, shapedSecrets } from "./samples.ts";

const [, key] = shapedSecrets[0] ?? ["", ""];

describe("redactValue", () => {
	it("masks strings under secret names whole, and keeps counts", () => {
		const value = {
			headers: { authorization: "x" },
			usage: { input_tokens: 5, max_tokens: 100_000 },
			list: [{ apiKey: "short" }, "plain"],
			text: `use ${key} now`,
			password: 12345678,
			secret: null,
		};
		expect(redactValue(value)).toEqual({
			headers: { authorization: "[redacted:value]" },
			usage: { input_tokens: 5, max_tokens: 100_000 },
			list: [{ apiKey: "[redacted:value]" }, "plain"],
			text: "use [redacted:openai-key] now",
			password: 12345678,
			secret: null,
		});
	});

	it("masks the strings in lists and objects under names that always hold secrets", () => {
		expect(
			redactValue({ api_keys: ["one", "two"], secrets: { A: "hunter", n: 1, deep: [{ b: "" }, { c: "x" }] } }),
		).toEqual({
			api_keys: ["[redacted:value]", "[redacted:value]"],
			secrets: { A: "[redacted:value]", n: 1, deep: [{ b: "" }, { c: "[redacted:value]" }] },
		});
	});

	it("masks under a name that may hold one only what looks like one", () => {
		const value = { token: "identifier", credentials: "include", cookie: "a biscuit" };
		expect(redactValue(value)).toBe(value);
		expect(redactValue({ token: "a1b2c3d4e5" })).toEqual({ token: "[redacted:value]" });
	});

	it("leaves declarations, references and variables' names alone", () => {
		const value = {
			parameters: { type: "object", properties: { password: { type: "string", description: "the password" } } },
			api_key: { type: "string" },
			properties: { secret: "see there" },
			env_key: "OPENAI_API_KEY",
			apiKey: `\${API_KEY}`,
			password: "",
		};
		expect(redactValue(value)).toBe(value);
	});

	it("masks secrets in names", () => {
		expect(redactValue({ [key]: 1 })).toEqual({ "[redacted:openai-key]": 1 });
	});

	it("returns the same references for what did not change", () => {
		const kept = { a: [1, "two words", { b: null }], when: new Date(0), bytes: new Uint8Array(2) };
		expect(redactValue(kept)).toBe(kept);
		expect(redactValue({ kept, key }).kept).toBe(kept);
		expect(redactValue("plain text")).toBe("plain text");
		expect(redactValue(undefined)).toBeUndefined();
	});

	it("never changes what it was given", () => {
		const value = Object.freeze({ list: Object.freeze([key, Object.freeze({ password: "hunter" })]) });
		expect(redactValue(value)).toEqual({ list: ["[redacted:openai-key]", { password: "[redacted:value]" }] });
		expect(value.list[0]).toBe(key);
	});

	it("masks instances as JSON would write them", () => {
		class Settings {
			password = "hunter";
		}
		expect(redactValue({ at: new Settings() })).toEqual({ at: { password: "[redacted:value]" } });
		const url = new URL("https://user:hunter2@host/");
		expect(redactValue({ url })).toEqual({ url: "https://user:[redacted:url-password]@host/" });
		const plain = new URL("https://host/");
		expect(redactValue({ plain }).plain).toBe(plain);
	});

	it("survives cycles, deep nesting and values that share parts", () => {
		const cycle: Record<string, unknown> = { name: "x" };
		cycle["self"] = cycle;
		expect(redactValue(cycle)).toEqual({ name: "x", self: "[redacted:nested]" });
		const below: Record<string, unknown> = {};
		below["again"] = below;
		expect(redactValue({ secrets: below })).toEqual({ secrets: { again: "[redacted:nested]" } });
		let deep: unknown = "end";
		for (let index = 0; index < 100_000; index += 1) deep = [deep];
		expect(JSON.stringify(redactValue(deep))).toContain("[redacted:nested]");
		let shared: unknown = { password: "hunter" };
		// Walked path by path these would be 2 to the power of 60 visits.
		for (let index = 0; index < 60; index += 1) shared = [shared, shared];
		expect(redactValue(shared)).not.toBe(shared);
	});

	it("does not pollute prototypes", () => {
		const value: unknown = JSON.parse(`{"__proto__": {"polluted": true}, "password": "abcdefgh"}`);
		const masked = redactValue(value);
		expect(Object.hasOwn(Object.prototype, "polluted")).toBe(false);
		expect(JSON.stringify(masked)).toBe(`{"__proto__":{"polluted":true},"password":"[redacted:value]"}`);
	});

	it("is idempotent, keeps the shape, and leaves no shaped secret", () => {
		const names = fc.constantFrom("a", "text", "password", "token", "apiKey", "secrets", "properties", "type");
		const strings = fc.oneof(fc.string(), fc.constantFrom(key, secretBody, `x ${key} y`));
		const { tree } = fc.letrec((tie) => ({
			tree: fc.oneof(
				{ maxDepth: 5 },
				strings,
				fc.integer(),
				fc.constant(null),
				fc.array(tie("tree"), { maxLength: 4 }),
				fc.dictionary(names, tie("tree"), { maxKeys: 5 }),
			),
		}));
		const shape = (value: unknown): unknown => {
			if (Array.isArray(value)) return value.map(shape);
			if (typeof value !== "object" || value === null) return typeof value;
			return Object.fromEntries(Object.entries(value).map(([name, item]) => [name, shape(item)]));
		};
		fc.assert(
			fc.property(tree, (value) => {
				const before = JSON.stringify(value);
				const once = redactValue(value);
				expect(JSON.stringify(value)).toBe(before);
				expect(redactValue(once)).toEqual(once);
				expect(shape(once)).toEqual(shape(value));
				expect(JSON.stringify(once)).not.toContain(key);
			}),
			{ numRuns: 500 },
		);
	});
});
