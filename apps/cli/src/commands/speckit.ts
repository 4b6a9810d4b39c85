// `code speckit VERB …`: understands the words, makes the host, performs the verb, and answers with text or JSON and the
// exit code of the product's table.

import { readFile } from "node:fs/promises";
import path from "node:path";
import { type ExitCode, exitCodes, toError } from "@codex/protocol";
import { createRuntime, type GivenAnswer, loadSpecKit, type Runtime, type SpecKit } from "@codex/runtime";
import type { CliIo } from "../cli-io.ts";
import { readSpecKitArguments, type SpecKitArguments } from "../speckit/arguments.ts";
import { askAtTerminal } from "../speckit/ask-terminal.ts";
import { performWords, problemOf } from "../speckit/perform.ts";
import { createProgressLines } from "../speckit/progress.ts";
import { UsageProblem, type VerbResult } from "../speckit/verb.ts";
import { verbHelp } from "../speckit/verb-help.ts";
import { findVerb } from "../speckit/verbs.ts";
import { printable } from "../terminal/printable.ts";
import { createStyle, wantsColor } from "../terminal/style.ts";
import { answerError, answerJson } from "./json-answer.ts";

function helpText(kit: SpecKit, words: readonly string[]): string {
	const wanted = kit.commandCatalog.find(
		({ words: own }) => own.length > 0 && own.every((word, at) => word === words[at]),
	);
	if (wanted !== undefined) return `${kit.commandHelp(wanted)}\n`;
	const verb = findVerb(words);
	const own = verb === undefined ? undefined : verbHelp.get(verb.name);
	if (verb !== undefined && own !== undefined) {
		return `${`usage: code speckit ${verb.name} ${own.takes}`.trimEnd()}\n\n${own.summary}\n`;
	}
	const commands = kit.commandCatalog.filter((spec) => !verbHelp.has(spec.words.join(" ")));
	const lines = commands.map(
		(spec) =>
			`  ${spec.words.join(" ").padEnd(22)} ${spec.summary} (tier ${spec.tier}, at least ${kit.expectedCalls(spec)} calls)`,
	);
	return [
		"usage: code speckit VERB [SPEC-ID] [options]",
		"",
		...lines,
		...[...verbHelp].map(([name, { takes, summary }]) => `  ${`${name} ${takes}`.trimEnd().padEnd(42)} ${summary}`),
		"",
		"  --json           one JSON object on stdout",
		"  --dry-run        say what would be done",
		"  --budget USD     stop before a whole run costs more",
		'  --answers FILE   answers to questions: {"answers": [{"id", "answer"}]}; `-` reads stdin',
		"  --size s|m|l     s: one agent a stage and no quality gates; m: one agent a stage; l: all (default)",
		"  --record DIR     keep the agents' answers, a file a call; --replay DIR takes them from there and asks no model",
		"  -c KEY=VALUE, -m MODEL, --profile NAME, -C DIR, --trust as elsewhere",
		"",
		"`code speckit VERB --help` shows a verb's own flags.",
		"",
	].join("\n");
}

async function readAnswersFile(
	{ io, kit, runtime }: { readonly io: CliIo; readonly kit: SpecKit; readonly runtime: Runtime },
	file: string,
): Promise<readonly GivenAnswer[]> {
	let text: string;
	if (file === "-") {
		const read = await io.stdin.read(1024 * 1024).bytes;
		if (read.kind === "error") throw new UsageProblem(`the answers cannot be read: ${read.message}`);
		text = read.bytes.toString("utf8");
	} else {
		try {
			text = await readFile(path.resolve(runtime.environment.cwd, file), "utf8");
		} catch (error) {
			throw new UsageProblem(`${file} cannot be read: ${toError(error).message}`);
		}
	}
	const answers = kit.readAnswers(text);
	if (!answers.ok) throw new UsageProblem(`${file} is no file of answers: ${answers.message}`);
	return answers.answers;
}

interface Here {
	readonly io: CliIo;
	readonly kit: SpecKit;
	readonly runtime: Runtime;
	readonly given: SpecKitArguments;
	readonly signal: AbortSignal;
}

/** Performs it for whoever sits at this terminal, or reads this pipe. */
async function performHere(here: Here): Promise<VerbResult> {
	const { io, kit, runtime, given, signal } = here;
	const { answersFile, budgetUsd } = given;
	const answers = answersFile === undefined ? undefined : await readAnswersFile(here, answersFile);
	const canAsk = io.stdin.kind === "terminal" && io.stderr.isTTY && !given.json;
	const write = (line: string): void => io.stderr.write(line);
	const style = createStyle(wantsColor("auto", io.stderr, runtime.plainOutput));
	return await performWords({
		kit,
		runtime,
		given,
		signal,
		answers,
		ask: canAsk ? (questions, stop) => askAtTerminal(questions, { input: process.stdin, write }, stop) : undefined,
		onProgress: createProgressLines({ write, style, budgetUsd }),
		onWarning: (message) => write(`warning: ${printable(message)}\n`),
	});
}

/** Runs the command with the words after `speckit`. */
export async function runSpeckit(argv: readonly string[], io: CliIo): Promise<ExitCode> {
	const read = readSpecKitArguments(argv);
	const isJson = argv.includes("--json");
	const fail = (exitCode: ExitCode, reason: string, lines: readonly string[]): ExitCode =>
		answerError(io, isJson, { command: "speckit", exitCode, reason, lines });
	if (read.kind === "error") return fail(exitCodes.usage, "usage", [read.message]);
	const given = read.value;
	const kit = await loadSpecKit();
	if (given.help || given.words.length === 0) {
		io.stdout.write(helpText(kit, given.words));
		return given.help ? exitCodes.done : exitCodes.usage;
	}
	const made = createRuntime(io.runtimeOptions);
	if (made.kind === "error") return fail(made.exitCode, "not_started", made.lines);
	const { runtime } = made;
	const stop = new AbortController();
	const release = io.onInterrupt(() => stop.abort());
	const name = findVerb(given.words)?.name ?? given.words[0] ?? "";
	try {
		const { exitCode, reason, data, text } = await performHere({ io, kit, runtime, given, signal: stop.signal });
		if (given.json) return answerJson(io, { command: `speckit ${name}`, exitCode, reason, data });
		(exitCode === exitCodes.done || exitCode === exitCodes.paused ? io.stdout : io.stderr).write(text);
		return exitCode;
	} catch (thrown) {
		const { exitCode, reason, message } = problemOf(thrown);
		return fail(exitCode, reason, [message]);
	} finally {
		release();
		await runtime.close();
	}
}
