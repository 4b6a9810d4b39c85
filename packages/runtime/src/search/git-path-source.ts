// What file search asks git for: the files of a folder in a repository, and which of them were worked on lately. Without
// git, and for a repository that git refuses, the folder is walked.

import { realpath } from "node:fs/promises";
import path from "node:path";
import { ensureHome } from "@codex/config";
import type { ListedPart, Listing, PathSource } from "@codex/file-search";
import type { OpenedRepository } from "@codex/git-tooling";
import { toError } from "@codex/protocol";
import type { RuntimeContext } from "../runtime-context.ts";

/** The folder of a repository, from its root; undefined when it is outside. */
function below(root: string, folder: string): string | undefined {
	if (folder === root) return "";
	const from = root === "/" ? root : `${root}/`;
	return folder.startsWith(from) ? folder.slice(from.length) : undefined;
}

/** Paths that begin with `prefix`, without it. */
function withoutPrefix(paths: Buffer, prefix: string): Buffer {
	if (prefix === "") return paths;
	const length = Buffer.byteLength(prefix) + 1;
	const parts: Buffer[] = [];
	for (let start = 0; start < paths.length; ) {
		const found = paths.indexOf(0, start);
		const end = found === -1 ? paths.length : found;
		parts.push(paths.subarray(start + length, end), nul);
		start = end + 1;
	}
	return Buffer.concat(parts);
}

const nul = Buffer.from("\0");

/** git as the source of paths. Git tooling is loaded with the first use. */
export function createGitPathSource({ paths, environment, log }: RuntimeContext): PathSource {
	async function open(folder: string): Promise<{ readonly repository: OpenedRepository; readonly real: string }> {
		const { openRepository } = await import("@codex/git-tooling");
		ensureHome(paths);
		const real = await realpath(folder);
		const git = { env: environment.env, scratch: path.join(paths.cacheDir, "git") };
		return { repository: await openRepository(real, git), real };
	}

	async function list(
		folder: string,
		take: (part: ListedPart) => Promise<void>,
		signal: AbortSignal,
	): Promise<Listing> {
		const { repository, real } = await open(folder);
		if (repository.kind === "none") return { kind: "unknown" };
		if (repository.kind === "problem") return { kind: "failed", message: repository.message };
		const inside = below(repository.root, real);
		if (inside === undefined || repository.bare) return { kind: "unknown" };
		const { listFiles } = await import("@codex/git-tooling");
		let count = 0;
		await listFiles(repository, { below: inside, signal }, async ({ of, paths: listed }) => {
			if (of !== "gone") count += listed.length;
			await take({ kind: of === "gone" ? "gone" : "files", paths: withoutPrefix(listed, inside) });
		});
		// A folder that the repository ignores as a whole is one that somebody asked for by name: it is walked.
		return count === 0 && inside !== "" ? { kind: "unknown" } : { kind: "listed" };
	}

	return {
		list: (folder, take, signal) =>
			list(folder, take, signal).catch((thrown: unknown): Listing => {
				const { message } = toError(thrown);
				log.write("debug", "file-search", "git did not list the files", { message });
				// Without git a repository is a folder like any other.
				const noGit = thrown instanceof Error && "code" in thrown && thrown.code === "git_missing";
				return noGit ? { kind: "unknown" } : { kind: "failed", message };
			}),
		async recent(folder, signal) {
			try {
				const { repository, real } = await open(folder);
				const inside = repository.kind === "repository" ? below(repository.root, real) : undefined;
				if (repository.kind !== "repository" || inside === undefined) return [];
				const { recentFiles } = await import("@codex/git-tooling");
				const files = await recentFiles(repository, { signal });
				if (inside === "") return files;
				return files.flatMap((file) => (file.startsWith(`${inside}/`) ? [file.slice(inside.length + 1)] : []));
			} catch {
				// Recency only orders; without it the rest is as good.
				return [];
			}
		},
	};
}
