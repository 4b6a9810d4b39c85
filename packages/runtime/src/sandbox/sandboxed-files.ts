// The sandbox's rules about files for the tools that read and write in our own process. A model's patch is thereby held to
// what its commands are held to; the program's own home is protected wherever it lies.

import { type FileGuard, noRule, type PathRule } from "@codex/core";
import { readFolders, type SandboxSettings } from "./sandboxed-runner.ts";

/** Makes the guard of a session. Nothing is loaded or looked at before the first question that needs it. */
export function createSandboxedFiles(settings: SandboxSettings): FileGuard {
	const { policy, cwd, home, deniedReads, protectedPaths, gitWrites } = settings;
	if (policy.mode === "danger-full-access") {
		return { denied: () => Promise.resolve(noRule), protected: () => Promise.resolve(noRule) };
	}
	let matcher: Promise<PathRule> | undefined;
	const loadMatcher = async (): Promise<PathRule> => {
		const { createReadMatcher } = await import("@codex/sandbox");
		return createReadMatcher({ globs: deniedReads, folders: readFolders(policy, cwd), home });
	};
	return {
		denied: () => {
			if (deniedReads.length === 0) return Promise.resolve(noRule);
			matcher ??= loadMatcher();
			return matcher;
		},
		protected: async () => {
			const { planSandbox, protectionOf } = await import("@codex/sandbox");
			// What is protected does not depend on the mode: a patch that a person allows in read-only finds it too.
			const writable = policy.mode === "workspace-write" ? policy.writable_roots : [];
			const plan = planSandbox({
				policy: {
					mode: "workspace-write",
					writable_roots: writable,
					network_access: false,
					exclude_tmpdir_env_var: true,
					exclude_slash_tmp: true,
				},
				cwd,
				home,
				protectedPaths,
				gitWrites,
			});
			return (realPath) => {
				const own = protectedPaths.find(({ path }) => realPath === path || realPath.startsWith(`${path}/`));
				return own === undefined ? protectionOf(plan, realPath) : own.path;
			};
		},
	};
}
