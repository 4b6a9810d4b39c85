// The chain of one SPEC on a disk, and its head. Only called while the SPEC's lock is held. A record becomes permanent in
// this order: its bytes under a pending name, its line in the chain, its real name, the head. So after a crash at any
// point the next writer can finish or drop what was begun, and never has to guess.

import { constants } from "node:fs";
import { toError } from "@codex/protocol";
import { type ChainEntry, type ChainHead, type ChainLine, checkChain, nextChainLine } from "../evidence/chain.ts";
import { categoryFolder, chainPath, evidenceCategories, headPath } from "../evidence/evidence-paths.ts";
import { readChainHead, readChainLine } from "../schema/evidence-schema.ts";
import { SpecKitError } from "../spec-kit-error.ts";
import { hasCode, sha256 } from "./file-system.ts";
import { type Repository, writeAll } from "./repository.ts";

/** The most records that one writer makes permanent in one go. */
export const maxBatch = 64;

/** Which chain. */
export interface ChainPlace {
	readonly evidenceDir: string;
	readonly specId: string;
}

/** Where a chain stands. */
export interface ChainState {
	/** `undefined`: no line yet. */
	readonly last: Pick<ChainLine, "seq" | "hash" | "atMs"> | undefined;
	readonly chainBytes: number;
	/** Bytes of both category folders. */
	readonly bytes: number;
}

/** The name under which a record's bytes wait for their line. */
export function pendingName(name: string): string {
	return `.${name}.pending`;
}

/** Splits a path into its folder and its name. */
export function splitPath(path: string): { readonly folder: string; readonly name: string } {
	const slash = path.lastIndexOf("/");
	return { folder: path.slice(0, Math.max(0, slash)), name: path.slice(slash + 1) };
}

/** All whole lines of the chain, how far each reaches, and what is left behind the last. */
export async function readChain(
	repository: Repository,
	place: ChainPlace,
): Promise<{
	readonly lines: readonly (ChainLine | undefined)[];
	readonly ends: readonly number[];
	readonly bytes: number;
}> {
	const content = (await repository.read(chainPath(place.evidenceDir, place.specId))) ?? Buffer.alloc(0);
	const lines: (ChainLine | undefined)[] = [];
	const ends: number[] = [];
	for (let start = 0, end = content.indexOf(0x0a); end !== -1; start = end + 1, end = content.indexOf(0x0a, start)) {
		lines.push(readChainLine(content.toString("utf8", start, end)));
		ends.push(end + 1);
	}
	return { lines, ends, bytes: content.length };
}

/** The head as it stands: `absent`, or `broken` when it cannot be read. */
export async function readHead(repository: Repository, place: ChainPlace): Promise<ChainHead | "absent" | "broken"> {
	const text = await repository.read(headPath(place.evidenceDir, place.specId));
	if (text === undefined) return "absent";
	return readChainHead(text.toString("utf8")) ?? "broken";
}

async function footprint(repository: Repository, { evidenceDir, specId }: ChainPlace): Promise<number> {
	let bytes = 0;
	for (const category of evidenceCategories) {
		for (const file of await repository.filesIn(categoryFolder(evidenceDir, category, specId))) bytes += file.bytes;
	}
	return bytes;
}

function tampered(place: ChainPlace, message: string): SpecKitError {
	const chain = chainPath(place.evidenceDir, place.specId);
	const rest = `verify it, then move ${chain} and its head aside to begin a new chain`;
	return new SpecKitError("evidence_tampered", `The evidence of ${place.specId} is not intact (${message}): ${rest}`);
}

/** Finishes a record whose line is in the chain; whether the record is there now. */
async function finishRecord(repository: Repository, line: ChainLine): Promise<boolean> {
	const { folder, name } = splitPath(line.path);
	const done = await repository.inFolder(folder, false, async (inside) => {
		const present = await repository.read(line.path);
		if (present !== undefined && sha256(present) === line.sha256) return true;
		const pending = await repository.read(`${folder}/${pendingName(name)}`);
		if (pending === undefined || sha256(pending) !== line.sha256) return false;
		await repository.fileSystem.rename(inside.inside(pendingName(name)), inside.inside(name));
		await inside.sync();
		return true;
	});
	return done ?? false;
}

async function truncateChain(repository: Repository, place: ChainPlace, length: number): Promise<void> {
	const { folder, name } = splitPath(chainPath(place.evidenceDir, place.specId));
	await repository.inFolder(folder, false, async (inside) => {
		const handle = await inside.open(name, constants.O_RDWR);
		try {
			await handle.truncate(length);
			await handle.sync();
		} finally {
			await handle.close();
		}
	});
}

/** Finishes or drops what a writer left behind when it died. Rejects with `evidence_tampered` when more than that is wrong. */
async function recover(repository: Repository, place: ChainPlace, head: ChainHead | undefined): Promise<ChainState> {
	const { lines, ends, bytes } = await readChain(repository, place);
	const check = checkChain(lines, head, sha256);
	const vouched = head?.seq ?? 0;
	if (check.failure !== undefined && check.failure.seq <= vouched) throw tampered(place, check.failure.message);
	if (lines.length - vouched > maxBatch) throw tampered(place, "its head was lost or put back");
	let kept = vouched;
	for (const line of lines.slice(vouched, check.intact)) {
		if (line === undefined || !(await finishRecord(repository, line))) break;
		kept += 1;
	}
	const length = kept === 0 ? 0 : (ends[kept - 1] ?? 0);
	if (length !== bytes) await truncateChain(repository, place, length);
	const state = { last: lines[kept - 1], chainBytes: length, bytes: await footprint(repository, place) };
	await writeHead(repository, place, state);
	return state;
}

/**
 * Where the chain stands, after a dead writer's work was finished or dropped. Cheap when there is none: the head alone is
 * read. Rejects with `evidence_tampered` when lines that the head vouches for are changed or missing.
 */
export async function openChain(repository: Repository, place: ChainPlace): Promise<ChainState> {
	const head = await readHead(repository, place);
	if (head === "broken") throw tampered(place, "its head cannot be read");
	const size = (await repository.size(chainPath(place.evidenceDir, place.specId))) ?? 0;
	if (head === "absent") {
		if (size > 0) return recover(repository, place, undefined);
		return { last: undefined, chainBytes: 0, bytes: await footprint(repository, place) };
	}
	if (size !== head.chainBytes) return recover(repository, place, head);
	return { last: head.seq === 0 ? undefined : head, chainBytes: size, bytes: head.bytes };
}

/** The lines for `entries` behind `state`. Pure. */
export function linesFor(
	state: ChainState,
	entries: readonly { readonly entry: ChainEntry; readonly atMs: number }[],
): readonly ChainLine[] {
	const lines: ChainLine[] = [];
	for (const { entry, atMs } of entries) {
		lines.push(nextChainLine(lines.at(-1) ?? state.last, entry, { atMs, hash: sha256 }));
	}
	return lines;
}

/**
 * Appends lines durably and gives the new state, in which `bytes` is still the old one. On a refusal of the disk the chain
 * is as it was and this rejects with `file_write`.
 */
export async function appendLines(
	repository: Repository,
	place: ChainPlace,
	state: ChainState,
	lines: readonly ChainLine[],
): Promise<ChainState> {
	const bytes = Buffer.from(lines.map((line) => `${JSON.stringify(line)}\n`).join(""));
	const path = chainPath(place.evidenceDir, place.specId);
	const { folder, name } = splitPath(path);
	try {
		await repository.inMadeFolder(folder, async (inside) => {
			const flags = constants.O_RDWR | constants.O_APPEND | constants.O_CREAT;
			const handle = await inside.open(name, flags, 0o644);
			try {
				const { size, nlink } = await handle.stat();
				if (nlink !== 1) throw new SpecKitError("unsafe_path", `${path} has a second name`);
				if (size !== state.chainBytes) throw new SpecKitError("lock_lost", `${path} was written by another process`);
				try {
					await writeAll(handle, bytes);
					await handle.datasync();
				} catch (thrown) {
					// If this fails too, the next writer finds lines without records and drops them.
					await handle.truncate(size).catch(() => undefined);
					throw thrown;
				}
			} finally {
				await handle.close();
			}
			if (state.chainBytes === 0) await inside.sync();
		});
	} catch (thrown) {
		if (thrown instanceof SpecKitError) throw thrown;
		throw new SpecKitError("file_write", `${path} cannot be written`, toError(thrown));
	}
	return { last: lines.at(-1) ?? state.last, chainBytes: state.chainBytes + bytes.length, bytes: state.bytes };
}

/** Writes the head. A failure is no loss: the next writer sees that the chain went on and writes it. */
export async function writeHead(repository: Repository, place: ChainPlace, state: ChainState): Promise<void> {
	const { last, chainBytes, bytes } = state;
	if (last === undefined) return;
	const head: ChainHead = { seq: last.seq, hash: last.hash, atMs: last.atMs, chainBytes, bytes };
	const { folder, name } = splitPath(headPath(place.evidenceDir, place.specId));
	try {
		await repository.inMadeFolder(folder, (inside) =>
			repository.replaceIn(inside, name, Buffer.from(`${JSON.stringify(head)}\n`)),
		);
	} catch (thrown) {
		if (!(thrown instanceof SpecKitError) && !hasCode(thrown, "ENOSPC", "EIO", "EDQUOT", "EROFS")) throw thrown;
	}
}
