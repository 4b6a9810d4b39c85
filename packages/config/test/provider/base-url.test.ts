import { describe, expect, it } from "vitest";
import { checkBaseUrl } from "../../src/provider/base-url.ts";

describe("checkBaseUrl", () => {
	it.each([
		["https://api.example.com/v1", "https://api.example.com/v1"],
		["https://api.example.com/v1///", "https://api.example.com/v1"],
		["https://api.example.com", "https://api.example.com"],
		["http://localhost:8080/v1", "http://localhost:8080/v1"],
		["http://127.0.0.1:1", "http://127.0.0.1:1"],
		["http://127.8.9.1", "http://127.8.9.1"],
		["http://[::1]:1/v1", "http://[::1]:1/v1"],
		["http://2130706433/v1", "http://127.0.0.1/v1"],
		["HTTP://LOCALHOST/v1", "http://localhost/v1"],
	])("allows %s", (text, url) => {
		expect(checkBaseUrl(text, false)).toEqual({ kind: "ok", url });
	});

	it.each([
		["http://example.com/v1", /unencrypted/],
		["http://localhost.evil.com", /unencrypted/],
		["http://127.0.0.1.evil.com", /unencrypted/],
		["http://localhost@evil.com", /user name/],
		["http://0.0.0.0:1", /unencrypted/],
		["http://10.0.0.1", /unencrypted/],
		["http://[::ffff:8.8.8.8]", /unencrypted/],
		["https://user:pass@host", /user name or password/],
		["https://host/v1?key=1", /query/],
		["https://host/v1#x", /query or fragment/],
		["ftp://host", /neither http nor https/],
		["javascript:alert(1)", /neither/],
		["file:///etc/passwd", /neither/],
		["host/v1", /is not a URL/],
		["", /is not a URL/],
	])("refuses %s", (text, reason) => {
		expect(checkBaseUrl(text, false)).toEqual({ kind: "refused", reason: expect.stringMatching(reason) });
	});

	it("allows plain http elsewhere only when told so", () => {
		expect(checkBaseUrl("http://10.0.0.1/v1", true)).toEqual({ kind: "ok", url: "http://10.0.0.1/v1" });
		expect(checkBaseUrl("ftp://10.0.0.1/v1", true).kind).toBe("refused");
	});
});
