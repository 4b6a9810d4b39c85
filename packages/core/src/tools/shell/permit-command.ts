// Whether a command of the shell tool runs, and how: the guard decides, a person answers what it leaves open. Runs nothing.

import type { CommandResult } from "../../ports/command-runner.ts";
import type { Answer } from "../approvals/approval-desk.ts";
import type { RunDecision } from "../approvals/decide-run.ts";
import type { CommandGuard } from "../approvals/guard-command.ts";
import type { ToolContext } from "../tool.ts";

/** A command that wants to run. */
export interface ShellCommand {
	readonly argv: readonly string[];
	/** Absolute. */
	readonly cwd: string;
	/** Milliseconds. */
	readonly timeoutMs: number;
	/** The model asks to run it outside the sandbox. */
	readonly escalate: boolean;
	/** What the model says for it. */
	readonly justification?: string;
}

/** What was decided. */
export type Permitted =
	| {
			readonly kind: "run";
			readonly confined: boolean;
			/** It changes no file: it is known to be safe, or the sandbox lets it write nothing. */
			readonly harmless: boolean;
	  }
	| { readonly kind: "refuse"; readonly reason: string }
	/** The turn was aborted while it was asked about. */
	| { readonly kind: "aborted" };

const said = (justification: string | undefined): { justification?: string } =>
	justification === undefined || justification.trim() === "" ? {} : { justification };

/** The words of the reference for a no, and what the person wants instead. */
function rejection(feedback: string | undefined): string {
	return feedback === undefined || feedback.trim() === ""
		? "exec command rejected by user"
		: `exec command rejected by user: ${feedback}`;
}

/** Decides about a command before it runs. Never rejects. */
export async function permitCommand(command: ShellCommand, context: ToolContext): Promise<Permitted> {
	const { permission, approvals } = context;
	if (permission.kind === "refuse") return permission;
	if (permission.kind === "run") return { ...permission, harmless: false };
	const { argv, cwd, escalate } = command;
	const { guardCommand } = await import("../approvals/guard-command.ts");
	const { decision, programs, isKnownSafe } = await guardCommand(argv, permission.guard, { escalate });
	if (decision.kind === "refuse") return decision;
	const isReadOnly = permission.guard.sandboxMode === "read-only";
	if (decision.kind === "run") {
		const isLetOut = decision.confined && (await approvals.isApproved({ argv, cwd, outsideSandbox: true }));
		const confined = decision.confined && !isLetOut;
		return { kind: "run", confined, harmless: isKnownSafe || (confined && isReadOnly) };
	}
	return await askBefore(command, context, { decision, programs, guard: permission.guard });
}

interface Doubt {
	readonly decision: Extract<RunDecision, { readonly kind: "ask" }>;
	readonly programs: readonly string[] | undefined;
	readonly guard: CommandGuard;
}

async function askBefore(command: ShellCommand, context: ToolContext, doubt: Doubt): Promise<Permitted> {
	const { argv, cwd, escalate } = command;
	const { approvals } = context;
	const { decision, programs, guard } = doubt;
	const { offerRules } = await import("../approvals/guard-command.ts");
	const isFree = guard.sandboxMode === "danger-full-access";
	const outsideSandbox = !decision.confined && !isFree;
	// A rule lets nothing out of the sandbox: it is offered only where it would spare the next question.
	const offers = approvals.isStaffed && !outsideSandbox ? await offerRules(argv, guard) : [];
	const answer = await approvals.askCommand({
		argv,
		cwd,
		outsideSandbox,
		reason: decision.reason,
		...said(command.justification),
		...(programs === undefined ? {} : { programs }),
		offers,
		callId: context.callId,
		emit: context.emit,
		signal: context.signal,
	});
	switch (answer.kind) {
		case "approved":
			return {
				kind: "run",
				confined: decision.confined,
				harmless: decision.confined && guard.sandboxMode === "read-only",
			};
		case "denied":
			return { kind: "refuse", reason: rejection(answer.feedback) };
		case "aborted":
			return { kind: "aborted" };
		case "nobody": {
			const reason = `${decision.reason}; nobody can be asked here, so it was declined`;
			return { kind: "refuse", reason: escalate ? `${reason}: try it inside the sandbox` : reason };
		}
	}
}

/**
 * Asks whether a command that the sandbox stopped is to run again outside it. `nobody`: it is not asked, because policy or
 * the session says so. Never rejects.
 */
export async function askForRetry(
	command: ShellCommand,
	denial: NonNullable<CommandResult["denial"]>,
	context: ToolContext,
): Promise<Answer> {
	const { permission, approvals } = context;
	if (permission.kind !== "guarded" || permission.guard.approvalPolicy === "never") return { kind: "nobody" };
	return await approvals.askCommand({
		argv: command.argv,
		cwd: command.cwd,
		outsideSandbox: true,
		reason: `the sandbox stopped it (${denial}): it is to run again outside`,
		...said(command.justification),
		offers: [],
		callId: context.callId,
		emit: context.emit,
		signal: context.signal,
	});
}
