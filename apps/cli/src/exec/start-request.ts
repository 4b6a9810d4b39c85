// From the options of `exec` to a request for the runtime. Pure.

import type { ConfigFlags, SessionLimits, StartRequest } from "@codex/runtime";
import { allValues, hasFlag, lastValue, positiveNumber } from "../arguments/read-options.ts";
import type { Invocation } from "../arguments/select-command.ts";

/** What the command line of `exec` asks for. */
export interface ExecRequest {
	readonly start: Omit<StartRequest, "outputSchema">;
	/** The prompt argument; `-` means stdin. */
	readonly prompt: string | undefined;
	/** `-` after the prompt. */
	readonly waitForStdin: boolean;
}

/** The request, or one sentence that says what is wrong. */
export type ExecRequestResult =
	| { readonly kind: "ok"; readonly request: ExecRequest }
	| { readonly kind: "error"; readonly message: string };

const setFlag = <Name extends string>(invocation: Invocation, option: string, name: Name): { [Key in Name]?: true } => {
	const set: { [Key in Name]?: true } = {};
	if (hasFlag(invocation, option)) set[name] = true;
	return set;
};

/** An option as a member of an object, absent when it was not given. */
export const setValue = <Name extends string>(
	invocation: Invocation,
	option: string,
	name: Name,
): { [Key in Name]?: string } => {
	const set: { [Key in Name]?: string } = {};
	const value = lastValue(invocation, option);
	if (value !== undefined) set[name] = value;
	return set;
};

/** The options that are about configuration. */
export function configFlags(invocation: Invocation): ConfigFlags {
	return {
		...setValue(invocation, "model", "model"),
		...setValue(invocation, "profile", "profile"),
		...setValue(invocation, "sandbox", "sandboxMode"),
		...setValue(invocation, "ask-for-approval", "approvalPolicy"),
		...setFlag(invocation, "full-auto", "fullAuto"),
		...setFlag(invocation, "dangerously-bypass-approvals-and-sandbox", "bypass"),
		...setFlag(invocation, "oss", "oss"),
		...setFlag(invocation, "trust", "trust"),
		...setFlag(invocation, "strict-config", "strict"),
		...setFlag(invocation, "ignore-user-config", "ignoreUserConfig"),
		overrides: allValues(invocation, "config"),
	};
}

/** The limits of a session, or one sentence that says what is wrong. */
export type LimitsResult =
	| { readonly kind: "ok"; readonly limits: SessionLimits }
	| { readonly kind: "error"; readonly message: string };

/** Reads the options that limit a session. */
export function readLimits(invocation: Invocation): LimitsResult {
	const turns = positiveNumber(invocation, "max-turns", true);
	const timeout = positiveNumber(invocation, "timeout", false);
	const idle = positiveNumber(invocation, "idle-timeout", false);
	const cost = positiveNumber(invocation, "max-cost-usd", false);
	for (const result of [turns, timeout, idle, cost]) if (result.kind === "error") return result;
	const number = (result: typeof turns): number | undefined => (result.kind === "ok" ? result.value : undefined);
	const milliseconds = (seconds: number | undefined): number | undefined =>
		seconds === undefined ? undefined : Math.ceil(seconds * 1000);
	return {
		kind: "ok",
		limits: {
			maxTurns: number(turns),
			timeoutMs: milliseconds(number(timeout)),
			idleTimeoutMs: milliseconds(number(idle)),
			maxCostUsd: number(cost),
		},
	};
}

type Target = Pick<ExecRequest, "prompt" | "waitForStdin"> & Pick<StartRequest, "resume">;

function readTarget(invocation: Invocation): Target | string {
	const waitForStdin = invocation.positionals.length > 1 && invocation.positionals.at(-1) === "-";
	const words = waitForStdin ? invocation.positionals.slice(0, -1) : invocation.positionals;
	if (invocation.command.path[1] !== "resume") return { prompt: words[0], waitForStdin };
	const [first, second] = words;
	if (hasFlag(invocation, "last")) {
		if (second !== undefined) return "with `--last` there is no session id: give only the prompt";
		// `resume --last -`: the only word is the prompt.
		return { resume: { kind: "last" }, prompt: first, waitForStdin };
	}
	if (first === undefined) return "name the session to go on with: its id, or `--last`";
	// `resume ID -`: the prompt is all of stdin.
	const prompt = waitForStdin && second === undefined ? "-" : second;
	return { resume: { kind: "id", id: first }, prompt, waitForStdin: waitForStdin && second !== undefined };
}

/** Reads the command line of `exec` and `exec resume`. */
export function readExecRequest(invocation: Invocation): ExecRequestResult {
	const limits = readLimits(invocation);
	if (limits.kind === "error") return limits;
	const target = readTarget(invocation);
	if (typeof target === "string") return { kind: "error", message: target };
	if (hasFlag(invocation, "record") && hasFlag(invocation, "replay")) {
		return { kind: "error", message: "`--record` and `--replay` contradict each other" };
	}
	const { resume, prompt, waitForStdin } = target;
	const start: Omit<StartRequest, "outputSchema"> = {
		source: "exec",
		flags: configFlags(invocation),
		...setValue(invocation, "cd", "cwd"),
		...setValue(invocation, "record", "recordFile"),
		...setValue(invocation, "replay", "replayFile"),
		...(resume === undefined ? {} : { resume }),
		additionalRoots: allValues(invocation, "add-dir"),
		limits: limits.limits,
		ephemeral: hasFlag(invocation, "ephemeral"),
		requireRepository: !hasFlag(invocation, "skip-git-repo-check"),
	};
	return { kind: "ok", request: { start, prompt, waitForStdin } };
}
