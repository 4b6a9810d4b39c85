// Configuration as policies of the protocol.

import type { ApprovalPolicy, SandboxPolicy } from "@codex/protocol";
import type { Config } from "../config.ts";

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
