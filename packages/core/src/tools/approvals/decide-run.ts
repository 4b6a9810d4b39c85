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
	/** A person is asked; with nobody there it is declined with the reason. */
	| { readonly kind: "ask"; readonly reason: string }
	| { readonly kind: "refuse"; readonly reason: string };

const said = (because: readonly string[]): string => (because.length === 0 ? "" : `: ${because.join("; ")}`);

/** What danger and doubt come to before the sandbox is looked at. */
function byVerdict({ verdict, because, approvalPolicy }: RunQuestion): RunDecision | undefined {
	switch (verdict) {
		case "forbidden":
			return { kind: "refuse", reason: `a rule forbids this command${said(because)}` };
		case "dangerous": {
			const reason = `this command is dangerous${said(because)}`;
			if (approvalPolicy !== "never") return { kind: "ask", reason };
			return { kind: "refuse", reason: `${reason}; the approval policy \`never\` lets nobody be asked` };
		}
		case "prompt": {
			const reason = `this command needs approval${said(because)}`;
			if (approvalPolicy !== "never") return { kind: "ask", reason };
			return { kind: "refuse", reason: `${reason}; the approval policy \`never\` lets nobody be asked` };
		}
		case "ask":
			if (approvalPolicy !== "untrusted") return undefined;
			return {
				kind: "ask",
				reason: "the approval policy `untrusted` asks for every command that is not known to be safe",
			};
		case "safe":
		case "allow":
			return undefined;
	}
}

/** Decides. Total; the same input gives the same answer. */
export function decideRun(question: RunQuestion): RunDecision {
	const first = byVerdict(question);
	if (first !== undefined) return first;
	const { approvalPolicy, sandboxMode, escalate, cannotConfine } = question;
	if (sandboxMode === "danger-full-access") return { kind: "run", confined: false };
	if (escalate && approvalPolicy === "on-request") {
		return { kind: "ask", reason: "it is to run outside the sandbox" };
	}
	if (cannotConfine === undefined) return { kind: "run", confined: true };
	const reason = `it cannot be confined on this machine: ${cannotConfine}`;
	return approvalPolicy === "on-failure" || approvalPolicy === "on-request"
		? { kind: "ask", reason }
		: { kind: "refuse", reason: `auto-rejected: ${reason}; \`--sandbox danger-full-access\` runs commands unconfined` };
}
