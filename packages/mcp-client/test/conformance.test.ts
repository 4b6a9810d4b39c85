// The protocol's own conformance suite against our client, as its users run it. Its scenarios of OAuth are not among them:
// they need a browser that is played, and logins are made by a command.

import { execFile } from "node:child_process";
import { createRequire } from "node:module";
import path from "node:path";
import { createTempDir } from "@codex/test-support";
import { expect, onTestFinished, test } from "vitest";

const require = createRequire(import.meta.url);
const suite = path.join(
	path.dirname(require.resolve("@modelcontextprotocol/conformance/package.json")),
	"dist/index.js",
);
const client = path.join(import.meta.dirname, "fixtures/conformance-client.ts");

test.concurrent.each(["initialize", "tools_call", "elicitation-sep1034-client-defaults", "sse-retry"])(
	"%s",
	async (scenario) => {
		const { path: cwd, dispose } = await createTempDir();
		onTestFinished(dispose);
		const command = `${process.execPath} --conditions=@codex/source ${client}`;
		const output = await new Promise<string>((resolve) => {
			const args = [suite, "client", "--command", command, "--scenario", scenario];
			execFile(process.execPath, args, { cwd, timeout: 50_000 }, (error, stdout, stderr) =>
				resolve(`${stdout}${stderr}${error === null ? "" : error.message}`),
			);
		});
		expect(output).toMatch(/Passed: (\d+)\/\1, 0 failed, 0 warnings/);
		expect(output).toContain("OVERALL: PASSED");
	},
	60_000,
);
