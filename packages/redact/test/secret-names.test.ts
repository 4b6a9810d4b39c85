import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { isSecretName } from "../src/index.ts";
import { nameStrength } from "../src/secret-names.ts";

describe("isSecretName", () => {
	it.each([
		"OPENAI_API_KEY",
		"apiKey",
		"api-key",
		"apikey",
		"x-api-key",
		"AWS_SECRET_ACCESS_KEY",
		"AWS_SESSION_TOKEN",
		"clientSecret",
		"client-secret",
		"client_secret_value",
		"PASSWORD",
		"password1",
		"dbPassword",
		"spring.datasource.password",
		"DB_PASSWD",
		"PASSWORD_PROD",
		"API_KEY_2",
		"SIGNING_KEY",
		"privateKey",
		"accessToken",
		"GITHUB_TOKEN",
		"id_token",
		"passphrase",
		"secrets",
		"Authorization",
		"proxy-authorization",
		"_authToken",
		"_auth",
	])("%s always holds a secret", (name) => {
		expect(nameStrength(name)).toBe("strong");
		expect(isSecretName(name)).toBe(true);
	});

	it.each(["token", "TOKEN", "myToken", "cookie", "set-cookie", "credentials", "DB_PASS", "pwd", "STRIPE_KEY"])(
		"%s may hold one",
		(name) => {
			expect(nameStrength(name)).toBe("weak");
			expect(isSecretName(name)).toBe(true);
		},
	);

	it.each([
		"",
		"key",
		"KEY",
		"keys",
		"max_tokens",
		"tokens",
		"inputTokens",
		"token_count",
		"tokenizer",
		"tokenType",
		"next_page_token",
		"stopToken",
		"public_key",
		"SSH_PUBLIC_KEY",
		"primaryKey",
		"cacheKey",
		"keyboard",
		"keyword",
		"PASSWORD_FILE",
		"api_key_env",
		"secretName",
		"hasPassword",
		"show_password",
		"passed",
		"compass",
		"author",
		"auth",
		"cookieDomain",
	])("%s holds none", (name) => {
		expect(isSecretName(name)).toBe(false);
	});

	it("answers for any name, however long", () => {
		fc.assert(fc.property(fc.string({ unit: "binary" }), (name) => typeof isSecretName(name) === "boolean"));
		expect(isSecretName(`${"a_".repeat(100_000)}password`)).toBe(true);
	});
});
