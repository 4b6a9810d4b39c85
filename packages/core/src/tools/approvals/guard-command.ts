// From a command to a decision: the exec policy reads it, the decision table answers. The shell parser is loaded with the
// first command that needs it.

import type { RuleSet } from "@codex/exec-policy";
import type { ApprovalPolicy, SandboxPolicy } from "@codex/protocol";
import { decideRun, type RunDecision } from "./decide-run.ts";

/** What a session lets commands do; fixed for its life. */
export interface CommandGuard {
	readonly approvalPolicy: ApprovalPolicy;
	readonly sandboxMode: SandboxPolicy["mode"];
	readonly rules: RuleSet;
	/** Whether some rule asks or forbids: then a text that is not understood cannot be let pass as harmless. */
	readonly hasRestrictions: boolean;
	/** Finds out once whether commands can be confined here: why not, or `undefined`. */
	readonly cannotConfine: () => Promise<string | undefined>;
}

/**
 * Decides about one command. A text that the parser does not understand counts as one that nothing is known of, unless a
 * rule restricts something: it is confined all the same, and where it would run unconfined it is asked about.
 */
export async function guardCommand(
	argv: readonly string[],
	guard: CommandGuard,
	options: { readonly escalate: boolean },
): Promise<RunDecision> {
	const { decideCommand } = await import("@codex/exec-policy");
	const { approvalPolicy, sandboxMode, rules, hasRestrictions } = guard;
	const decision = decideCommand({ argv }, rules);
	const strictest = decision.commands.findLast(({ verdict }) => verdict === decision.verdict);
	const isOnlyUnknown = decision.verdict === "prompt" && !hasRestrictions && sandboxMode !== "danger-full-access";
	const because = [...(strictest?.reasons ?? []), ...(isOnlyUnknown ? [] : decision.reasons)];
	const cannotConfine = sandboxMode === "danger-full-access" ? undefined : await guard.cannotConfine();
	return decideRun({
		verdict: isOnlyUnknown ? "ask" : decision.verdict,
		because: [...new Set(because)].slice(0, 3),
		approvalPolicy,
		sandboxMode,
		escalate: options.escalate,
		...(cannotConfine === undefined ? {} : { cannotConfine }),
	});
}
