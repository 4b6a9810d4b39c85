import { describe, expect, it } from "vitest";
import { isSecretName, maskAt, maskText } from "../../src/check/secrets.ts";
import { rootShape } from "../../src/keys/root.ts";

const mask = (path: string, value: Parameters<typeof maskAt>[2]) => maskAt(rootShape, path.split("."), value);

describe("maskAt", () => {
	it("hides what is declared secret and every configured header", () => {
		expect(mask("model_providers.x.experimental_bearer_token", "abc")).toBe("********");
		expect(mask("model_providers.x.http_headers.X-Anything", "abc")).toBe("********");
		expect(mask("model_providers.x", { env_key: "MY_KEY", http_headers: { A: "b" } })).toEqual({
			env_key: "MY_KEY",
			http_headers: { A: "********" },
		});
		expect(mask("mcp_servers.x.bearer_token", "abc")).toBe("********");
	});

	it("hides variables and parameters with telling names", () => {
		expect(mask("shell_environment_policy.set", { API_KEY: "a", EDITOR: "vi" })).toEqual({
			API_KEY: "********",
			EDITOR: "vi",
		});
		expect(mask("model_providers.x.query_params.api_key", "a")).toBe("********");
		expect(mask("model_providers.x.query_params.api-version", "2025")).toBe("2025");
		expect(mask("mcp_servers.x.env.GITHUB_TOKEN", "a")).toBe("********");
	});

	it("hides in tables that nobody describes", () => {
		expect(mask("hooks.deep.password", "a")).toBe("********");
		expect(mask("hooks", { deep: { auth: { user: "u" }, list: ["x"] } })).toEqual({
			deep: { auth: { user: "********" }, list: ["x"] },
		});
	});

	it("hides keys and passwords inside any text", () => {
		expect(mask("instructions", "use sk-abcdefgh12345678 now")).toBe("use ******** now");
		expect(mask("openai_base_url", "https://user:pass@host/v1")).toBe("https://********@host/v1");
		expect(mask("notify", ["curl", "ghp_abcdefgh"])).toEqual(["curl", "********"]);
		expect(mask("model_context_window", 5)).toBe(5);
	});

	it("knows names and texts", () => {
		expect(["API_KEY", "secret", "GH_TOKEN", "Authorization", "PASSWORD"].every(isSecretName)).toBe(true);
		expect(["EDITOR", "PATH", "LANG"].some(isSecretName)).toBe(false);
		expect(maskText("nothing here")).toBe("nothing here");
	});
});
