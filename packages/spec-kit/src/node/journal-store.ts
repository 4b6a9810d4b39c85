// Journals on a disk: one file a run, append-only lines, each durable before its append resolves. A line that a crash tore
// is cut off before the next one is written, because nobody was ever told that it exists.

import { constants } from "node:fs";
import type { FileHandle } from "node:fs/promises";
import { toError } from "@codex/protocol";
import { createRedactor } from "@codex/redact";
import { journalPath, requireEvidenceDir, requireRunId, runsFolder } from "../evidence/evidence-paths.ts";
import type { JournalStore } from "../host.ts";
import { SpecKitError } from "../spec-kit-error.ts";
import { Repository, type RepositoryOptions, writeAll } from "./repository.ts";

/** Where journals lie and what must not stand in them. */
export interface JournalStoreOptions extends RepositoryOptions {
	/** Relative to the repository. */
	readonly evidenceDir: string;
	/** Secrets in use; they are masked besides those that show by their shape. */
	readonly secrets?: Iterable<string>;
}

const newline = 0x0a;
// 64 KiB: longer than nearly every line, read from the end to find the last whole one.
const tailBytes = 64 * 1024;

/** How many bytes of the file are whole lines. */
async function wholeLength(handle: FileHandle, size: number): Promise<number> {
	const chunk = Buffer.allocUnsafe(tailBytes);
	for (let end = size; end > 0; ) {
		const start = Math.max(0, end - tailBytes);
		const { bytesRead } = await handle.read(chunk, 0, end - start, start);
		const found = chunk.subarray(0, bytesRead).lastIndexOf(newline);
		if (found !== -1) return start + found + 1;
		end = start;
	}
	return 0;
}

async function appendLine(handle: FileHandle, bytes: Uint8Array): Promise<void> {
	const before = await handle.stat();
	if (!before.isFile() || before.nlink !== 1) throw new Error("not a file of its own");
	const whole = await wholeLength(handle, before.size);
	if (whole !== before.size) await handle.truncate(whole);
	try {
		await writeAll(handle, bytes);
		await handle.datasync();
	} catch (thrown) {
		// Half a line must not be what the next one is written behind; if this fails too, the next append does it.
		await handle.truncate(whole).catch(() => undefined);
		throw thrown;
	}
}

/**
 * Journals below `<evidenceDir>/runs/<SPEC-ID>/<run>/journal.jsonl`.
 *
 * `append` takes one line without a newline; appends of one run happen in the order of the calls; secrets are masked. It
 * rejects with `invalid_field_value` for a line with a newline, `invalid_spec_id`, `invalid_run_id`, `unsafe_path` or `file_write`; after a
 * rejection the journal is as it was before. `read` leaves an unfinished last line out. Only one process may append to a run.
 */
export function createJournalStore(options: JournalStoreOptions): JournalStore {
	const repository = new Repository(options);
	const base = requireEvidenceDir(options.evidenceDir);
	const redactor = createRedactor({ secrets: options.secrets ?? [] });
	const tails = new Map<string, Promise<void>>();

	const append = async (path: string, line: string): Promise<void> => {
		const slash = path.lastIndexOf("/");
		const bytes = Buffer.from(`${redactor.text(line)}\n`);
		try {
			await repository.inMadeFolder(path.slice(0, slash), async (folder) => {
				const name = path.slice(slash + 1);
				const flags = constants.O_RDWR | constants.O_APPEND;
				const existing = await folder.open(name, flags).catch(() => undefined);
				const handle = existing ?? (await folder.open(name, flags | constants.O_CREAT, 0o644));
				try {
					await appendLine(handle, bytes);
				} finally {
					await handle.close();
				}
				if (existing === undefined) await folder.sync();
			});
		} catch (thrown) {
			if (thrown instanceof SpecKitError) throw thrown;
			throw new SpecKitError("file_write", `${path} cannot be written`, toError(thrown));
		}
	};

	return {
		append: (specId, runId, line) => {
			try {
				if (/[\r\n]/.test(line)) throw new SpecKitError("invalid_field_value", "A line of a journal has no line break");
				const path = journalPath(base, specId, runId);
				const next = (tails.get(path) ?? Promise.resolve()).then(() => append(path, line));
				const settled = next.catch(() => undefined);
				tails.set(path, settled);
				void settled.then(() => {
					if (tails.get(path) === settled) tails.delete(path);
				});
				return next;
			} catch (thrown) {
				return Promise.reject(toError(thrown));
			}
		},
		read: async (specId, runId) => {
			const text = (await repository.read(journalPath(base, specId, runId)))?.toString("utf8") ?? "";
			const end = text.lastIndexOf("\n");
			return end === -1 ? [] : text.slice(0, end).split("\n");
		},
		runs: async (specId) => {
			const names = await repository.foldersIn(runsFolder(base, specId));
			return names.filter((name) => isRunId(name));
		},
	};
}

function isRunId(name: string): boolean {
	try {
		return requireRunId(name) === name;
	} catch {
		return false; // A folder of somebody else.
	}
}
