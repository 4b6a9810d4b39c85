// Where questions to a person wait for their answer: one at a time, each answered once, and what was approved for the
// session is remembered by canonical command or by file. Decides nothing; where nobody is there it says so at once.

import type { ApprovalAnswer, CallId, EventMsg, FileChange, OfferedRule } from "@codex/protocol";

/** What a command is known by in a session's approvals. */
export interface CommandIdentity {
	readonly argv: readonly string[];
	/** Absolute. */
	readonly cwd: string;
	/** Whether it would run outside the sandbox. An approval for outside holds inside too. */
	readonly outsideSandbox: boolean;
}

/** How a question reaches a person. */
interface Asking {
	readonly callId: CallId;
	/** Why it is asked: one sentence without a period. */
	readonly reason: string;
	readonly emit: (msg: EventMsg) => void;
	readonly signal: AbortSignal;
}

/** May this command run? */
export interface CommandQuestion extends CommandIdentity, Asking {
	readonly justification?: string;
	readonly programs?: readonly string[];
	readonly offers: readonly (readonly OfferedRule[])[];
}

/** May these files be changed? */
export interface PatchQuestion extends Asking {
	readonly changes: readonly FileChange[];
}

/** What came of a question. */
export type Answer =
	| { readonly kind: "approved" }
	| { readonly kind: "denied"; readonly feedback?: string }
	/** The turn was aborted, by the answer or while it waited. */
	| { readonly kind: "aborted" }
	/** Nobody answers questions in this session. */
	| { readonly kind: "nobody" };

/** What a desk stands on. */
export interface ApprovalDeskOptions {
	/** Whether somebody answers. */
	readonly isStaffed: boolean;
	/** Saves rules for good and puts them in force; why it could not, or `undefined`. Never rejects. */
	readonly saveRules?: (rules: readonly string[]) => Promise<string | undefined>;
}

/** The questions of a session. */
export interface ApprovalDesk {
	readonly isStaffed: boolean;
	/** Whether the command was approved for the session. */
	isApproved(command: CommandIdentity): Promise<boolean>;
	/**
	 * Asks, unless the session's approvals answer; waits as long as the person takes.
	 *
	 * Contract: never rejects; resolves at once with `aborted` when `signal` aborts.
	 */
	askCommand(question: CommandQuestion): Promise<Answer>;
	/** Like {@link askCommand}, for files; approved for the session are then these files. */
	askPatch(question: PatchQuestion): Promise<Answer>;
	/** Hands in an answer. False when no question of that kind with that id waits. */
	answer(kind: "command" | "patch", answer: ApprovalAnswer): boolean;
}

interface Pending {
	readonly kind: "command" | "patch";
	readonly settle: (answer: ApprovalAnswer | undefined) => void;
}

async function commandKeys({ argv, cwd, outsideSandbox }: CommandIdentity): Promise<readonly string[]> {
	const { canonicalCommand } = await import("@codex/exec-policy");
	const canonical = canonicalCommand(argv);
	const outside = JSON.stringify([canonical, cwd, "outside"]);
	return outsideSandbox ? [outside] : [JSON.stringify([canonical, cwd, "inside"]), outside];
}

function fileKeys(changes: readonly FileChange[]): readonly string[] {
	return changes.flatMap(({ path, movePath }) => (movePath === undefined ? [path] : [path, movePath]));
}

class Desk implements ApprovalDesk {
	readonly isStaffed: boolean;
	readonly #saveRules: ApprovalDeskOptions["saveRules"];
	readonly #commands = new Set<string>();
	readonly #files = new Set<string>();
	readonly #pending = new Map<string, Pending>();
	// One question at a time: a person reads one, and its answer may settle the next.
	#last: Promise<unknown> = Promise.resolve();

	constructor({ isStaffed, saveRules }: ApprovalDeskOptions) {
		this.isStaffed = isStaffed;
		this.#saveRules = saveRules;
	}

	async isApproved(command: CommandIdentity): Promise<boolean> {
		// Without approvals there is nothing to look up, and the parser need not be loaded.
		if (this.#commands.size === 0) return false;
		return (await commandKeys(command)).some((key) => this.#commands.has(key));
	}

	askCommand(question: CommandQuestion): Promise<Answer> {
		return this.#inTurn(question, async () => {
			if (await this.isApproved(question)) return { kind: "approved" };
			const { offers } = question;
			const given = await this.#wait("command", question, commandRequest(question));
			const isForLonger = given?.decision === "approved_for_session" || given?.decision === "approved_always";
			if (isForLonger) this.#remember(this.#commands, (await commandKeys(question)).slice(0, 1));
			if (given?.decision === "approved_always") await this.#save(offers[given.offer ?? 0] ?? [], question);
			return toAnswer(given);
		});
	}

	askPatch(question: PatchQuestion): Promise<Answer> {
		const { callId, changes, reason } = question;
		const files = fileKeys(changes);
		return this.#inTurn(question, async () => {
			if (files.length > 0 && files.every((file) => this.#files.has(file))) return { kind: "approved" };
			const given = await this.#wait("patch", question, { type: "patch_approval_request", callId, changes, reason });
			const isForLonger = given?.decision === "approved_for_session" || given?.decision === "approved_always";
			if (isForLonger) this.#remember(this.#files, files);
			return toAnswer(given);
		});
	}

	answer(kind: "command" | "patch", answer: ApprovalAnswer): boolean {
		const pending = this.#pending.get(answer.callId);
		if (pending?.kind !== kind) return false;
		pending.settle(answer);
		return true;
	}

	#remember(known: Set<string>, keys: readonly string[]): void {
		for (const key of keys) known.add(key);
	}

	async #save(rules: readonly OfferedRule[], { emit }: CommandQuestion): Promise<void> {
		if (rules.length === 0) return;
		const problem =
			this.#saveRules === undefined
				? "this session cannot save rules"
				: await this.#saveRules(rules.map(({ text }) => text));
		if (problem === undefined) return;
		emit({ type: "warning", message: `the rule was not saved, the approval holds for this session: ${problem}` });
	}

	#inTurn({ signal }: Asking, ask: () => Promise<Answer>): Promise<Answer> {
		if (!this.isStaffed) return Promise.resolve({ kind: "nobody" });
		const before = this.#last;
		const asked = before.then((): Answer | Promise<Answer> => (signal.aborted ? { kind: "aborted" } : ask()));
		this.#last = asked;
		// Whoever still stands in the queue leaves it at once when the turn is aborted.
		const left = Promise.withResolvers<Answer>();
		const leave = (): void => left.resolve({ kind: "aborted" });
		if (signal.aborted) leave();
		else signal.addEventListener("abort", leave, { once: true });
		return Promise.race([asked, left.promise]).finally(() => signal.removeEventListener("abort", leave));
	}

	#wait(
		kind: Pending["kind"],
		{ callId, emit, signal }: Asking,
		request: EventMsg,
	): Promise<ApprovalAnswer | undefined> {
		const { promise, resolve } = Promise.withResolvers<ApprovalAnswer | undefined>();
		const onAbort = (): void => settle(undefined);
		const settle = (answer: ApprovalAnswer | undefined): void => {
			this.#pending.delete(callId);
			signal.removeEventListener("abort", onAbort);
			resolve(answer);
		};
		if (signal.aborted) {
			resolve(undefined);
			return promise;
		}
		signal.addEventListener("abort", onAbort, { once: true });
		this.#pending.set(callId, { kind, settle });
		emit(request);
		return promise;
	}
}

function commandRequest(question: CommandQuestion): EventMsg {
	const { callId, argv, cwd, reason, justification, outsideSandbox, programs, offers } = question;
	return {
		type: "exec_approval_request",
		callId,
		command: argv,
		cwd,
		reason,
		...(justification === undefined ? {} : { justification }),
		...(outsideSandbox ? { outsideSandbox } : {}),
		...(programs === undefined ? {} : { programs }),
		...(offers.length === 0 ? {} : { offers }),
	};
}

function toAnswer(given: ApprovalAnswer | undefined): Answer {
	switch (given?.decision) {
		case "approved":
		case "approved_for_session":
		case "approved_always":
			return { kind: "approved" };
		case "denied":
			return { kind: "denied", ...(given.feedback === undefined ? {} : { feedback: given.feedback }) };
		case "abort":
		case undefined:
			return { kind: "aborted" };
	}
}

/** Makes the desk of a session. */
export function createApprovalDesk(options: ApprovalDeskOptions): ApprovalDesk {
	return new Desk(options);
}
