// Typed flags as a layer. They beat `-c`, and a flag that stands for several keys sets each of them.

import type { ConfigProblem } from "../check/problem.ts";
import { emptyTable, type TomlValue } from "../tree/tree.ts";
import type { Layer, Place } from "./layer.ts";

/** What a command line says about configuration. Values are as typed; they are checked with the rest. */
export interface ConfigFlags {
	/** `-m`, `--model`. */
	readonly model?: string;
	/** A provider chosen by a flag of the caller. */
	readonly modelProvider?: string;
	/** `-p`, `--profile`. */
	readonly profile?: string;
	/** `-s`, `--sandbox`. */
	readonly sandboxMode?: string;
	/** `-a`, `--ask-for-approval`. */
	readonly approvalPolicy?: string;
	/** A reasoning effort chosen by a flag of the caller. */
	readonly modelReasoningEffort?: string;
	/** `--full-auto`: workspace-write and on-request. */
	readonly fullAuto?: boolean;
	/** `--dangerously-bypass-approvals-and-sandbox`. */
	readonly bypass?: boolean;
	/** `--oss`. */
	readonly oss?: boolean;
	/** `-c key=value`, in the order of the command line. */
	readonly overrides: readonly string[];
	/** `--strict-config`: unknown keys are errors. */
	readonly strict?: boolean;
	/** `--ignore-user-config`: no file of the home is read. */
	readonly ignoreUserConfig?: boolean;
	/** `--trust`: the repository's own settings count in this run, within their limits; nothing is remembered. */
	readonly trust?: boolean;
}

const bypassFlag = "--dangerously-bypass-approvals-and-sandbox";

interface FlagSetting {
	readonly key: string;
	readonly value: TomlValue | undefined;
	readonly flag: string;
}

/** Later lines win, so that `-a` and `-s` refine `--full-auto`. */
function settings(flags: ConfigFlags): readonly FlagSetting[] {
	const all: FlagSetting[] = [
		{ key: "model", value: flags.model, flag: "--model" },
		{ key: "model_provider", value: flags.modelProvider, flag: "--model-provider" },
		{ key: "model_reasoning_effort", value: flags.modelReasoningEffort, flag: "--model-reasoning-effort" },
	];
	if (flags.oss === true) all.push({ key: "show_raw_agent_reasoning", value: true, flag: "--oss" });
	if (flags.fullAuto === true) {
		all.push({ key: "sandbox_mode", value: "workspace-write", flag: "--full-auto" });
		all.push({ key: "approval_policy", value: "on-request", flag: "--full-auto" });
	}
	all.push({ key: "sandbox_mode", value: flags.sandboxMode, flag: "--sandbox" });
	all.push({ key: "approval_policy", value: flags.approvalPolicy, flag: "--ask-for-approval" });
	if (flags.bypass === true) {
		all.push({ key: "sandbox_mode", value: "danger-full-access", flag: bypassFlag });
		all.push({ key: "approval_policy", value: "never", flag: bypassFlag });
	}
	return all;
}

/** The typed flags as a layer; `undefined` when none says anything. */
export function flagLayer(flags: ConfigFlags): Layer | undefined {
	const tree = emptyTable();
	const places = new Map<string, Place>();
	for (const { key, value, flag } of settings(flags)) {
		if (value === undefined) continue;
		tree[key] = value;
		places.set(key, { kind: "flag", flag });
	}
	if (places.size === 0) return undefined;
	return { name: "cli", tree, place: (path) => places.get(path[0] ?? "") ?? { kind: "flag", flag: "command line" } };
}

/** Flags that say different things about approvals or the sandbox, or about the provider. */
export function flagConflicts(flags: ConfigFlags): readonly ConfigProblem[] {
	const problems: ConfigProblem[] = [];
	const add = (left: string, right: string, hint: string): void => {
		problems.push({ message: `\`${left}\` and \`${right}\` contradict each other`, hint });
	};
	if (flags.bypass === true) {
		const hint = `remove one of the two: \`${bypassFlag}\` already never asks and confines nothing`;
		if (flags.approvalPolicy !== undefined) add(bypassFlag, "--ask-for-approval", hint);
		if (flags.fullAuto === true) add(bypassFlag, "--full-auto", hint);
		if (flags.sandboxMode !== undefined && flags.sandboxMode !== "danger-full-access") {
			add(bypassFlag, `--sandbox ${flags.sandboxMode}`, hint);
		}
	}
	if (flags.fullAuto === true && flags.sandboxMode !== undefined && flags.sandboxMode !== "workspace-write") {
		add("--full-auto", `--sandbox ${flags.sandboxMode}`, "remove one of the two: `--full-auto` means workspace-write");
	}
	if (flags.oss === true && flags.modelProvider !== undefined) {
		add("--oss", "--model-provider", "remove one of the two");
	}
	return problems;
}
