// From a command to a decision: the exec policy reads it, the decision table answers. The shell parser is loaded with the
// first command that needs it.

import type { RuleSet } from "@codex/exec-policy";
import type { ApprovalPolicy, OfferedRule, SandboxPolicy } from "@codex/protocol";
import { decideRun, type RunDecision } from "./decide-run.ts";

/** What a session lets commands do. */
export interface CommandGuard {
	readonly approvalPolicy: ApprovalPolicy;
	readonly sandboxMode: SandboxPolicy["mode"];
	/** In force now; another set once a person has answered "always". */
	readonly rules: RuleSet;
	/** Whether some rule asks or forbids: then a text that is not understood cannot be let pass as harmless. */
	readonly hasRestrictions: boolean;
	/** Finds out once whether commands can be confined here: why not, or `undefined`. */
	readonly cannotConfine: () => Promise<string | undefined>;
}

/** A decision, and what it was made on. */
export interface Ruling {
	readonly decision: RunDecision;
	/** The simple commands that were found, as written; undefined when the text was not understood. */
	readonly programs: readonly string[] | undefined;
	/** Whether all of it only reads, whatever rules say. */
	readonly isKnownSafe: boolean;
}

/**
 * Decides about one command. A text that the parser does not understand counts as one that nothing is known of, unless a
 * rule restricts something: it is confined all the same, and where it would run unconfined it is asked about.
 */
export async function guardCommand(
	argv: readonly string[],
	guard: CommandGuard,
	options: { readonly escalate: boolean },
): Promise<Ruling> {
	const { decideCommand } = await import("@codex/exec-policy");
	const { approvalPolicy, sandboxMode, rules, hasRestrictions } = guard;
	const policy = decideCommand({ argv }, rules);
	const strictest = policy.commands.findLast(({ verdict }) => verdict === policy.verdict);
	const isOnlyUnknown = policy.verdict === "prompt" && !hasRestrictions && sandboxMode !== "danger-full-access";
	const because = [...(strictest?.reasons ?? []), ...(isOnlyUnknown ? [] : policy.reasons)];
	const cannotConfine = sandboxMode === "danger-full-access" ? undefined : await guard.cannotConfine();
	const decision = decideRun({
		verdict: isOnlyUnknown ? "ask" : policy.verdict,
		because: [...new Set(because)].slice(0, 3),
		approvalPolicy,
		sandboxMode,
		escalate: options.escalate,
		...(cannotConfine === undefined ? {} : { cannotConfine }),
	});
	// A shell or wrapper says what it runs in the commands after it: those are what a person wants to see.
	const innermost = policy.commands.filter(({ depth }, at) => (policy.commands[at + 1]?.depth ?? 0) <= depth);
	const isKnownSafe = policy.isUnderstood && policy.verdict === "safe";
	return { decision, isKnownSafe, programs: policy.isUnderstood ? innermost.map(({ text }) => text) : undefined };
}

/** What "always" could save for a command, the narrowest offer first; empty when no rule could allow it. */
export async function offerRules(
	argv: readonly string[],
	{ rules }: Pick<CommandGuard, "rules">,
): Promise<readonly (readonly OfferedRule[])[]> {
	const { proposeRules } = await import("@codex/exec-policy");
	const proposal = proposeRules({ argv }, rules);
	if (proposal.kind === "none") return [];
	return proposal.offers.map((offer) =>
		offer.rules.map(({ text, allows, doesNotAllow }) => ({ text, allows, doesNotAllow })),
	);
}
