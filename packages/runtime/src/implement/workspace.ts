// The work trees in which agents carry tasks out: made at the commit that the work stands on, found again by a later process,
// removed when they are no longer needed. They lie outside of the repository, below the program's cache.

import { mkdir, readFile, rm, writeFile } from "node:fs/promises";
import path from "node:path";
import {
	addWorktree,
	commitsBetween,
	type HistoryCommit,
	listWorktrees,
	openRepository,
	pruneWorktrees,
	type Repository,
	removeWorktree,
	resolveCommit,
} from "@codex/git-tooling";
import type { ImplementOutcome } from "@codex/spec-kit";

/** What a later process must know of the work. */
export interface WorkNote {
	/** The commit that the work stands on. */
	readonly base: string;
	/** The commit that is being merged; from here on nothing else may happen. */
	readonly merging?: { readonly commit: string; readonly agent: string };
	/** It is over: what it came to, for a run that was ended before it could write that down. */
	readonly outcome?: ImplementOutcome;
}

/** A sentence about why the work cannot be done here. */
export class WorkspaceProblem extends Error {
	override readonly name = "WorkspaceProblem";
}

const isNote = (value: unknown): value is WorkNote =>
	typeof value === "object" && value !== null && "base" in value && typeof value.base === "string";

/** The place of one implement request. */
export class Workspace {
	readonly repository: Repository;
	/** Absolute. */
	readonly folder: string;

	constructor(repository: Repository, folder: string) {
		this.repository = repository;
		this.folder = folder;
	}

	get #notePath(): string {
		return path.join(this.folder, "note.json");
	}

	/** What an earlier process left, or a new note that stands on HEAD. */
	async note(): Promise<WorkNote> {
		try {
			const note: unknown = JSON.parse(await readFile(this.#notePath, "utf8"));
			if (isNote(note) && (await resolveCommit(this.repository, note.base)).kind === "commit") return note;
		} catch {
			// There is none yet, or it was cut off while it was written: nothing was begun then.
		}
		const head = await resolveCommit(this.repository, "HEAD");
		if (head.kind === "problem") {
			throw new WorkspaceProblem(
				`${this.repository.root} has no commit yet: agents work on copies of the last commit. Commit first.`,
			);
		}
		const note = { base: head.id };
		await this.keep(note);
		return note;
	}

	/** Keeps the note on the disk. */
	async keep(note: WorkNote): Promise<void> {
		await mkdir(this.folder, { recursive: true, mode: 0o700 });
		await writeFile(this.#notePath, JSON.stringify(note), { flush: true });
	}

	/** The work tree of this name, as it was left or new at `commit`. */
	async tree(name: string, commit: string): Promise<Repository> {
		const folder = path.join(this.folder, name);
		const known = (await listWorktrees(this.repository)).some((tree) => tree.path === folder);
		const opened = known ? await openRepository(folder, this.repository.options) : undefined;
		if (opened?.kind === "repository" && opened.root === folder) return opened;
		// A process died while it made it.
		await rm(folder, { recursive: true, force: true });
		if (known) await pruneWorktrees(this.repository);
		await mkdir(this.folder, { recursive: true, mode: 0o700 });
		const added = await addWorktree(this.repository, folder, { kind: "detached", at: commit });
		if (added.kind === "refused") throw new WorkspaceProblem(added.message);
		return added.repository;
	}

	/** Removes one work tree, whatever it holds. Never rejects. */
	async drop(name: string): Promise<void> {
		const folder = path.join(this.folder, name);
		try {
			await removeWorktree(this.repository, folder, { force: true });
		} catch {
			// What git cannot remove is removed with the folder, and forgotten at the next prune.
		}
		await rm(folder, { recursive: true, force: true }).catch(() => undefined);
	}

	/** Removes the work trees and keeps what it came to. */
	async finish(note: WorkNote, outcome: ImplementOutcome): Promise<void> {
		await this.keep({ base: note.base, outcome });
		await this.#dropAll();
	}

	/** Removes everything. Never rejects. */
	async close(): Promise<void> {
		await this.#dropAll();
		await rm(this.folder, { recursive: true, force: true }).catch(() => undefined);
	}

	async #dropAll(): Promise<void> {
		const trees = await listWorktrees(this.repository).catch(() => []);
		const inside = trees.filter(({ path: place }) => place.startsWith(`${this.folder}${path.sep}`));
		for (const { path: place } of inside) await this.drop(path.relative(this.folder, place));
		await pruneWorktrees(this.repository).catch(() => undefined);
	}
}

const marker = "Code-Task: ";

/** The message of a commit that belongs to a piece of work. */
export function workMessage(title: string, { work, runId }: { readonly work: string; readonly runId: string }): string {
	const subject = title.replaceAll(/\s+/g, " ").trim().slice(0, 100);
	return `${subject}\n\n${marker}${work}\nCode-Run: ${runId}`;
}

/** The commits of a work tree since `base`, by the piece of work that they say they are. */
export async function workDone(tree: Repository, base: string): Promise<ReadonlyMap<string, HistoryCommit>> {
	const commits = await commitsBetween(tree, { from: base, to: "HEAD" });
	const found = new Map<string, HistoryCommit>();
	for (const commit of commits) {
		const line = commit.message.split("\n").findLast((each) => each.startsWith(marker));
		if (line !== undefined) found.set(line.slice(marker.length).trim(), commit);
	}
	return found;
}
