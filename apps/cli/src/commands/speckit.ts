// `code speckit VERB …`: understands the words, makes the host, performs the verb, and answers with text or JSON and the
// exit code of the product's table.

import { readFile } from "node:fs/promises";
import path from "node:path";
import { type ExitCode, exitCodes, toError } from "@codex/protocol";
import {
	createRuntime,
	type GivenAnswer,
	loadSpecKit,
	type PipelineProgress,
	type ReadySpecKitHost,
	type Runtime,
	type SpecKit,
} from "@codex/runtime";
import type { CliIo } from "../cli-io.ts";
import { readSpecKitArguments, type SpecKitArguments } from "../speckit/arguments.ts";
import { askAtTerminal } from "../speckit/ask-terminal.ts";
import { createProgressLines } from "../speckit/progress.ts";
import { resultData, resultText } from "../speckit/results.ts";
import { findVerb, UsageProblem, type VerbResult, verbs } from "../speckit/verbs.ts";
import { printable } from "../terminal/printable.ts";
import { createStyle, wantsColor } from "../terminal/style.ts";
import { answerError, answerJson } from "./json-answer.ts";

interface Call {
	readonly io: CliIo;
	readonly kit: SpecKit;
	readonly runtime: Runtime;
	readonly given: SpecKitArguments;
	readonly signal: AbortSignal;
}

function helpText(kit: SpecKit, words: readonly string[]): string {
	const wanted = kit.commandCatalog.find(
		({ words: own }) => own.length > 0 && own.every((word, at) => word === words[at]),
	);
	if (wanted !== undefined) return `${kit.commandHelp(wanted)}\n`;
	const lines = kit.commandCatalog.map(
		(spec) =>
			`  ${spec.words.join(" ").padEnd(22)} ${spec.summary} (tier ${spec.tier}, at least ${kit.expectedCalls(spec)} calls)`,
	);
	return [
		"usage: code speckit VERB [SPEC-ID] [options]",
		"",
		...lines,
		...[...verbs.keys()].map((name) => `  ${name}`),
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

async function readAnswersFile({ io, kit, runtime }: Call, file: string): Promise<readonly GivenAnswer[]> {
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

/** Settings of a smaller flow. */
function sizeOverrides(size: SpecKitArguments["size"]): readonly string[] {
	if (size === undefined || size === "l") return [];
	const single = 'speckit.consensus.mode="single"';
	return size === "m" ? [single] : [single, "speckit.quality_gates.enabled=false"];
}

interface Tracked {
	readonly emit: (progress: PipelineProgress) => void;
	/** Called when the command is over. */
	readonly release: () => Promise<void>;
	/** The host is known only after it was made with `emit`. */
	ready: ReadySpecKitHost | undefined;
}

/** Progress for people, and the mark that a process works at the run. */
function track({ io, kit, runtime, given }: Call): Tracked {
	const style = createStyle(wantsColor("auto", io.stderr, runtime.plainOutput));
	const lines = createProgressLines({ write: (text) => io.stderr.write(text), style, budgetUsd: given.budgetUsd });
	let marked: Promise<() => Promise<void>> | undefined;
	const tracked: Tracked = {
		ready: undefined,
		emit: (progress) => {
			const { ready } = tracked;
			if (ready !== undefined && marked === undefined) {
				const { specId, runId } = progress;
				marked = kit.markRunning({ root: ready.root, evidenceDir: ready.host.config.evidenceDir, specId, runId });
			}
			lines(progress);
		},
		release: async () => {
			await (await marked)?.();
		},
	};
	return tracked;
}

async function performCatalog(
	call: Call,
	ready: ReadySpecKitHost,
	answers: readonly GivenAnswer[] | undefined,
): Promise<VerbResult> {
	const { kit, given, signal } = call;
	const parsed = kit.parseCommandLine(given.words);
	if (!parsed.ok) throw new UsageProblem(parsed.message);
	const { command } = parsed;
	const spec = kit.commandCatalog.find(({ name }) => name === command.name);
	if (given.dryRun && spec !== undefined && spec.agents.length > 0) {
		const agents = kit.planOfCommand(ready, spec);
		const data = { dry_run: true, parsed: command, tier: spec.tier, agents, expected_calls: kit.expectedCalls(spec) };
		const lines = agents.map(
			({ agent, on, missing }) => `${agent} on ${on}${missing === undefined ? "" : `: ${missing}`}`,
		);
		const text = [`${spec.summary} (tier ${spec.tier}, at least ${kit.expectedCalls(spec)} calls)`, ...lines].join(
			"\n",
		);
		return { exitCode: exitCodes.done, reason: "dry_run", data, text: `${text}\n` };
	}
	const result = await kit.performSpecKit(ready, command, {
		signal,
		...(given.budgetUsd === undefined ? {} : { limits: { maxCostUsd: given.budgetUsd } }),
		...(answers === undefined ? {} : { answers }),
	});
	if (result.kind === "hook") {
		const { name, exitCode: code, output, result: done } = result;
		const ended = `the hook ${name} ended with ${code ?? "no exit code"}`;
		const data = { hook: name, hook_exit_code: code, output, ...(done === undefined ? {} : resultData(done)) };
		return { exitCode: exitCodes.gate, reason: "hook_failed", data, text: `${ended}\n${printable(output)}` };
	}
	const [exitCode, reason] = ((): readonly [ExitCode, string] => {
		switch (result.kind) {
			case "run":
				return [kit.pipelineExitCode(result.result.outcome), result.result.outcome.kind];
			case "guardrail":
				return result.outcome.ok ? [exitCodes.done, "ok"] : [exitCodes.gate, "failed"];
			case "verdict":
				return result.verdict.status === "ok" ? [exitCodes.done, "ok"] : [exitCodes.gate, result.verdict.status];
			default:
				return signal.aborted ? [exitCodes.interrupted, "cancelled"] : [exitCodes.done, "ok"];
		}
	})();
	return { exitCode, reason, data: resultData(result), text: resultText(result) };
}

async function perform(call: Call): Promise<VerbResult> {
	const { io, kit, runtime, given, signal } = call;
	const answers = given.answersFile === undefined ? undefined : await readAnswersFile(call, given.answersFile);
	const found = findVerb(given.words);
	// Before anything is made: words that make no sense.
	if (found === undefined) {
		const parsed = kit.parseCommandLine(given.words);
		if (!parsed.ok) throw new UsageProblem(parsed.message);
	}
	const tracked = track(call);
	const canAsk = io.stdin.kind === "terminal" && io.stderr.isTTY && !given.json;
	const ready = await kit.createSpecKitHost(runtime, {
		flags: { ...given.flags, overrides: [...sizeOverrides(given.size), ...given.flags.overrides] },
		...(given.cwd === undefined ? {} : { cwd: given.cwd }),
		emit: tracked.emit,
		...(given.recordings === undefined ? {} : { recordings: given.recordings }),
		...(canAsk
			? {
					ask: (questions, stop) =>
						askAtTerminal(questions, { input: process.stdin, write: (text) => io.stderr.write(text) }, stop),
				}
			: {}),
	});
	if (ready.kind === "error") {
		return {
			exitCode: ready.exitCode,
			reason: "not_started",
			data: { errors: ready.lines },
			text: `error: ${ready.lines.join("\n")}\n`,
		};
	}
	tracked.ready = ready;
	for (const warning of ready.warnings) io.stderr.write(`warning: ${printable(warning)}\n`);
	try {
		if (found === undefined) return await performCatalog(call, ready, answers);
		const limits = given.budgetUsd === undefined ? undefined : { maxCostUsd: given.budgetUsd };
		return await found.verb({ kit, ready, runtime, signal, dryRun: given.dryRun, limits, answers }, found.rest);
	} finally {
		await tracked.release();
		await ready.close();
	}
}

/** What a thrown thing means to a user. */
function problemOf(thrown: unknown): {
	readonly exitCode: ExitCode;
	readonly reason: string;
	readonly message: string;
} {
	const error = toError(thrown);
	if (error instanceof UsageProblem) return { exitCode: exitCodes.usage, reason: "usage", message: error.message };
	if (error.name === "SpecKitError" && "code" in error) {
		return { exitCode: exitCodes.usage, reason: String(error.code), message: error.message };
	}
	throw error;
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
		const { exitCode, reason, data, text } = await perform({ io, kit, runtime, given, signal: stop.signal });
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
