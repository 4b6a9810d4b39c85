// Verifies the evidence of a SPEC: every record against its line, every line against the one before, the last against the
// head. Reads only, takes no lock, and tells the first record that is not as it was written.

import { type ChainFailure, type ChainLine, checkChain, recordFailure, unlistedFile } from "../evidence/chain.ts";
import {
	categoryFolder,
	chainPath,
	evidenceCategories,
	headPath,
	parseEvidenceName,
} from "../evidence/evidence-paths.ts";
import { requireSpecId } from "../packet/packet-layout.ts";
import { type ChainPlace, pendingName, readChain, readHead, splitPath } from "./chain-file.ts";
import { sha256 } from "./file-system.ts";
import { Repository, type RepositoryOptions } from "./repository.ts";

/** What is verified. */
export interface VerifyOptions extends RepositoryOptions {
	/** Relative to the repository. */
	readonly evidenceDir: string;
	readonly specId: string;
	/** Hash of a line that was kept elsewhere: it must still be in the chain. Finds a chain that was cut together with its head. */
	readonly expectedHash?: string;
}

/** What was found. */
export interface VerifyResult {
	readonly ok: boolean;
	/** Lines of the chain. */
	readonly records: number;
	/** Hash of the last line, to be kept elsewhere; `undefined` for an empty chain. */
	readonly hash: string | undefined;
	/** The first record that is not as it was written. */
	readonly failure?: ChainFailure;
	/** Files of evidence that were never chained: those of the fork. */
	readonly unchained: number;
}

interface Files {
	/** Ours, by path. */
	readonly ours: readonly string[];
	readonly unchained: number;
}

async function filesOf(repository: Repository, { evidenceDir, specId }: ChainPlace): Promise<Files> {
	const ours: string[] = [];
	let unchained = 0;
	for (const category of evidenceCategories) {
		const folder = categoryFolder(evidenceDir, category, specId);
		for (const { name } of await repository.filesIn(folder)) {
			const parsed = parseEvidenceName(name, category);
			if (parsed?.scheme === "current") ours.push(`${folder}/${name}`);
			else if (parsed !== undefined) unchained += 1;
		}
	}
	return { ours, unchained };
}

async function hashOfFile(repository: Repository, path: string): Promise<string | undefined> {
	const bytes = await repository.read(path);
	return bytes === undefined ? undefined : sha256(bytes);
}

/** The first line whose file is not what it says. */
async function checkFiles(
	repository: Repository,
	lines: readonly ChainLine[],
	vouched: number,
): Promise<ChainFailure | undefined> {
	const archived = new Set(lines.flatMap((line) => (line.type === "archive" ? line.records : [])));
	const byHash = new Map(lines.map((line) => [line.sha256, line.seq]));
	for (const line of lines) {
		let found: string | undefined;
		try {
			found = await hashOfFile(repository, line.path);
			if (found === undefined && line.seq > vouched) {
				const { folder, name } = splitPath(line.path);
				// Its writer is about to name it.
				found =
					(await hashOfFile(repository, `${folder}/${pendingName(name)}`)) ?? (await hashOfFile(repository, line.path));
			}
		} catch {
			return recordFailure(line, "changed"); // A link out of the repository or a folder in its place.
		}
		if (found === line.sha256) continue;
		if (found === undefined) {
			if (archived.has(line.seq)) continue;
			return recordFailure(line, "removed");
		}
		const other = byHash.get(found);
		return recordFailure(line, other !== undefined && other !== line.seq ? "reordered" : "changed");
	}
	return undefined;
}

async function verifyOnce(
	repository: Repository,
	place: ChainPlace,
	expectedHash: string | undefined,
): Promise<VerifyResult> {
	// In this order: whatever is listed now has its line by the time the chain is read.
	const head = await readHead(repository, place);
	const files = await filesOf(repository, place);
	const { lines } = await readChain(repository, place);
	const check = checkChain(lines, typeof head === "string" ? undefined : head, sha256);
	const good = lines.slice(0, check.intact).filter((line) => line !== undefined);
	const result = { records: lines.length, hash: good.at(-1)?.hash, unchained: files.unchained };
	const vouched = typeof head === "string" ? 0 : head.seq;
	const inFiles = await checkFiles(repository, good, vouched);
	const listed = new Set(lines.map((line) => line?.path));
	const foreign = files.ours.find((path) => !listed.has(path));
	const failure =
		inFiles ??
		check.failure ??
		(head === "broken" ? brokenHead(place) : undefined) ??
		(foreign === undefined ? undefined : unlistedFile(foreign)) ??
		(expectedHash !== undefined && !good.some(({ hash }) => hash === expectedHash)
			? cutTogether(good.length)
			: undefined);
	return failure === undefined ? { ok: true, ...result } : { ok: false, ...result, failure };
}

const brokenHead = ({ evidenceDir, specId }: ChainPlace): ChainFailure => {
	const path = headPath(evidenceDir, specId);
	return { seq: 0, problem: "changed", path, message: `The head of the chain (${path}) was changed` };
};

const cutTogether = (left: number): ChainFailure => ({
	seq: left + 1,
	problem: "truncated",
	message: `Record ${left + 1} and all after it were cut off: the expected hash is not in the chain`,
});

/**
 * Verifies the evidence of a SPEC. While others write, a first impression may be wrong: a failure is reported only when
 * the chain stood still around it. Rejects with `invalid_spec_id`, `unsafe_path`, `directory_read` or `file_read`; a SPEC without evidence is fine.
 *
 * Somebody who cuts off the end of the chain and puts back a fitting head is found by the records that are left over, or,
 * when these are gone too, only by an `expectedHash`.
 */
export async function verifyEvidence(options: VerifyOptions): Promise<VerifyResult> {
	const repository = new Repository(options);
	const place = { evidenceDir: options.evidenceDir, specId: requireSpecId(options.specId) };
	const size = (): Promise<number | undefined> => repository.size(chainPath(place.evidenceDir, place.specId));
	let result: VerifyResult;
	// 5: writers that never pause may keep us from an answer; then the last impression is it.
	for (let tries = 0; ; tries += 1) {
		const before = await size();
		result = await verifyOnce(repository, place, options.expectedHash);
		if (result.ok || tries >= 5 || before === (await size())) return result;
	}
}
