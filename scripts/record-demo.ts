// Writes examples/demo/recording.jsonl: runs the demo's task against a scripted model over real HTTP with `--record`.
// To be run again when a prompt, a tool's schema or the sample changes. usage: pnpm demo:record [EXAMPLE_FOLDER]

import { spawn } from "node:child_process";
import { createModelServer, type ModelStep } from "../packages/test-support/src/index.ts";
import { codeBin, demoArguments, demoPrompt, demoRecording, setUpDemo } from "./demo-setup.ts";

const patch = `*** Begin Patch
*** Update File: src/format-price.js
@@ export function formatPrice(cents, currency = "USD") {
 	const symbol = symbols[currency] ?? \`\${currency} \`;
-	const whole = Math.floor(cents / 100);
-	const rest = cents % 100;
-	return \`\${symbol}\${whole}.\${rest}\`;
+	const amount = Math.abs(cents);
+	const whole = Math.floor(amount / 100);
+	const rest = String(amount % 100).padStart(2, "0");
+	return \`\${cents < 0 ? "-" : ""}\${symbol}\${whole}.\${rest}\`;
 }
*** End Patch`;

const answer = `The tests pass now (5 of 5, \`node test/run.js\`).

\`src/format-price.js:5\` had two faults: cents below ten were not padded ("5.0"), and a negative amount was split with \`Math.floor\` and \`%\`, which gave "$-3.-50". The sign is now taken off first, and the cents are always two digits.`;

const steps: readonly ModelStep[] = [
	{
		reasoning: "**Looking around**\n\nFirst the layout and what the tests say.",
		calls: [
			{ callId: "call_list", name: "list_dir", arguments: { dir_path: "." } },
			{ callId: "call_test_1", name: "shell", arguments: { command: ["node", "test/run.js"] } },
		],
		usage: { inputTokens: 3100, outputTokens: 96 },
	},
	{
		reasoning: "**Reading the code**\n\nPadding and negative amounts look wrong.",
		calls: [
			{ callId: "call_read_1", name: "read_file", arguments: { file_path: "src/format-price.js" } },
			{ callId: "call_read_2", name: "read_file", arguments: { file_path: "test/run.js" } },
		],
		usage: { inputTokens: 3420, cachedInputTokens: 3072, outputTokens: 80 },
	},
	{
		text: "Cents are not padded, and negative amounts are split wrongly. I will take the sign off first and pad the cents.",
		calls: [{ callId: "call_patch", name: "apply_patch", arguments: { input: patch } }],
		usage: { inputTokens: 4150, cachedInputTokens: 3328, outputTokens: 260 },
	},
	{
		calls: [{ callId: "call_test_2", name: "shell", arguments: { command: ["node", "test/run.js"] } }],
		usage: { inputTokens: 4480, cachedInputTokens: 4096, outputTokens: 34 },
	},
	{ text: answer, usage: { inputTokens: 4640, cachedInputTokens: 4352, outputTokens: 120 } },
];

const server = await createModelServer({ script: steps });
const place = setUpDemo();
try {
	const recorded = spawn(
		process.execPath,
		[codeBin, ...demoArguments, "-c", `openai_base_url="${server.baseUrl}"`, "--record", demoRecording, demoPrompt],
		{
			cwd: place.repository,
			env: { ...place.environment, OPENAI_API_KEY: "recorded" },
			stdio: ["ignore", "inherit", "inherit"],
		},
	);
	const code = await new Promise<number | null>((resolve) => recorded.once("close", resolve));
	if (code !== 0) throw new Error(`code exec ended with exit code ${String(code)}`);
} finally {
	place.dispose();
	await server.close();
}
