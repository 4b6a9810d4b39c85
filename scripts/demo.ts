// The demo: the agent repairs a small repository. The model's answers are recorded, everything else is real. Fails when
// the run departs from the recording, when a step does not do what it did then, or when the tests do not pass at the end.

import { spawnSync } from "node:child_process";
import { codeBin, demoArguments, demoPrompt, demoRecording, setUpDemo } from "./demo-setup.ts";

const say = (text: string): void => void process.stdout.write(`${text}\n`);

function fail(reason: string): never {
	throw new Error(reason);
}

function runTests(repository: string): { passed: boolean; output: string } {
	const result = spawnSync(process.execPath, ["test/run.js"], { cwd: repository, encoding: "utf8" });
	return { passed: result.status === 0, output: result.stdout + result.stderr };
}

const place = setUpDemo();
try {
	say("Code demo: the agent repairs a small repository.");
	say(
		"The model's answers are RECORDED (examples/demo/recording.jsonl). The tools are real: it reads files, applies a",
	);
	say("patch and runs the tests in a temporary copy of examples/demo/repo.\n");

	const before = runTests(place.repository);
	if (before.passed) fail("the sample's tests pass before the agent has done anything");
	say(`$ node test/run.js   (before)\n${before.output}`);

	say(`$ code ${demoArguments.join(" ")} --replay recording.jsonl "${demoPrompt}"`);
	const run = spawnSync(process.execPath, [codeBin, ...demoArguments, "--replay", demoRecording, demoPrompt], {
		cwd: place.repository,
		env: place.environment,
		encoding: "utf8",
		stdio: ["ignore", "pipe", "inherit"],
	});
	if (run.status !== 0) fail(`code exec ended with exit code ${run.status}`);
	say(run.stdout);

	const after = runTests(place.repository);
	say(`$ node test/run.js   (after)\n${after.output}`);
	if (!after.passed) fail("the tests still fail");
	const diff = spawnSync("git", ["diff", "--stat"], {
		cwd: place.repository,
		env: place.environment,
		encoding: "utf8",
	}).stdout;
	say(`$ git diff --stat\n${diff}`);
	if (!diff.includes("src/format-price.js")) fail("the agent changed nothing in src/format-price.js");

	say("That was a recording. With a model of your own:");
	say(
		"  export OPENAI_API_KEY=...            (or an OpenAI-compatible endpoint in ~/.code/config.toml, see README.md)",
	);
	say('  code exec -s workspace-write -a never "fix the failing test"');
} catch (error) {
	process.stderr.write(`\ndemo failed: ${error instanceof Error ? error.message : String(error)}\n`);
	process.exitCode = 1;
} finally {
	place.dispose();
}
