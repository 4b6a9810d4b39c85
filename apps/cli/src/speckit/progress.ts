// A run as it goes on, for a person: calm lines on stderr, one for each thing that changed. Nothing that a model wrote
// reaches the terminal unread.

import type { PipelineProgress } from "@codex/runtime";
import { printable, printableLine } from "../terminal/printable.ts";
import type { Style } from "../terminal/style.ts";

/** Where the lines go. */
export interface ProgressSinks {
	readonly write: (text: string) => void;
	readonly style: Style;
	/** US dollars; with it, shares of it are told as they are used up. */
	readonly budgetUsd: number | undefined;
}

const lineLength = 160;
const alerts = [80, 90, 100] as const;

function clock(ms: number): string {
	const seconds = Math.max(0, Math.round(ms / 1000));
	const minutes = Math.floor(seconds / 60);
	return `${String(minutes).padStart(2, "0")}:${String(seconds % 60).padStart(2, "0")}`;
}

const dollars = (usd: number): string => `$${usd.toFixed(usd < 1 ? 4 : 2)}`;

type Msg = PipelineProgress["msg"];
type Of<Type extends Msg["type"]> = Extract<Msg, { readonly type: Type }>;
type Lines = {
	readonly [Type in Msg["type"]]: {
		say(msg: Of<Type>, style: Style, progress: PipelineProgress): readonly string[];
	}["say"];
};

const nothing = (): readonly string[] => [];

const lines: Lines = {
	run_started: ({ resumed, stages }, _style, { runId, specId }) => [
		`${resumed ? "going on with" : "run"} ${runId} of ${specId}: ${stages.join(", ")}`,
	],
	stage_started: ({ stage, attempt }, style) => [style.bold(`${stage}${attempt > 1 ? `, round ${attempt}` : ""}`)],
	checkpoint_started: ({ checkpoint, gates }) => [`quality gate ${checkpoint}: ${gates.join(", ")}`],
	guardrail_finished: ({ ok, summary, failures }, style) => [
		`  guardrail ${ok ? "passed" : style.red("failed")}: ${summary}`,
		...failures.map((failure) => `    ${failure}`),
	],
	agent_changed: ({ agent, role, state, model, detail }) => {
		const more = [model, detail].filter((part) => part !== undefined && part !== "").join(": ");
		return [`  ${agent} (${role}) ${state}${more === "" ? "" : ` – ${printable(more)}`}`];
	},
	verdict_reached: ({ status, agreed, dissent, conflicts, confidence }) => [
		`  verdict ${status}: ${agreed} agreed, ${dissent} dissent, ${conflicts} in conflict, confidence ${confidence.toFixed(2)}`,
	],
	checkpoint_finished: ({ found, applied, asked }) => [`  ${found} issues, ${applied} settled, ${asked} asked`],
	questions_pending: ({ questions }) => [`  ${questions.length} questions for a person`],
	artifact_written: ({ path }) => [`  wrote ${path}`],
	stage_finished: ({ stage }) => [`${stage} done`],
	spend_changed: nothing,
	warning: ({ message }, style) => [`${style.yellow("warning:")} ${message}`],
	// The result says these.
	run_paused: nothing,
	run_halted: nothing,
	run_cancelled: nothing,
	run_completed: nothing,
};

function linesOf(progress: PipelineProgress, style: Style): readonly string[] {
	const handler: { say(msg: Msg, style: Style, progress: PipelineProgress): readonly string[] }["say"] =
		lines[progress.msg.type];
	return handler(progress.msg, style, progress);
}

/** Makes the function that is told of progress. */
export function createProgressLines({ write, style, budgetUsd }: ProgressSinks): (progress: PipelineProgress) => void {
	let begunMs: number | undefined;
	let spentUsd = 0;
	let alerted = 0;
	const alert = (): readonly string[] => {
		if (budgetUsd === undefined) return [];
		const share = (spentUsd / budgetUsd) * 100;
		const reached = alerts.findLast((percent) => share >= percent) ?? 0;
		if (reached <= alerted) return [];
		alerted = reached;
		return [`warning: ${reached} % of the budget are used: ${dollars(spentUsd)} of ${dollars(budgetUsd)}`];
	};
	return (progress) => {
		const { atMs, msg } = progress;
		begunMs ??= atMs;
		if (msg.type === "spend_changed") spentUsd = msg.spend.costUsd;
		const spent = msg.type === "stage_finished" && spentUsd > 0 ? [`  ${dollars(spentUsd)} so far`] : [];
		const said = [...linesOf(progress, style), ...spent, ...(msg.type === "spend_changed" ? alert() : [])];
		for (const line of said) write(`${style.dim(clock(atMs - begunMs))} ${printableLine(line, lineLength)}\n`);
	};
}
