import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { createRedactor, isSecretName, redactText, redactValue } from "../src/index.ts";

// Built from parts, so that no scanner takes this file for a leak.
const body = "abcdefghijklmnopqrstuvwxyz0123456789ABCDEFGH";
const shaped: Record<string, string> = {
	"openai-key": `sk-proj-${body}`,
	"anthropic-key": `sk-ant-api03-${body}`,
	"google-key": `AIza${body.slice(0, 35)}`,
	"github-token": `ghp_${body.slice(0, 36)}`,
	"gitlab-token": `glpat-${body.slice(0, 20)}`,
	"slack-token": `xoxb-${body.slice(0, 24)}`,
	"aws-key-id": `AKIA${"ABCDEFGH12345678"}`,
	"stripe-key": `sk_live_${body.slice(0, 24)}`,
	"npm-token": `npm_${body.slice(0, 36)}`,
	"huggingface-token": `hf_${body.slice(0, 34)}`,
	jwt: `eyJ${body.slice(0, 20)}.eyJ${body.slice(0, 20)}.${body}`,
};

describe("redactText", () => {
	for (const [kind, secret] of Object.entries(shaped)) {
		it(`masks ${kind}`, () => {
			const masked = redactText(`before ${secret} after`);
			expect(masked).toBe(`before [redacted:${kind}] after`);
		});
	}

	it("masks a private key block, also one that is cut off", () => {
		const block = `-----BEGIN RSA PRIVATE KEY-----\n${body}\n${body}\n-----END RSA PRIVATE KEY-----`;
		expect(redactText(`x\n${block}\ny`)).toBe("x\n[redacted:private-key]\ny");
		expect(redactText(block.slice(0, 80))).not.toContain(body.slice(0, 20));
	});

	it.each([
		["Authorization: Bearer abcdef0123456789xyz", "abcdef0123456789xyz"],
		["curl -H 'authorization: basic dXNlcjpwYXNzd29yZA=='", "dXNlcjpwYXNzd29yZA"],
		["postgres://app:hunter2secret@db:5432/x", "hunter2secret"],
		["OPENAI_API_KEY=somethingsecret123", "somethingsecret123"],
		["export AWS_SECRET_ACCESS_KEY='wJalrXUtnFEMI/K7MDENG'", "wJalrXUtnFEMI/K7MDENG"],
		['{"client_secret": "p4ssw0rdvalue"}', "p4ssw0rdvalue"],
		['{\\"api_key\\": \\"p4ssw0rdvalue\\"}', "p4ssw0rdvalue"],
		["password: correct-horse", "correct-horse"],
		["https://x.example/?api_key=abcdef123456&y=1", "abcdef123456"],
		["https://x.example/?access_token=abcdef123456", "abcdef123456"],
	])("masks the value in %s", (text, secret) => {
		const masked = redactText(text);
		expect(masked).not.toContain(secret);
		expect(masked).toContain("[redacted:");
	});

	it.each([
		"max_tokens: 100000",
		"const token_count = 123456;",
		'{"key": "title of the page"}',
		"public_key: ssh-rsa-AAAAB3Nza",
		"prompt_cache_key: 0199a213-81c0-7800",
		"tokenizer = cl100k_base",
		"api_key = process.env.OPENAI_API_KEY",
		"env_key = OPENAI_KEY_NAME but no value",
		"password: true",
		"the secret: of good soup is patience is six words".replace("secret:", "secret"),
		"sk-short",
		"keyboard: qwertyuiop",
	])("leaves %s alone", (text) => {
		expect(redactText(text)).toBe(text);
	});

	it("is idempotent and never throws", () => {
		const piece = fc.oneof(
			fc.string(),
			fc.constantFrom(...Object.values(shaped)),
			fc.constantFrom("API_KEY=", "token: ", '"secret":"', "://a:b@", "Bearer ", '"', "\n"),
		);
		fc.assert(
			fc.property(fc.array(piece, { maxLength: 12 }), (pieces) => {
				const once = redactText(pieces.join(""));
				expect(redactText(once)).toBe(once);
			}),
		);
	});

	it("does about twice the work for twice the hostile text", () => {
		const hostile = ["a_key=", "a_key='", "://x:", "-----BEGIN PRIVATE KEY-----", "bearer ", "a".repeat(7), "sk-ant-", '"token":"'];
		for (const unit of hostile) {
			const small = unit.repeat(Math.ceil(100_000 / unit.length));
			const time = (text: string): number => {
				const start = performance.now();
				redactText(text);
				return performance.now() - start;
			};
			time(small);
			const ratio = (time(small.repeat(4)) + 5) / (time(small) + 5);
			// 4 is linear and 16 quadratic; the constant 5 ms and the margin take the noise of a busy machine.
			expect(ratio, unit).toBeLessThan(13);
		}
	});
});

describe("isSecretName", () => {
	it.each(["OPENAI_API_KEY", "clientSecret", "client-secret", "PASSWORD", "DB_PASSWD", "SIGNING_KEY", "accessToken", "Authorization"])(
		"%s is one",
		(name) => expect(isSecretName(name)).toBe(true),
	);
	it.each(["max_tokens", "tokens", "inputTokens", "key", "public_key", "tokenizer", "keyword", "primaryKey"])(
		"%s is none",
		(name) => expect(isSecretName(name)).toBe(false),
	);
});

describe("redactValue", () => {
	it("masks strings under secret names whole, and keeps counts", () => {
		const value = { headers: { authorization: "x" }, usage: { input_tokens: 5 }, list: [{ apiKey: "short" }], text: "hello there" };
		expect(redactValue(value)).toEqual({
			headers: { authorization: "[redacted:value]" },
			usage: { input_tokens: 5 },
			list: [{ apiKey: "[redacted:value]" }],
			text: "hello there",
		});
	});

	it("returns the same reference when nothing changed", () => {
		const value = { a: [1, "two words", { b: null }] };
		expect(redactValue(value)).toBe(value);
	});

	it("survives cycles and deep nesting", () => {
		const cycle: Record<string, unknown> = { name: "x" };
		cycle["self"] = cycle;
		expect(redactValue(cycle)).toEqual({ name: "x", self: "[redacted:nested]" });
		let deep: unknown = "end";
		for (let index = 0; index < 10_000; index += 1) deep = [deep];
		expect(() => redactValue(deep)).not.toThrow();
	});

	it("does not pollute prototypes", () => {
		const value: unknown = JSON.parse(`{"__proto__": {"polluted": true}, "token": "abcdefgh"}`);
		redactValue(value);
		expect(Object.hasOwn(Object.prototype, "polluted")).toBe(false);
	});
});

describe("createRedactor", () => {
	it("masks the known secret in every spelling", () => {
		const secret = 'pa"ss wörd/1';
		const redactor = createRedactor({ secrets: [secret] });
		for (const text of [
			`x ${secret} y`,
			JSON.stringify({ note: secret }),
			`https://h/?q=${encodeURIComponent(secret)}`,
			Buffer.from(secret, "utf8").toString("base64"),
		]) {
			const masked = redactor.text(text);
			expect(masked).toContain("[redacted:secret]");
		}
	});

	it("takes secrets later and ignores short ones", () => {
		const redactor = createRedactor({ secrets: ["short"] });
		redactor.add("plainlookingword");
		expect(redactor.value({ a: "short and plainlookingword" })).toEqual({ a: "short and [redacted:secret]" });
	});
});
