// Configuration as policies of the protocol, and the one decision whether commands may run at all as long as nothing
// confines them.

import type { ApprovalPolicy, SandboxPolicy } from "@codex/protocol";
import type { Config } from "../config.ts";
import type { Origin } from "../layers/layer.ts";
import type { LoadedConfig } from "../load-config.ts";

/** What commands may touch. `additionalRoots` (from `--add-dir`; absolute) are writable in workspace-write only. */
export function resolveSandboxPolicy(config: Config, additionalRoots: readonly string[] = []): SandboxPolicy {
	switch (config.sandbox_mode) {
		case "read-only":
			return { mode: "read-only" };
		case "danger-full-access":
			return { mode: "danger-full-access" };
		case "workspace-write": {
			const { writable_roots, network_access, exclude_tmpdir_env_var, exclude_slash_tmp } =
				config.sandbox_workspace_write;
			return {
				mode: "workspace-write",
				writable_roots: [...new Set([...writable_roots, ...additionalRoots])],
				network_access,
				exclude_tmpdir_env_var,
				exclude_slash_tmp,
			};
		}
	}
}

/** When a person is asked. */
export function resolveApprovalPolicy(config: Config): ApprovalPolicy {
	return config.approval_policy;
}

/** Whether commands run. `reason` is one sentence for the model and the user that says what to add. */
export type CommandPermission =
	| { readonly kind: "run"; readonly confined: false; readonly because: string }
	| { readonly kind: "refuse"; readonly reason: string };

const bypassFlag = "--dangerously-bypass-approvals-and-sandbox";

const isOnCommandLine = (origin: Origin | undefined): boolean => origin?.layer === "cli";

/**
 * Decides whether commands run while there is no sandbox yet.
 *
 * They run under `--dangerously-bypass-approvals-and-sandbox`, or when the command line itself (a flag or `-c`) names a
 * sandbox mode and the approval policy `never`. What a file or a profile says does not count: whoever starts an
 * unconfined command has said so in that very call.
 */
export function commandPermission(result: LoadedConfig): CommandPermission {
	if (result.flags.bypass === true) return { kind: "run", confined: false, because: `\`${bypassFlag}\` is given` };
	const namesMode = isOnCommandLine(result.origins(["sandbox_mode"]));
	const approval = result.origins(["approval_policy"]);
	const never = isOnCommandLine(approval) && result.config.approval_policy === "never";
	if (namesMode && never) {
		const because = `the command line names the sandbox mode \`${result.config.sandbox_mode}\` and the approval policy \`never\``;
		return { kind: "run", confined: false, because };
	}
	const missing: string[] = [];
	if (!namesMode) missing.push("`--sandbox workspace-write`");
	if (!never)
		missing.push(result.flags.fullAuto === true ? "`-a never` (`--full-auto` alone means on-request)" : "`-a never`");
	const reason =
		"commands cannot be confined yet and run only when the command line allows it: " +
		`add ${missing.join(" and ")}, or \`${bypassFlag}\``;
	return { kind: "refuse", reason };
}
