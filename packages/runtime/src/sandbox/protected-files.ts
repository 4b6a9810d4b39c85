// What of ours a command must not change, should it lie in a writable root: the home of the program with its
// configuration, keys, rules, trust and sessions.

import type { Paths } from "@codex/config";
import type { ProtectedPath } from "@codex/sandbox";

/** The program's home folders, existing or not. */
export function protectedFiles({ home, legacyHome }: Paths): readonly ProtectedPath[] {
	return [home, legacyHome].filter((path) => path !== "").map((path) => ({ path, as: "folder" as const }));
}
