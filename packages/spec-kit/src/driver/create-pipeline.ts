// Runs the pipeline against a host: journal first, then the state, then the world. All decisions are the reducer's; this
// file only carries effects out, one event at a time in, and stops when the state has stopped.

import { type BudgetLimits, toError } from "@codex/protocol";
import { redactText } from "@codex/redact";
import type { ImplementRequest, SpecKitHost } from "../host.ts";
import { requireSpecId } from "../packet/packet-layout.ts";
import type { Effect } from "../pipeline/effect.ts";
import type { PipelineEvent, RunSettings, UntimedEvent } from "../pipeline/event.ts";
import { progressOf, resumeHint } from "../pipeline/progress-of.ts";
import { foldPipeline, initialRunState, reducePipeline } from "../pipeline/reduce.ts";
import { currentStage, isStopped, type RunState } from "../pipeline/state.ts";
import type { PipelineProgress, ProgressMsg } from "../progress.ts";
import { readEvents } from "../schema/events-schema.ts";
import { journalLine } from "../schema/journal-schema.ts";
import { SpecKitError } from "../spec-kit-error.ts";
import { type HalMode, type Stage, stages } from "../stage.ts";
import { createEventStream } from "./event-stream.ts";
import { performBuild } from "./perform-build.ts";
import { type CallContext, performCall } from "./perform-call.ts";
import { givenAnswers, performApply, performCheck, performPrepare } from "./perform-gate.ts";
import { performGuardrail, performRecall, performWrite } from "./perform-stage.ts";
import { type PipelineResult, resultOf } from "./result.ts";

/** An answer given beforehand. An empty `answer` skips the question. */
export interface GivenAnswer {
	readonly id: string;
	readonly answer: string;
}

/** What to run. */
export interface PipelineOptions {
	readonly host: SpecKitHost;
	readonly specId: string;
	/** What is wanted, in the user's words. Default: what the documents say. */
	readonly goal?: string;
	/** First stage. Default plan; of a resumed run: where it stopped. */
	readonly from?: Stage;
	/** Last stage. Default unlock. */
	readonly to?: Stage;
	/** The stages to run, in place of `from` and `to`; run in the pipeline's order. */
	readonly stages?: readonly Stage[];
	/** What the whole run may spend, earlier processes of it included. Default unlimited; of a resumed run: as before. */
	readonly limits?: BudgetLimits;
	/** Ends the run: calls and commands end, the run is cancelled and can be resumed. */
	readonly signal?: AbortSignal;
	/** Id of a run to go on with. Default: a new run. */
	readonly journal?: string;
	readonly answers?: readonly GivenAnswer[];
	/** Default: config. */
	readonly halMode?: HalMode;
	/** Default: config. */
	readonly qualityGates?: boolean;
}

/** A run that has begun. */
export interface PipelineRun {
	readonly runId: string;
	/** What happens, in order; ends with the run. For one reader. The host's `emit` gets the same. */
	readonly events: AsyncIterable<PipelineProgress>;
	/**
	 * What the run came to. Rejects with `SpecKitError` only when the journal of a run to go on with cannot be used
	 * (`missing_artifact`, `schema_validation`, or what the store threw); everything else is an outcome.
	 */
	readonly result: Promise<PipelineResult>;
}

function stagesOf({ from, to, stages: wanted }: PipelineOptions): readonly Stage[] {
	if (wanted !== undefined) {
		const chosen = stages.filter((stage) => wanted.includes(stage));
		if (chosen.length === 0) throw new SpecKitError("missing_stage", "A run needs at least one stage");
		return chosen;
	}
	const first = stages.indexOf(from ?? "plan");
	const last = stages.indexOf(to ?? "unlock");
	if (first === -1 || last === -1) throw new SpecKitError("unknown_stage", "There is no such stage");
	if (first > last) {
		throw new SpecKitError("invalid_stage_transition", `A run cannot go from ${from ?? "plan"} to ${to ?? "unlock"}`);
	}
	return stages.slice(first, last + 1);
}

function settingsOf({ host, qualityGates }: PipelineOptions): RunSettings {
	const executes = host.implement === undefined ? {} : { executes: true };
	const { rosters, gateRoster, aggregators, arbiter, consensus, retries } = host.config;
	const disabled = /^(?:1|true|yes|on)$/i.test(
		host.config.environment["SPEC_KIT_QUALITY_GATES_DISABLED"]?.trim() ?? "",
	);
	const enabled = qualityGates ?? (host.config.qualityGates.enabled && !disabled);
	return {
		rosters,
		gateRoster,
		aggregators,
		arbiter,
		consensus,
		retries,
		...executes,
		qualityGates: { ...host.config.qualityGates, enabled },
	};
}

/** One run of the driver. */
class Driver {
	readonly #options: PipelineOptions;
	readonly #host: SpecKitHost;
	readonly #specId: string;
	readonly #runId: string;
	readonly #controller = new AbortController();
	readonly #stream = createEventStream<PipelineProgress>();
	readonly #calls: CallContext;
	readonly #inFlight = new Set<Promise<void>>();
	readonly #inbox: UntimedEvent[] = [];
	#wake: (() => void) | undefined;
	#state: RunState = initialRunState;
	#journalSeq = 0;
	#progressSeq = 0;
	#isEnding = false;

	constructor(options: PipelineOptions, names: { readonly specId: string; readonly runId: string }) {
		this.#options = options;
		this.#host = options.host;
		this.#specId = names.specId;
		this.#runId = names.runId;
		this.#calls = { host: options.host, contexts: new Map() };
	}

	get events(): AsyncIterable<PipelineProgress> {
		return this.#stream;
	}

	async run(): Promise<PipelineResult> {
		const { signal } = this.#options;
		const onAbort = (): void => {
			this.#controller.abort();
			this.#notify();
		};
		signal?.addEventListener("abort", onAbort, { once: true });
		if (signal?.aborted === true) this.#controller.abort();
		try {
			return await this.#drive();
		} finally {
			signal?.removeEventListener("abort", onAbort);
			this.#stream.end();
		}
	}

	async #drive(): Promise<PipelineResult> {
		const first = await this.#firstEvent();
		try {
			await this.#take(first);
			if (first.type === "run_started" && first.stages.length > 1) await this.#retain();
			while (!isStopped(this.#state.phase)) {
				if (this.#controller.signal.aborted) await this.#cancel();
				else await this.#step();
			}
		} catch (thrown) {
			this.#failWithoutJournal(thrown);
		}
		this.#isEnding = true;
		this.#controller.abort();
		await Promise.allSettled(this.#inFlight);
		return resultOf(this.#state);
	}

	/** Retention, before the run adds to it. What cannot be archived stays, and is told. */
	async #retain(): Promise<void> {
		try {
			await this.#host.evidence.retain?.(this.#specId, [this.#runId]);
		} catch (thrown) {
			const reason = redactText(toError(thrown).message);
			this.#emit({ type: "warning", message: `Old evidence could not be archived: ${reason}` });
		}
	}

	async #firstEvent(): Promise<UntimedEvent> {
		const { options, limits } = { options: this.#options, limits: this.#options.limits };
		if (options.journal === undefined) {
			return {
				type: "run_started",
				runId: this.#runId,
				specId: this.#specId,
				goal: redactText(options.goal ?? ""),
				stages: stagesOf(options),
				halMode: options.halMode ?? this.#host.config.hal.mode,
				settings: settingsOf(options),
				limits: limits ?? {},
			};
		}
		const events = await this.#readJournal(options.journal);
		this.#state = foldPipeline(events);
		this.#journalSeq = events.length;
		return {
			type: "run_resumed",
			...(limits === undefined ? {} : { limits }),
			...(options.from === undefined ? {} : { from: options.from }),
		};
	}

	async #readJournal(runId: string): Promise<readonly PipelineEvent[]> {
		const read = readEvents(await this.#host.journal.read(this.#specId, runId));
		if (!read.ok) {
			throw new SpecKitError("schema_validation", `Record ${read.line} of the journal of ${runId} ${read.reason}`);
		}
		const [begin] = read.events;
		if (begin?.type !== "run_started" || begin.specId !== this.#specId || begin.runId !== runId) {
			throw new SpecKitError("missing_artifact", `There is no run ${runId} of ${this.#specId}`);
		}
		return read.events;
	}

	/** Journal, state, progress, effects: in this order. */
	async #take(untimed: UntimedEvent): Promise<void> {
		const event: PipelineEvent = { ...untimed, atMs: this.#host.nowMs() };
		const { atMs, ...fields } = event;
		const line = journalLine({ v: 1, seq: this.#journalSeq + 1, atMs, event: JSON.parse(JSON.stringify(fields)) });
		await this.#host.journal.append(this.#specId, this.#runId, line);
		this.#journalSeq += 1;
		const before = this.#state;
		const { state, effects } = reducePipeline(before, event);
		this.#state = state;
		for (const msg of progressOf(before, event, state)) this.#emit(msg);
		if (!this.#controller.signal.aborted) for (const effect of effects) await this.#begin(effect);
	}

	async #begin(effect: Effect): Promise<void> {
		if (effect.type === "call") {
			const asked = this.#state;
			await this.#take({ type: "call_started", callId: effect.call.id, limits: effect.limits });
			this.#start(effect, asked);
		} else this.#start(effect, this.#state);
	}

	#start(effect: Effect, state: RunState): void {
		const work = this.#perform(effect, state).then(
			(event) => this.#deliver(event),
			(thrown: unknown) => this.#deliver(this.#failure(thrown)),
		);
		this.#inFlight.add(work);
		void work.finally(() => this.#inFlight.delete(work));
	}

	#failure(thrown: unknown): UntimedEvent | undefined {
		if (this.#controller.signal.aborted) return undefined;
		const code = thrown instanceof SpecKitError ? thrown.code : "unexpected";
		return { type: "run_failed", code, reason: redactText(toError(thrown).message) };
	}

	#deliver(event: UntimedEvent | undefined): void {
		if (event !== undefined) this.#inbox.push(event);
		this.#notify();
	}

	#notify(): void {
		this.#wake?.();
		this.#wake = undefined;
	}

	/** Takes the next event in, or waits until there is one or the run is to end. */
	async #step(): Promise<void> {
		const event = this.#inbox.shift();
		if (event !== undefined) {
			await this.#take(event);
			return;
		}
		if (this.#inFlight.size === 0) {
			// The reducer owes nothing and has not stopped: never seen, and still no reason to wait for ever.
			await this.#take({ type: "run_failed", code: "unexpected", reason: "The run has nothing left to do" });
			return;
		}
		await new Promise<void>((resolve) => (this.#wake = resolve));
	}

	/** Waits for what is under way, keeps what was paid for, and cancels. */
	async #cancel(): Promise<void> {
		await Promise.allSettled(this.#inFlight);
		for (let event = this.#inbox.shift(); event !== undefined; event = this.#inbox.shift()) await this.#take(event);
		if (!isStopped(this.#state.phase)) await this.#take({ type: "run_cancelled" });
	}

	/** The journal itself failed: nothing may happen that it does not know of. */
	#failWithoutJournal(thrown: unknown): void {
		const code = thrown instanceof SpecKitError ? thrown.code : "unexpected";
		const reason = `The journal could not be written: ${redactText(toError(thrown).message)}`;
		const before = this.#state;
		const started = before.runId === "" ? { ...before, runId: this.#runId, specId: this.#specId } : before;
		const stage = currentStage(started);
		this.#state = {
			...started,
			phase: { type: "halted", at: { type: "guardrail", stage }, stage, code: "run_failed", reason, failure: code },
		};
		if (!isStopped(before.phase)) {
			this.#emit({ type: "run_halted", stage, code: "run_failed", reason, resume: resumeHint(this.#specId, stage) });
		}
	}

	#emit(msg: ProgressMsg): void {
		if (this.#isEnding) return;
		this.#progressSeq += 1;
		const progress: PipelineProgress = {
			runId: this.#runId,
			specId: this.#specId,
			seq: this.#progressSeq,
			atMs: this.#host.nowMs(),
			msg,
		};
		this.#stream.push(progress);
		try {
			this.#host.emit(progress);
		} catch {
			// A listener that throws is the listener's trouble; the run does not depend on being watched.
		}
	}

	/** What an agent does while tasks are carried out. */
	#tell(...[agent, state, more]: Parameters<ImplementRequest["tell"]>): void {
		this.#emit({ type: "agent_changed", agent, role: "code", stage: "implement", state, ...more });
	}

	async #ask(effect: Extract<Effect, { readonly type: "ask" }>): Promise<UntimedEvent | undefined> {
		const ids = effect.questions.map(({ id }) => id);
		const given = givenAnswers(ids, this.#options.answers ?? []);
		if (given.length > 0) return { type: "person_answered", answers: given };
		const { signal } = this.#controller;
		const answers = await this.#host.ask(effect.questions, signal);
		if (signal.aborted) return undefined;
		if (answers === "nobody") return { type: "nobody_there" };
		const said = new Map(answers.map((answer) => [answer.id, answer]));
		// What a person was shown and did not answer stays open, on record.
		return { type: "person_answered", answers: ids.map((id) => said.get(id) ?? { id, kind: "skipped" }) };
	}

	#perform(effect: Effect, state: RunState): Promise<UntimedEvent | undefined> {
		const host = this.#host;
		const { signal } = this.#controller;
		switch (effect.type) {
			case "call":
				return performCall(this.#calls, state, effect, signal);
			case "check_documents":
				return performCheck(host, state, effect.checkpoint);
			case "prepare":
				return performPrepare(host, state, effect);
			case "apply":
				return performApply(host, state, effect);
			case "run_guardrail":
				return performGuardrail(host, state, { stage: effect.stage, signal });
			case "recall":
				return performRecall(host, state, { stage: effect.stage, signal });
			case "write":
				return performWrite(host, state, { effect, signal });
			case "build":
				return performBuild(host, state, { effect, signal, tell: (...said) => this.#tell(...said) });
			case "ask":
				return this.#ask(effect);
		}
	}
}

/**
 * Starts a run, or goes on with one (`journal`).
 *
 * Throws `SpecKitError` at once for what can never run: `invalid_spec_id`, `unknown_stage`, `missing_stage`,
 * `invalid_stage_transition`. On abort the calls under way are ended, what was answered is kept, and the outcome is
 * `cancelled`; the same run can be resumed.
 */
export function createPipeline(options: PipelineOptions): PipelineRun {
	const specId = requireSpecId(options.specId);
	stagesOf(options);
	const runId = options.journal ?? options.host.newId();
	const driver = new Driver(options, { specId, runId });
	const result = driver.run();
	// Whoever reads only the events must not be ended by an unhandled rejection.
	result.catch(() => undefined);
	return { runId, events: driver.events, result };
}
