// Writes examples/speckit/recordings: runs the demo's commands against scripted agents over real HTTP with `--record`. To be
// run again when a prompt, a tool's schema or the sample changes. usage: pnpm demo:record [EXAMPLE_FOLDER]

import { mkdirSync, rmSync } from "node:fs";
import path from "node:path";
import { createModelServer, type ModelStep, type ReceivedRequest } from "../packages/test-support/src/index.ts";
import { type AskedOfDemo, demoAnswer, demoDone, demoPatch } from "./spec-kit-demo-answers.ts";
import {
	demoSentence,
	recordingsFolder,
	runSpecKit,
	setUpSpecKitDemo,
	writeAnswers,
	writePacket,
} from "./spec-kit-demo-setup.ts";

function askedOf(prompt: string): AskedOfDemo | undefined {
	const found = /You are ([\w -]+), asked as ([\w-]+) for [^,]+, stage ([\w-]+)(?: before ([\w-]+))?/.exec(prompt);
	if (found === null) return undefined;
	const [, name = "", role = "", first = "", second] = found;
	const agent = name.toLowerCase().replaceAll(/[ -]/g, "_");
	return { agent, role, stage: second ?? first, gate: second === undefined ? undefined : first };
}

function answer({ body }: ReceivedRequest): ModelStep {
	const input = JSON.stringify(body.input);
	const usage = { inputTokens: Math.ceil(input.length / 4), outputTokens: 300 };
	const asked = askedOf(input);
	if (asked !== undefined) return { text: JSON.stringify(demoAnswer(asked)), usage };
	if (input.includes('"custom_tool_call_output"') || input.includes('"function_call_output"')) {
		return { text: demoDone, usage };
	}
	return { calls: [{ callId: "call_patch", name: "apply_patch", arguments: { input: demoPatch } }], usage };
}

const server = await createModelServer({ script: answer });
const place = setUpSpecKitDemo();
const record = (name: string): readonly string[] => {
	const folder = path.join(recordingsFolder, name);
	mkdirSync(folder, { recursive: true });
	return ["--record", folder, "-c", `openai_base_url="${server.baseUrl}"`];
};
const show = (line: string): void => void process.stderr.write(`${line}\n`);
place.environment["OPENAI_API_KEY"] = "recorded";
try {
	rmSync(recordingsFolder, { recursive: true, force: true });
	const made = await runSpecKit(place, ["new", demoSentence, ...record("new")], show);
	if (made.status !== 0) throw new Error(`speckit new ended with exit code ${made.status}: ${JSON.stringify(made)}`);
	const specId = String(made.answer["spec_id"]);
	writePacket(place, specId);
	const paused = await runSpecKit(place, ["auto", specId, ...record("auto")], show);
	if (paused.status !== 10) throw new Error(`speckit auto: ${JSON.stringify(paused)}`);
	const { file } = writeAnswers(place, paused.answer["questions"]);
	const done = await runSpecKit(place, ["resume", specId, "--answers", file, ...record("auto")], show);
	if (done.status !== 0) throw new Error(`speckit resume: ${JSON.stringify(done)}`);
} finally {
	place.dispose();
	await server.close();
}
