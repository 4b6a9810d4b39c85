// `code plan|solve|code "task"`: several agents at one task. What they do goes to stderr, the plan, the answer or what was done
// to stdout.

import { type ExitCode, exitCodes } from "@codex/protocol";
import {
	createRuntime,
	loadTeam,
	type Runtime,
	type TeamMember,
	type TeamMode,
	type TeamRequest,
	type TeamResult,
} from "@codex/runtime";
import { hasFlag, lastValue, positiveNumber } from "../arguments/read-options.ts";
import type { Invocation } from "../arguments/select-command.ts";
import type { CliIo } from "../cli-io.ts";
import { colorChoice } from "../exec/processors.ts";
import { configFlags } from "../exec/start-request.ts";
import { printable, printableLine } from "../terminal/printable.ts";
import { createStyle, type Style, wantsColor } from "../terminal/style.ts";
import { answerError, answerJson } from "./json-answer.ts";

interface Wanted {
	readonly kind: "ok";
	readonly task: string;
	readonly agents: TeamRequest["agents"];
	readonly limits: TeamRequest["limits"];
	readonly check: string | undefined;
}

type WantedResult = Wanted | { readonly kind: "error"; readonly message: string };

// A task may be a page; a file belongs into the repository.
const mostTaskBytes = 1024 * 1024;

type Agents = NonNullable<TeamRequest["agents"]>;

/** The agents that are named, or the first `count` of them. */
function agentsOf(
	invocation: Invocation,
	known: Agents,
	usual: Agents,
): { readonly kind: "ok"; readonly agents: Agents } | { readonly kind: "error"; readonly message: string } {
	const named = lastValue(invocation, "agents")
		?.split(",")
		.map((name) => name.trim());
	const count = positiveNumber(invocation, "candidates", true);
	if (count.kind === "error") return count;
	const agents: Agents[number][] = [];
	for (const name of named ?? usual) {
		const agent = known.find((each) => each === name);
		if (agent === undefined) return { kind: "error", message: `there is no agent \`${name}\`: ${known.join(", ")}` };
		if (!agents.includes(agent)) agents.push(agent);
	}
	if ((count.value ?? 1) > known.length) {
		return { kind: "error", message: `\`--candidates\` is at most ${known.length}` };
	}
	const more = known.filter((agent) => !agents.includes(agent));
	return { kind: "ok", agents: [...agents, ...more].slice(0, count.value ?? agents.length) };
}

async function readWanted(invocation: Invocation, io: CliIo, known: Agents): Promise<WantedResult> {
	const [given] = invocation.positionals;
	let task = given ?? "";
	if (given === "-") {
		const read = await io.stdin.read(mostTaskBytes).bytes;
		if (read.kind === "error") return { kind: "error", message: `the task cannot be read: ${read.message}` };
		task = read.bytes.toString("utf8");
	}
	if (task.trim() === "") return { kind: "error", message: "a task is needed: `-` reads it from standard input" };
	const agents = agentsOf(invocation, known, ["gemini", "claude", "gpt_codex"]);
	if (agents.kind === "error") return agents;
	const [budget, timeout] = [positiveNumber(invocation, "budget", false), positiveNumber(invocation, "timeout", false)];
	for (const result of [budget, timeout]) if (result.kind === "error") return result;
	const [maxCostUsd, seconds] = [budget, timeout].map((result) => (result.kind === "ok" ? result.value : undefined));
	return {
		kind: "ok",
		task: task.trim(),
		agents: agents.agents,
		limits: {
			...(maxCostUsd === undefined ? {} : { maxCostUsd }),
			...(seconds === undefined ? {} : { maxWallMs: Math.ceil(seconds * 1000) }),
		},
		check: lastValue(invocation, "check"),
	};
}

const exits: Readonly<Record<TeamResult["kind"], ExitCode>> = {
	done: exitCodes.done,
	failed: exitCodes.failed,
	limit: exitCodes.limit,
	cancelled: exitCodes.interrupted,
};

function dataOf({ kind, text, from, members, spend, work }: TeamResult): Readonly<Record<string, unknown>> {
	return {
		outcome: kind,
		text,
		from: from ?? null,
		members: members.map(({ agent, state, model, text: said, spend: own }) => ({
			agent,
			state,
			model: model ?? null,
			text: said,
			cost_usd: own.costUsd,
			tokens: own.tokens,
		})),
		...(work === undefined
			? {}
			: {
					commit: work.commit ?? null,
					candidates: work.candidates.map(({ agent, passed, reason, commands, diff }) => ({
						agent,
						passed,
						reason,
						commands: commands.map(({ name, exitCode }) => ({ name, exit_code: exitCode })),
						diff,
					})),
					warnings: work.warnings,
				}),
		spend: { calls: spend.attempts, wall_ms: spend.wallMs, tokens: spend.tokens, cost_usd: spend.costUsd },
	};
}

interface Audience {
	readonly io: CliIo;
	readonly isJson: boolean;
	readonly mode: TeamMode;
}

/** Who would take part. */
function sayMembers(members: readonly TeamMember[], { io, isJson, mode }: Audience): ExitCode {
	const shown = members.map(({ agent, seat }) => ({
		agent,
		on: seat.kind === "command" ? seat.name : [seat.provider, seat.model].filter(Boolean).join("/"),
	}));
	if (isJson) {
		return answerJson(io, { command: mode, exitCode: exitCodes.done, reason: "dry_run", data: { members: shown } });
	}
	for (const { agent, on } of shown) io.stdout.write(`${agent} on ${on === "" ? "your own model" : on}\n`);
	return exitCodes.done;
}

/** What it came to. */
function say(result: TeamResult, { io, isJson, mode }: Audience, style: Style): ExitCode {
	const exitCode = exits[result.kind];
	if (isJson) return answerJson(io, { command: mode, exitCode, reason: result.kind, data: dataOf(result) });
	for (const warning of result.work?.warnings ?? []) io.stderr.write(`warning: ${printable(warning)}\n`);
	const { costUsd, tokens } = result.spend;
	io.stderr.write(`${style.dim(`${result.from ?? mode}: ${tokens} tokens, $${costUsd.toFixed(4)}`)}\n`);
	if (result.kind === "done") io.stdout.write(`${printable(result.text)}\n`);
	else io.stderr.write(`error: ${printable(result.text)}\n`);
	return exitCode;
}

interface TeamCall {
	readonly io: CliIo;
	readonly runtime: Runtime;
	readonly invocation: Invocation;
	readonly mode: TeamMode;
	readonly signal: AbortSignal;
}

async function perform({ io, runtime, invocation, mode, signal }: TeamCall): Promise<ExitCode> {
	const isJson = hasFlag(invocation, "json");
	const fail = (exitCode: ExitCode, reason: string, lines: readonly string[]): ExitCode =>
		answerError(io, isJson, { command: mode, exitCode, reason, lines });
	const team = await loadTeam();
	const wanted = await readWanted(invocation, io, team.teamAgents);
	if (wanted.kind === "error") return fail(exitCodes.usage, "usage", [wanted.message]);
	const style = createStyle(wantsColor(colorChoice(invocation), io.stderr, runtime.plainOutput));
	const cwd = lastValue(invocation, "cd");
	let last = "";
	const { task, agents, limits, check } = wanted;
	const ready = await team.prepareTeam(runtime, {
		flags: configFlags(invocation),
		...(cwd === undefined ? {} : { cwd }),
		task,
		...(agents === undefined ? {} : { agents }),
		limits,
		...(check === undefined ? {} : { check }),
		tell: (agent, state, detail) => {
			const line = `${agent} ${state}${detail === "" ? "" : ` – ${detail}`}`;
			if (line !== last) io.stderr.write(`${style.dim(printableLine(line, 160))}\n`);
			last = line;
		},
		signal,
	});
	if (ready.kind === "error") return fail(ready.exitCode, "not_started", ready.lines);
	if (hasFlag(invocation, "dry-run")) return sayMembers(ready.members, { io, isJson, mode });
	return say(await ready.run(mode), { io, isJson, mode }, style);
}

/** Runs the command of this name. */
export async function runTeam(mode: TeamMode, invocation: Invocation, io: CliIo): Promise<ExitCode> {
	const made = createRuntime(io.runtimeOptions);
	if (made.kind === "error") {
		const { exitCode, lines } = made;
		return answerError(io, hasFlag(invocation, "json"), { command: mode, exitCode, reason: "not_started", lines });
	}
	const { runtime } = made;
	const stop = new AbortController();
	const release = io.onInterrupt(() => stop.abort());
	try {
		return await perform({ io, runtime, invocation, mode, signal: stop.signal });
	} finally {
		release();
		await runtime.close();
	}
}
