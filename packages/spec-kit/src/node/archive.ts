// Retention on a disk: evidence that is too old or too much moves into a `.tar.gz` with a manifest. The archive is read
// back and compared before a line of the chain says so, and only then the files go.

import { createHash } from "node:crypto";
import { constants } from "node:fs";
import { toError } from "@codex/protocol";
import { defaultSpecKitConfig } from "../config.ts";
import { archiveFolder, evidenceCategories, utcBasic } from "../evidence/evidence-paths.ts";
import { planRetention, type RetainedFile, type RetentionLimits, type RetentionPlan } from "../evidence/retention.ts";
import { requireSpecId } from "../packet/packet-layout.ts";
import { SpecKitError } from "../spec-kit-error.ts";
import { appendLines, type ChainPlace, linesFor, openChain, readChain, splitPath, writeHead } from "./chain-file.ts";
import { evidenceFiles, specsWithEvidence } from "./evidence-files.ts";
import { sha256 } from "./file-system.ts";
import { type Folder, Repository, type RepositoryOptions } from "./repository.ts";
import { type SpecLockOptions, withSpecLock } from "./spec-lock.ts";

/** What retention is told. */
export interface GcOptions extends RepositoryOptions, SpecLockOptions {
	/** Relative to the repository. */
	readonly evidenceDir: string;
	/** Default: 30 days, 25 MiB, 50 MiB. */
	readonly limits?: Partial<RetentionLimits>;
	/** Runs that may still go on: nothing of theirs is touched. */
	readonly inProgressRuns?: Iterable<string>;
	/** Only say what would be done. Default false. */
	readonly dryRun?: boolean;
	/** Milliseconds since 1970. Default: the system's clock. */
	readonly nowMs?: () => number;
}

/** {@link GcOptions} for one SPEC. */
export interface ArchiveOptions extends GcOptions {
	readonly specId: string;
}

/** What became, or in a dry run would become, of one SPEC's evidence. */
export interface ArchiveReport {
	readonly specId: string;
	readonly dryRun: boolean;
	/** Paths of the files that moved, oldest first. */
	readonly archived: readonly string[];
	readonly reasons: RetentionPlan["reasons"];
	readonly bytesBefore: number;
	readonly bytesAfter: number;
	/** Absent when nothing moved. */
	readonly archivePath?: string;
	readonly manifestPath?: string;
	/** Still beyond the limit, because the rest is in progress. */
	readonly overSoftLimit: boolean;
	readonly overHardLimit: boolean;
}

/** A file in a manifest. */
export interface ManifestFile {
	/** Relative to the repository; also its name in the archive. */
	readonly path: string;
	readonly bytes: number;
	readonly sha256: string;
	/** Of its line in the chain; absent for files that were never chained. */
	readonly seq?: number;
}

/** What an archive holds. */
export interface ArchiveManifest {
	readonly version: 1;
	readonly specId: string;
	/** ISO 8601, UTC. */
	readonly createdAt: string;
	readonly files: readonly ManifestFile[];
}

const limitsOf = (limits: Partial<RetentionLimits> = {}): RetentionLimits => ({
	...defaultSpecKitConfig.evidence,
	...limits,
});

async function planOf(repository: Repository, options: ArchiveOptions): Promise<RetentionPlan> {
	const files: RetainedFile[] = [];
	for (const category of evidenceCategories) files.push(...(await evidenceFiles(repository, options, category)));
	return planRetention(files, limitsOf(options.limits), {
		nowMs: options.nowMs?.() ?? Date.now(),
		inProgress: new Set(options.inProgressRuns ?? []),
	});
}

async function manifestOf(
	repository: Repository,
	place: ChainPlace,
	plan: RetentionPlan,
	nowMs: number,
): Promise<ArchiveManifest> {
	const { lines } = await readChain(repository, place);
	const byPath = new Map(lines.flatMap((line) => (line?.type === "record" ? [[line.path, line] as const] : [])));
	const files: ManifestFile[] = [];
	for (const { path } of plan.archive) {
		const bytes = await repository.read(path);
		if (bytes === undefined) throw new SpecKitError("evidence_tampered", `${path} went away while it was archived`);
		const hash = sha256(bytes);
		const line = byPath.get(path);
		if (line !== undefined && line.sha256 !== hash) {
			// What was changed must be found by verify; an archive would bury it.
			throw new SpecKitError(
				"evidence_tampered",
				`${path} was changed after it was written: verify the evidence first`,
			);
		}
		files.push({ path, bytes: bytes.length, sha256: hash, ...(line === undefined ? {} : { seq: line.seq }) });
	}
	return { version: 1, specId: place.specId, createdAt: new Date(nowMs).toISOString(), files };
}

/** Hashes of the members of an archive, by name. */
async function readArchive(file: string): Promise<ReadonlyMap<string, string>> {
	const { list } = await import("tar");
	const found = new Map<string, string>();
	await list({
		file,
		strict: true,
		onReadEntry: (entry) => {
			const hash = createHash("sha256");
			entry.on("data", (chunk: Buffer) => void hash.update(chunk));
			entry.on("end", () => void found.set(entry.path.replace(/^\.\//, ""), hash.digest("hex")));
		},
	});
	return found;
}

async function packInto(
	repository: Repository,
	folder: Folder,
	name: string,
	manifest: ArchiveManifest,
): Promise<Buffer> {
	const { create } = await import("tar");
	const temporary = `.${name}.tmp`;
	const file = `${folder.location}/${temporary}`;
	await repository.removeIn(folder, temporary);
	// Made by us first, so that tar finds a file and not somebody's link.
	await repository.createIn(folder, temporary, new Uint8Array(0));
	const paths = manifest.files.map(({ path }) => path);
	await create({ file, cwd: await repository.root(), gzip: true, portable: true, strict: true }, paths);
	const found = await readArchive(file);
	const wrong = manifest.files.find(({ path, sha256: hash }) => found.get(path) !== hash);
	if (wrong !== undefined)
		throw new SpecKitError("evidence_validation", `The archive does not hold ${wrong.path} as it is`);
	const handle = await folder.open(temporary, constants.O_RDWR);
	try {
		await handle.sync();
		const bytes = await handle.readFile();
		await repository.fileSystem.rename(folder.inside(temporary), folder.inside(name));
		await folder.sync();
		return bytes;
	} finally {
		await handle.close();
	}
}

interface Written {
	readonly archivePath: string;
	readonly manifestPath: string;
	readonly bytes: Buffer;
}

async function writeArchive(
	repository: Repository,
	place: ChainPlace,
	manifest: ArchiveManifest,
	stamp: string,
): Promise<Written> {
	const path = archiveFolder(place.evidenceDir, place.specId);
	const name = `${stamp}.tar.gz`;
	const manifestName = `${stamp}.manifest.json`;
	return repository.inMadeFolder(path, async (folder) => {
		try {
			const bytes = await packInto(repository, folder, name, manifest);
			await repository.replaceIn(folder, manifestName, Buffer.from(`${JSON.stringify(manifest, null, 2)}\n`));
			return { archivePath: `${path}/${name}`, manifestPath: `${path}/${manifestName}`, bytes };
		} catch (thrown) {
			for (const leftOver of [`.${name}.tmp`, name, manifestName]) await repository.removeIn(folder, leftOver);
			if (thrown instanceof SpecKitError) throw thrown;
			throw new SpecKitError("file_create", `${path}/${name} cannot be written`, toError(thrown));
		}
	});
}

/** Removes archived files that are still what their line says; how many bytes went. */
async function removeFiles(repository: Repository, files: readonly ManifestFile[]): Promise<number> {
	let removed = 0;
	for (const file of files) {
		const { folder, name } = splitPath(file.path);
		const bytes = await repository.read(file.path);
		if (bytes === undefined || sha256(bytes) !== file.sha256) continue;
		await repository.inFolder(folder, false, async (inside) => {
			await repository.fileSystem.unlink(inside.inside(name)).then(
				() => {
					removed += bytes.length;
				},
				() => {
					// It stays, and the next collection removes it: the chain knows that it is archived.
				},
			);
			await inside.sync();
		});
	}
	return removed;
}

/** Files whose archive was made by a writer that died before it removed them. */
async function leftOvers(repository: Repository, place: ChainPlace): Promise<readonly ManifestFile[]> {
	const { lines } = await readChain(repository, place);
	const archived = new Set(lines.flatMap((line) => (line?.type === "archive" ? line.records : [])));
	const found: ManifestFile[] = [];
	for (const line of lines) {
		if (line?.type !== "record" || !archived.has(line.seq) || (await repository.size(line.path)) === undefined)
			continue;
		found.push({ path: line.path, bytes: line.bytes, sha256: line.sha256, seq: line.seq });
	}
	return found;
}

function reportOf(options: ArchiveOptions, plan: RetentionPlan, written?: Written): ArchiveReport {
	const { archive, reasons, bytesBefore, bytesAfter, overSoftLimit, overHardLimit } = plan;
	return {
		specId: options.specId,
		dryRun: options.dryRun === true,
		archived: archive.map(({ path }) => path),
		reasons,
		bytesBefore,
		bytesAfter,
		overSoftLimit,
		overHardLimit,
		...(written === undefined ? {} : { archivePath: written.archivePath, manifestPath: written.manifestPath }),
	};
}

/**
 * Archives what one SPEC has beyond its limits; nothing when it has not. Works under the SPEC's lock.
 *
 * On any failure before the archive is in the chain every file stays where it was. Rejects with `invalid_spec_id`, `lock_busy`,
 * `lock_lost`, `evidence_tampered`, `evidence_validation`, `unsafe_path`, `file_create` or `file_write`.
 */
export async function archiveEvidence(options: ArchiveOptions): Promise<ArchiveReport> {
	const repository = new Repository(options);
	const specId = requireSpecId(options.specId);
	const checkedOptions = { ...options, specId };
	const place = { evidenceDir: options.evidenceDir, specId };
	if (options.dryRun === true) return reportOf(checkedOptions, await planOf(repository, checkedOptions));
	return withSpecLock(
		repository,
		place,
		async (stillHeld) => {
			let state = await openChain(repository, place);
			const stale = await removeFiles(repository, await leftOvers(repository, place));
			state = { ...state, bytes: state.bytes - stale };
			const plan = await planOf(repository, checkedOptions);
			if (plan.archive.length === 0) {
				if (stale > 0) await writeHead(repository, place, state);
				return reportOf(checkedOptions, plan);
			}
			const atMs = Math.max(options.nowMs?.() ?? Date.now(), (state.last?.atMs ?? 0) + 1);
			const manifest = await manifestOf(repository, place, plan, atMs);
			const written = await writeArchive(repository, place, manifest, utcBasic(atMs));
			stillHeld();
			const entry = {
				type: "archive",
				path: written.archivePath,
				sha256: sha256(written.bytes),
				bytes: written.bytes.length,
				records: manifest.files.flatMap(({ seq }) => seq ?? []),
			} as const;
			const next = await appendLines(repository, place, state, linesFor(state, [{ entry, atMs }]));
			const removed = await removeFiles(repository, manifest.files);
			await writeHead(repository, place, { ...next, bytes: state.bytes - removed });
			return reportOf(checkedOptions, plan, written);
		},
		options,
	);
}

/** What became of all SPECs' evidence. */
export interface GcReport {
	/** In the order of the ids. */
	readonly specs: readonly ArchiveReport[];
	/** SPECs that could not be collected, with the reason; the others were. */
	readonly failed: readonly { readonly specId: string; readonly error: SpecKitError }[];
}

/**
 * Runs {@link archiveEvidence} for every SPEC that has evidence. One that fails does not keep the others from it. Rejects
 * only when the evidence folder itself cannot be read.
 */
export async function gcEvidence(options: GcOptions): Promise<GcReport> {
	const specs: ArchiveReport[] = [];
	const failed: { specId: string; error: SpecKitError }[] = [];
	for (const specId of await specsWithEvidence(new Repository(options), options.evidenceDir)) {
		try {
			specs.push(await archiveEvidence({ ...options, specId }));
		} catch (thrown) {
			const cause = toError(thrown);
			const error = cause instanceof SpecKitError ? cause : new SpecKitError("file_write", cause.message, cause);
			failed.push({ specId, error });
		}
	}
	return { specs, failed };
}
