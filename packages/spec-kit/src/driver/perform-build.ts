// The second half of implement: the agreed tasks are carried out by the host, ticked off with evidence, and what came of it
// is kept. What is done is decided by files, commands and commits, never by what an agent says.

import type { JsonObject } from "@codex/protocol";
import { redactText } from "@codex/redact";
import type { AgentName } from "../agent.ts";
import type { EvidenceRecord, ImplementOutcome, ImplementRequest, ImplementTask, SpecKitHost } from "../host.ts";
import { stageDocuments, trackerPath } from "../packet/packet-layout.ts";
import type { Effect } from "../pipeline/effect.ts";
import { rosterOf, type UntimedEvent } from "../pipeline/event.ts";
import { noSpend, type RunState } from "../pipeline/state.ts";
import { judgePrompt, repairPrompt, taskPrompt } from "../prompts/build-task-prompt.ts";
import { modelMetadata } from "../prompts/model-metadata.ts";
import { readTasks, type Task, taskText, tickTasks } from "../render/task-list.ts";
import { findPacket, promptContext } from "./packet-context.ts";
import { runStageHook } from "./perform-stage.ts";

type BuildEffect = Extract<Effect, { readonly type: "build" }>;

/** What carrying out needs beside the state. */
export interface BuildContext {
	readonly effect: BuildEffect;
	readonly signal: AbortSignal;
	/** Told what an agent does. Never throws. */
	readonly tell: ImplementRequest["tell"];
}

/** What is wrong in a run whose tasks are all ticked: a task of its own. */
function repairTask(visit: number, reasons: readonly string[]): Task {
	return {
		id: `R${String(visit).padStart(3, "0")}`,
		done: false,
		parallel: false,
		title: "Put right what validation found",
		files: [],
		dependsOn: [],
		validation: reasons.join("; "),
	};
}

/** Dependencies first; those on tasks that are done are met. */
function ordered(tasks: readonly Task[]): readonly Task[] {
	const open = new Map(tasks.map((task) => [task.id, task]));
	const placed = new Set<string>();
	const result: Task[] = [];
	while (result.length < tasks.length) {
		const ready = tasks.filter(
			({ id, dependsOn }) => !placed.has(id) && dependsOn.every((need) => placed.has(need) || !open.has(need)),
		);
		// A circle: as written.
		const next = ready.length > 0 ? ready : tasks.filter(({ id }) => !placed.has(id));
		for (const task of next) placed.add(task.id);
		result.push(...next);
	}
	return result;
}

/** Who carries the tasks out: who proposes code first, then the others of the roster. */
function candidatesOf(state: RunState, most: number): readonly AgentName[] {
	const roster = rosterOf(state.settings, "implement");
	const writes = (agent: AgentName): boolean => agent === "gpt_codex" || agent === "code";
	return [...roster.filter(writes), ...roster.filter((agent) => !writes(agent))].slice(0, Math.max(1, most));
}

function record(state: RunState, content: EvidenceRecord["content"], agent?: AgentName): EvidenceRecord {
	return {
		specId: state.specId,
		runId: state.runId,
		category: "commands",
		kind: typeof content === "string" ? "log" : "build",
		stage: "implement",
		content,
		...(agent === undefined ? {} : { agent }),
	};
}

async function keep(
	host: SpecKitHost,
	state: RunState,
	{ outcome, visit }: { readonly outcome: ImplementOutcome; readonly visit: number },
): Promise<void> {
	const { kind, reason, chosen, commit, tasks, candidates } = outcome;
	const content: JsonObject = {
		run_id: state.runId,
		spec_id: state.specId,
		visit,
		outcome: kind,
		reason,
		chosen: chosen ?? null,
		commit: commit ?? null,
		tasks: tasks.map((task) => ({
			id: task.id,
			done: task.done,
			files: [...task.files],
			commit: task.commit ?? null,
		})),
		candidates: candidates.map(({ agent, passed, reason: why, commands }) => ({
			agent,
			passed,
			reason: why,
			commands: commands.map(({ name, exitCode, output }) => ({ name, exit_code: exitCode, output })),
		})),
	};
	await host.evidence.write(record(state, content));
	for (const { agent, diff } of candidates) {
		if (diff !== "") await host.evidence.write(record(state, diff, agent));
	}
}

/** Ticks what has evidence. Gives the paths that changed. */
async function tick(host: SpecKitHost, path: string, done: readonly string[]): Promise<readonly string[]> {
	const text = await host.files.read(path);
	const ticked = text === undefined ? undefined : tickTasks(text, done);
	if (ticked === undefined || ticked === text) return [];
	await host.files.write(path, ticked);
	return [path];
}

/**
 * Carries the tasks out. `undefined` when the run was cancelled meanwhile: a resumed run goes on where it was. Rejects as
 * the host's files and evidence do.
 */
export async function performBuild(
	host: SpecKitHost,
	state: RunState,
	{ effect, signal, tell }: BuildContext,
): Promise<UntimedEvent | undefined> {
	const { specId, runId, retryReasons } = state;
	const { visit, limits } = effect;
	const packet = await findPacket(host, specId);
	const path = `${packet.folder}/${stageDocuments.tasks}`;
	const listed = readTasks((await host.files.read(path)) ?? "").tasks.filter(({ done }) => !done);
	const open = listed.length === 0 && retryReasons.length > 0 ? [repairTask(visit, retryReasons)] : listed;
	const over = (): Promise<void> => runStageHook(host, { when: "after", stage: "implement", specId }, signal);
	if (host.implement === undefined || open.length === 0) {
		await over();
		const why = "No task is open: nothing was carried out";
		const nothing = { documents: [], warnings: [why], spend: noSpend, unpricedCalls: 0 };
		return { type: "tasks_built", outcome: "done", reason: "", ...nothing };
	}
	const known = { guardrailSummary: state.guardrailSummary, memory: state.memory };
	const max = host.config.maxContextChars;
	const context = await promptContext(host, packet, { stage: "validate", known, max });
	const tasks = ordered(open).map(
		(task): ImplementTask => ({
			id: task.id,
			title: task.title,
			files: task.files,
			dependsOn: task.dependsOn.filter((need) => open.some(({ id }) => id === need)),
			parallel: task.parallel,
			prompt: taskPrompt({ specId, task: taskText(task), goal: state.goal, context, retryReasons }),
		}),
	);
	const outcome = await host.implement(
		{
			id: `${runId}/implement/${visit}`,
			runId,
			specId,
			tasks,
			candidates: candidatesOf(state, host.config.implement.candidates),
			judges: rosterOf(state.settings, "implement"),
			ownPaths: [`${packet.folder}/`, `${host.config.evidenceDir}/`, trackerPath],
			limits,
			wanted: (agent) => modelMetadata(agent, "implement", host.config.environment),
			repairPrompt: (failures) => repairPrompt(specId, failures),
			judgePrompt: (candidates) => judgePrompt(specId, candidates, max),
			tell,
		},
		signal,
	);
	if (outcome.kind === "cancelled") {
		if (signal.aborted) return undefined;
		return builtEvent({ ...outcome, kind: "failed" }, []);
	}
	await keep(host, state, { outcome, visit });
	const done = outcome.kind === "done" ? outcome.tasks.flatMap((task) => (task.done ? [task.id] : [])) : [];
	const documents = await tick(host, path, done);
	if (outcome.kind === "done") await over();
	return builtEvent(outcome, documents);
}

function builtEvent(outcome: ImplementOutcome, documents: readonly string[]): UntimedEvent {
	const { kind, reason, warnings, spend, unpricedCalls } = outcome;
	return {
		type: "tasks_built",
		outcome: kind === "cancelled" ? "failed" : kind,
		reason: redactText(reason),
		documents,
		warnings: warnings.map((warning) => redactText(warning)),
		spend,
		unpricedCalls,
	};
}
