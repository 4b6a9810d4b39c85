// The commits that one commit has and another has not, with what they say and which files they change.

import type { Repository } from "../repository/repository.ts";
import { resolveCommit } from "../repository/revision.ts";
import { withShadow } from "../repository/shadow.ts";
import { toText } from "../snapshot/path-name.ts";

/** One commit. */
export interface HistoryCommit {
	readonly id: string;
	/** Milliseconds since 1970: when it was made. */
	readonly atMs: number;
	/** The whole message. Whoever made the commit wrote it. */
	readonly message: string;
	/** Files that differ from its first parent, relative to the root. */
	readonly paths: readonly string[];
}

/** What is asked for. */
export interface HistoryRequest {
	/** A commit whose history is left out; absent: nothing is. */
	readonly from?: string;
	readonly to: string;
	/** Most commits, the newest first taken. Default 1000. */
	readonly limit?: number;
}

/** The commits on the way of first parents, oldest first. Unknown commits have none. @throws GitToolingError as `runGit` */
export async function commitsBetween(
	repository: Repository,
	{ from, to, limit = 1000 }: HistoryRequest,
): Promise<readonly HistoryCommit[]> {
	const end = await resolveCommit(repository, to);
	const start = from === undefined ? undefined : await resolveCommit(repository, from);
	if (end.kind === "problem" || start?.kind === "problem") return [];
	const args = [
		"log",
		"--first-parent",
		"--diff-merges=first-parent",
		"--name-only",
		"--no-renames",
		"-z",
		`--max-count=${limit}`,
		"--format=%x01%H%x02%ct%x02%B%x02",
		...(start === undefined ? [end.id] : [`${start.id}..${end.id}`]),
	];
	const { stdout } = await withShadow(repository, (shadow) => shadow.run(args));
	const blocks = stdout.toString("latin1").split("\u0001").slice(1);
	return blocks.map(parseCommit).toReversed();
}

function parseCommit(block: string): HistoryCommit {
	const [id = "", seconds = "", message = "", ...rest] = block.split("\u0002");
	const names = rest.join("\u0002").split("\0");
	return {
		id,
		atMs: Number(seconds) * 1000,
		message: Buffer.from(message, "latin1").toString("utf8").trim(),
		paths: names
			.map((name) => name.replace(/^\n+/, ""))
			.filter((name) => name !== "")
			.map(toText),
	};
}
