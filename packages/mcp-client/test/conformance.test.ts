// The protocol's own conformance suite against our client, as its users run it; logins with a browser that is played. Its
// three scenarios of extensions (client credentials, cross-app access) are for clients without a person.

import { execFile } from "node:child_process";
import { createRequire } from "node:module";
import path from "node:path";
import { createTempDir } from "@codex/test-support";
import { expect, test } from "vitest";

const require = createRequire(import.meta.url);
const suite = path.join(
	path.dirname(require.resolve("@modelcontextprotocol/conformance/package.json")),
	"dist/index.js",
);
const client = path.join(import.meta.dirname, "fixtures/conformance-client.ts");

const scenarios = [
	"initialize",
	"tools_call",
	"elicitation-sep1034-client-defaults",
	"sse-retry",
	"auth/metadata-default",
	"auth/metadata-var1",
	"auth/metadata-var2",
	"auth/metadata-var3",
	"auth/scope-from-www-authenticate",
	"auth/scope-from-scopes-supported",
	"auth/scope-omitted-when-undefined",
	"auth/scope-retry-limit",
	"auth/token-endpoint-auth-basic",
	"auth/token-endpoint-auth-post",
	"auth/token-endpoint-auth-none",
	"auth/2025-03-26-oauth-metadata-backcompat",
	"auth/2025-03-26-oauth-endpoint-fallback",
	"auth/resource-mismatch",
	"auth/offline-access-scope",
	"auth/offline-access-not-supported",
];

// What the suite is expected to complain about, with the sentence it says.
const expectedFailures = [
	// A client that is known by the address of a document needs a site that publishes it; ours registers instead (a SHOULD).
	["auth/basic-cimd", /\[cimd-client-id-used +\] .*WARNING/],
	// More scopes in the middle of a session need a person: the call says so, and `code mcp login --scopes` asks for them.
	["auth/scope-step-up", /the server asks for a login, or for more than the last one gave/],
	// Settings hold a client's id and no secret of it.
	["auth/pre-registration", /\[pre-registration-auth +\] .*FAILURE/],
] as const;

async function run(scenario: string): Promise<string> {
	const { path: cwd, dispose } = await createTempDir();
	const command = `${process.execPath} --conditions=@codex/source ${client}`;
	try {
		return await new Promise<string>((resolve) => {
			const args = [suite, "client", "--command", command, "--scenario", scenario];
			execFile(process.execPath, args, { cwd, timeout: 50_000 }, (error, stdout, stderr) =>
				resolve(`${stdout}${stderr}${error === null ? "" : error.message}`),
			);
		});
	} finally {
		await dispose();
	}
}

test.concurrent.each(scenarios)(
	"%s",
	async (scenario) => {
		const output = await run(scenario);
		expect(output).toMatch(/Passed: (\d+)\/\1, 0 failed, 0 warnings/);
		expect(output).toContain("OVERALL: PASSED");
	},
	120_000,
);

test.concurrent.each(expectedFailures)(
	"%s fails as expected",
	async (scenario, complaint) => {
		const output = await run(scenario);
		expect(output).toContain("OVERALL: FAILED");
		expect(output).toMatch(complaint);
	},
	120_000,
);
