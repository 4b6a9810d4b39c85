// The snapshots of the folder that a session works in, kept in the program's home. Git tooling is loaded with the first use.

import { createHash } from "node:crypto";
import { realpath } from "node:fs/promises";
import path from "node:path";
import { ensureHome } from "@codex/config";
import type { Snapshots } from "@codex/git-tooling";
import type { RuntimeContext } from "../runtime-context.ts";

// Outside a repository nothing says what is generated: a home folder is neither walked to its end nor copied.
const plainFolderLimits = { files: 20_000, totalBytes: 128 * 1024 * 1024 };

/** The snapshots of a folder, or one sentence that says why there can be none. */
export type FolderSnapshots =
	| { readonly kind: "ok"; readonly root: string; readonly snapshots: Snapshots }
	| { readonly kind: "problem"; readonly message: string };

/** A store for each folder, named by its path. */
const storeFor = (snapshotsDir: string, root: string): string =>
	path.join(snapshotsDir, createHash("sha256").update(root).digest("hex").slice(0, 32));

/**
 * Opens the snapshots of the repository that `cwd` is in, else of `cwd` itself.
 *
 * @throws GitToolingError, ConfigError, and what the system says of the folder
 */
export async function openFolderSnapshots(context: RuntimeContext, cwd: string): Promise<FolderSnapshots> {
	const { paths, environment } = context;
	ensureHome(paths);
	const { createSnapshots, GitToolingError, openRepository } = await import("@codex/git-tooling");
	const git = { env: environment.env, scratch: path.join(paths.cacheDir, "git") };
	const found = await openRepository(cwd, git).catch((thrown: unknown) => {
		// Without git a repository is a folder like any other.
		if (thrown instanceof GitToolingError && thrown.code === "git_missing") return { kind: "none" } as const;
		throw thrown;
	});
	if (found.kind === "problem") return found;
	if (found.kind === "repository" && found.bare) {
		return { kind: "problem", message: `${found.root} is a repository without a work tree` };
	}
	const root = found.kind === "repository" ? found.root : await realpath(cwd);
	const of = found.kind === "repository" ? found : ({ kind: "folder", path: root, git } as const);
	const snapshots = await createSnapshots(of, {
		store: storeFor(paths.snapshotsDir, root),
		nowMs: () => context.clock.nowMs(),
		...(found.kind === "repository" ? {} : { limits: plainFolderLimits }),
	});
	return { kind: "ok", root, snapshots };
}
