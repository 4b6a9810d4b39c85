// Spec-Kit's demo: a requirement from a sentence to unlock on a sample repository. The agents' answers are recorded,
// everything else is real: memory, evidence, guardrails, quality gates, the patch and the tests. Fails when a run departs
// from its recordings, when the tests do not fail before and pass after, or when the evidence does not verify.

import { spawnSync } from "node:child_process";
import path from "node:path";
import {
	demoAnswerText,
	demoSentence,
	type Ran,
	recordingsFolder,
	runSpecKit,
	setUpSpecKitDemo,
	textOf,
	writeAnswers,
	writePacket,
} from "./spec-kit-demo-setup.ts";

const say = (text: string): void => void process.stdout.write(`${text}\n`);

function fail(reason: string): never {
	throw new Error(reason);
}

function expectExit(name: string, { status, answer }: Ran, wanted: number): void {
	if (status !== wanted)
		fail(`${name} ended with exit code ${status}: ${String(answer["reason"] ?? answer["errors"])}`);
}

const place = setUpSpecKitDemo();

/** One command, shown as a user types it; what it says on the way is indented. */
async function code(...words: readonly string[]): Promise<Ran> {
	const shown = words.map((word) => {
		const name = word.startsWith(recordingsFolder) ? path.relative(path.dirname(recordingsFolder), word) : word;
		return /^[\w./=-]+$/.test(name) ? name : JSON.stringify(name);
	});
	say(`$ code speckit ${shown.join(" ")}`);
	const silent: string[] = [];
	const ran = await runSpecKit(place, words, (line) => {
		say(`  ${line}`);
		if (/\) (?:missing|failed|invalid|timed_out)\b/.test(line)) silent.push(line.trim());
	});
	// A gate goes on without one of its agents; a demo of recorded answers must not.
	if (silent.length > 0) fail(`speckit ${words[0] ?? ""}: an agent did not answer: ${silent[0]}`);
	return ran;
}

const replay = (name: string): readonly string[] => ["--replay", path.join(recordingsFolder, name)];

function runTests(when: string): boolean {
	const { status, stdout, stderr } = spawnSync(process.execPath, ["test/run.js"], {
		cwd: place.repository,
		encoding: "utf8",
	});
	say(`$ node test/run.js   (${when})\n${stdout}${stderr}`);
	return status === 0;
}

let isDone = false;
try {
	say("\nSpec-Kit demo: a requirement from a sentence to unlock.");
	say(
		"The agents' answers are RECORDED (examples/speckit/recordings). Everything else is real: memory, evidence, quality",
	);
	say("gates, worktrees, the patch and the tests, in a temporary copy of examples/speckit/repo.\n");
	if (runTests("before")) fail("the sample's tests pass before anything was done");

	const made = await code("new", demoSentence, ...replay("new"));
	expectExit("speckit new", made, 0);
	const specId = String(made.answer["spec_id"]);
	writePacket(place, specId);
	say(`\n(a person writes the requirements into docs/${specId}/)\n`);

	const paused = await code("auto", specId, ...replay("auto"));
	expectExit("speckit auto", paused, 10);
	const { file, count } = writeAnswers(place, paused.answer["questions"]);
	if (count !== 1) fail(`${count} questions were asked, not one`);
	say(`\n(exit code 10: one question waits for a person, who answers in a file: "${demoAnswerText}")\n`);

	const done = await code("resume", specId, "--answers", file, ...replay("auto"));
	expectExit("speckit resume", done, 0);
	if (done.answer["outcome"] !== "complete") fail(`the run ended as ${String(done.answer["outcome"])}`);
	say("");
	if (!runTests("after")) fail("the tests still fail");
	if (!textOf(place, `docs/${specId}/spec.md`).includes(demoAnswerText)) fail("the answer is not in the requirements");
	if (!textOf(place, `docs/${specId}/tasks.md`).includes("[x]")) fail("no task is done");

	const verified = await code("verify", specId);
	expectExit("speckit verify", verified, 0);
	const trace = await code("trace", specId, "--html");
	expectExit("speckit trace", trace, 0);
	const report = path.resolve(place.repository, String(trace.answer["html"]));
	isDone = true;
	say(`\nThe report, for a browser: ${report}`);
	say("With models of your own:");
	say('  code speckit init && code speckit new "…" && code speckit auto SPEC-ID      (docs/spec-kit.md)');
} catch (error) {
	process.stderr.write(`\ndemo failed: ${error instanceof Error ? error.message : String(error)}\n`);
	process.exitCode = 1;
} finally {
	// The report is there to be looked at; a run that failed leaves nothing.
	if (!isDone) place.dispose();
}
