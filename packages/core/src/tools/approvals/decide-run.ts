// The one decision whether a command runs, and how: approval policy × sandbox × rules. Pure, and the same for every front
// end. Known-safe and approved commands run in the sandbox like all others; only danger-full-access, and what a person
// let out, runs outside.

import type { Verdict } from "@codex/exec-policy";
import type { ApprovalPolicy, SandboxPolicy } from "@codex/protocol";

/** What is known of a command that wants to run. */
export interface RunQuestion {
	/** Of the exec policy. */
	readonly verdict: Verdict;
	/** Why the policy says so: sentences without a period; may be empty. */
	readonly because: readonly string[];
	readonly approvalPolicy: ApprovalPolicy;
	readonly sandboxMode: SandboxPolicy["mode"];
	/** The model asks to run it outside the sandbox. */
	readonly escalate: boolean;
	/** Why nothing can be confined on this machine; absent when it can. */
	readonly cannotConfine?: string;
}

/** What happens with it. */
export type RunDecision =
	| { readonly kind: "run"; readonly confined: boolean }
	/** A person is asked; with nobody there it is declined with the reason. `confined`: how it runs when they say yes. */
	| { readonly kind: "ask"; readonly reason: string; readonly confined: boolean }
	| { readonly kind: "refuse"; readonly reason: string };

const said = (because: readonly string[]): string => (because.length === 0 ? "" : `: ${because.join("; ")}`);

/** What danger and doubt come to before the sandbox is looked at: why a person has to be asked, or a no. */
function byVerdict({
	verdict,
	because,
	approvalPolicy,
}: RunQuestion):
	| { readonly kind: "doubt"; readonly reason: string }
	| { readonly kind: "refuse"; readonly reason: string }
	| undefined {
	const doubt = (reason: string): ReturnType<typeof byVerdict> =>
		approvalPolicy === "never"
			? { kind: "refuse", reason: `${reason}; the approval policy \`never\` lets nobody be asked` }
			: { kind: "doubt", reason };
	switch (verdict) {
		case "forbidden":
			return { kind: "refuse", reason: `a rule forbids this command${said(because)}` };
		case "dangerous":
			return doubt(`this command is dangerous${said(because)}`);
		case "prompt":
			return doubt(`this command needs approval${said(because)}`);
		case "ask":
			if (approvalPolicy !== "untrusted") return undefined;
			return {
				kind: "doubt",
				reason: "the approval policy `untrusted` asks for every command that is not known to be safe",
			};
		case "safe":
		case "allow":
			return undefined;
	}
}

/** Why the command would run outside the sandbox, if it may run at all; undefined: it runs as the sandbox mode says. */
function wayOut({ approvalPolicy, escalate, cannotConfine }: RunQuestion): string | undefined {
	if (cannotConfine !== undefined) return `it cannot be confined on this machine: ${cannotConfine}`;
	const mayLeave = approvalPolicy === "on-request" || approvalPolicy === "untrusted";
	return escalate && mayLeave ? "it is to run outside the sandbox" : undefined;
}

/** Decides. Total; the same input gives the same answer. */
export function decideRun(question: RunQuestion): RunDecision {
	const { approvalPolicy, sandboxMode, cannotConfine } = question;
	const doubt = byVerdict(question);
	if (doubt?.kind === "refuse") return doubt;
	if (sandboxMode === "danger-full-access") {
		return doubt === undefined
			? { kind: "run", confined: false }
			: { kind: "ask", reason: doubt.reason, confined: false };
	}
	const outside = wayOut(question);
	if (doubt === undefined && outside === undefined) return { kind: "run", confined: true };
	const reason = [doubt?.reason, outside].filter((text) => text !== undefined).join("; and ");
	if (doubt === undefined && cannotConfine !== undefined) {
		const mayAsk = approvalPolicy === "on-failure" || approvalPolicy === "on-request";
		if (!mayAsk) {
			const hint = "`--sandbox danger-full-access` runs commands unconfined";
			return { kind: "refuse", reason: `auto-rejected: ${reason}; ${hint}` };
		}
	}
	return { kind: "ask", reason, confined: outside === undefined };
}
