// `EvidenceStore` on a disk: records are masked, written atomically under the SPEC's lock and chained, so that what is
// changed afterwards shows. Writers that wait for the same lock share one turn of it.

import { toError } from "@codex/protocol";
import { createRedactor, type Redactor } from "@codex/redact";
import { defaultSpecKitConfig } from "../config.ts";
import type { ChainEntry } from "../evidence/chain.ts";
import {
	categoryFolder,
	type EvidenceCategory,
	evidenceName,
	parseEvidenceName,
	requireEvidenceDir,
} from "../evidence/evidence-paths.ts";
import type { RetentionLimits } from "../evidence/retention.ts";
import type { EvidenceRecord, EvidenceStore } from "../host.ts";
import { requireSpecId } from "../packet/packet-layout.ts";
import { SpecKitError } from "../spec-kit-error.ts";
import {
	appendLines,
	type ChainPlace,
	type ChainState,
	linesFor,
	maxBatch,
	openChain,
	pendingName,
	splitPath,
	writeHead,
} from "./chain-file.ts";
import { sha256 } from "./file-system.ts";
import { Repository, type RepositoryOptions } from "./repository.ts";
import { type SpecLockOptions, withSpecLock } from "./spec-lock.ts";

/** Where evidence lies and how much of it there may be. */
export interface EvidenceStoreOptions extends RepositoryOptions, SpecLockOptions {
	/** Relative to the repository. */
	readonly evidenceDir: string;
	/** Bytes per SPEC beyond which nothing is written. Default 50 MiB. */
	readonly hardLimitBytes?: number;
	/** When `retain` archives. Default 30 days, 25 MiB, 50 MiB. */
	readonly retention?: Partial<RetentionLimits>;
	/** Secrets in use; they are masked besides those that show by their shape. */
	readonly secrets?: Iterable<string>;
	/** Milliseconds since 1970. Default: the system's clock. */
	readonly nowMs?: () => number;
}

interface Job {
	readonly record: EvidenceRecord;
	readonly bytes: Buffer;
	readonly resolve: (path: string) => void;
	readonly reject: (error: Error) => void;
}

interface Placed {
	readonly job: Job;
	readonly path: string;
	readonly atMs: number;
	readonly entry: ChainEntry;
}

function serialise(record: EvidenceRecord, redactor: Redactor): Buffer {
	if (typeof record.content === "string") return Buffer.from(redactor.text(record.content));
	try {
		return Buffer.from(`${JSON.stringify(redactor.value(record.content), null, 2)}\n`);
	} catch (thrown) {
		throw new SpecKitError("json_serialize", `The ${record.kind} of ${record.stage} is no JSON`, toError(thrown));
	}
}

/** The writers of one SPEC in this process. */
class SpecWriter {
	readonly #repository: Repository;
	readonly #options: EvidenceStoreOptions;
	readonly #place: ChainPlace;
	#waiting: Job[] = [];
	#running = false;

	constructor(repository: Repository, options: EvidenceStoreOptions, place: ChainPlace) {
		this.#repository = repository;
		this.#options = options;
		this.#place = place;
	}

	add(job: Job): void {
		this.#waiting.push(job);
		if (this.#running) return;
		this.#running = true;
		void this.#run();
	}

	async #run(): Promise<void> {
		while (this.#waiting.length > 0) {
			const batch = this.#waiting.splice(0, maxBatch);
			try {
				const settle = await withSpecLock(
					this.#repository,
					this.#place,
					// Those that came while we waited for the lock go along.
					(stillHeld) => {
						batch.push(...this.#waiting.splice(0, maxBatch - batch.length));
						return this.#commit(batch, stillHeld);
					},
					this.#options,
				);
				// Only now: who hears of a record finds no lock of ours.
				settle();
			} catch (thrown) {
				// Settled jobs take no notice of this.
				for (const job of batch) job.reject(toError(thrown));
			}
		}
		this.#running = false;
	}

	/** Makes the jobs permanent; the result tells them what became of them. */
	async #commit(batch: readonly Job[], stillHeld: () => void): Promise<() => void> {
		const state = await openChain(this.#repository, this.#place);
		const placed = await this.#placeAll(batch, state);
		if (placed.length === 0) return () => undefined;
		let next: ChainState;
		try {
			stillHeld();
			next = await appendLines(this.#repository, this.#place, state, linesFor(state, placed));
		} catch (thrown) {
			for (const { path } of placed) await this.#dropPending(path);
			throw thrown;
		}
		const unfinished = await this.#name(placed);
		const added = placed.reduce((sum, { job }) => sum + job.bytes.length, 0);
		// An old head makes the next writer finish what has its line but not its name.
		if (unfinished.size === 0) await writeHead(this.#repository, this.#place, { ...next, bytes: state.bytes + added });
		return () => {
			for (const item of placed) {
				const failure = unfinished.get(item);
				if (failure === undefined) item.job.resolve(item.path);
				else item.job.reject(new SpecKitError("file_write", `${item.path} cannot be written`, failure));
			}
		};
	}

	/** Writes the bytes of each job under its pending name; a job that cannot be is rejected alone. */
	async #placeAll(batch: readonly Job[], state: ChainState): Promise<readonly Placed[]> {
		const { evidenceDir, specId } = this.#place;
		const limit = this.#options.hardLimitBytes ?? defaultSpecKitConfig.evidence.hardLimitBytes;
		const placed: Placed[] = [];
		let used = state.bytes;
		let lastMs = state.last?.atMs ?? 0;
		for (const job of batch) {
			const { record, bytes } = job;
			try {
				if (used + bytes.length > limit) {
					throw new SpecKitError("evidence_full", `The evidence of ${specId} has reached its limit of ${limit} bytes`);
				}
				// Strictly later than the record before: names are unique and sort as the chain does.
				const atMs = Math.max(this.#options.nowMs?.() ?? Date.now(), lastMs + 1);
				const name = evidenceName({ ...record, atMs, text: typeof record.content === "string" });
				const path = `${categoryFolder(evidenceDir, record.category, specId)}/${name}`;
				await this.#writePending(path, bytes);
				const entry: ChainEntry = { type: "record", path, sha256: sha256(bytes), bytes: bytes.length };
				placed.push({ job, path, atMs, entry });
				used += bytes.length;
				lastMs = atMs;
			} catch (thrown) {
				job.reject(toError(thrown));
			}
		}
		return placed;
	}

	async #writePending(path: string, bytes: Buffer): Promise<void> {
		const { folder, name } = splitPath(path);
		await this.#repository.inMadeFolder(folder, async (inside) => {
			const pending = pendingName(name);
			try {
				// Left behind by a writer that died: the lock is ours now.
				await this.#repository.removeIn(inside, pending);
				await this.#repository.createIn(inside, pending, bytes);
			} catch (thrown) {
				await this.#repository.removeIn(inside, pending);
				throw new SpecKitError("file_create", `${path} cannot be written`, toError(thrown));
			}
		});
	}

	async #dropPending(path: string): Promise<void> {
		const { folder, name } = splitPath(path);
		await this.#repository.inFolder(folder, false, (inside) => this.#repository.removeIn(inside, pendingName(name)));
	}

	/** Gives the records their names; those that could not get it, with the reason. */
	async #name(placed: readonly Placed[]): Promise<ReadonlyMap<Placed, Error>> {
		const failed = new Map<Placed, Error>();
		const byFolder = Map.groupBy(placed, ({ path }) => splitPath(path).folder);
		for (const [folder, items] of byFolder) {
			try {
				await this.#repository.inMadeFolder(folder, async (inside) => {
					for (const item of items) {
						const { name } = splitPath(item.path);
						await this.#repository.fileSystem
							.rename(inside.inside(pendingName(name)), inside.inside(name))
							.catch((thrown: unknown) => void failed.set(item, toError(thrown)));
					}
					await inside.sync();
				});
			} catch (thrown) {
				for (const item of items) failed.set(item, toError(thrown));
			}
		}
		return failed;
	}
}

/**
 * Evidence below `<evidenceDir>/{commands,consensus}/<SPEC-ID>/`.
 *
 * `write` masks secrets, then makes the record permanent under the SPEC's lock; it resolves when the record and its line in
 * the chain are on the disk. Any number of writers in any number of processes may write at once. It rejects with `lock_busy`,
 * `lock_lost`, `evidence_full`, `evidence_tampered`, `invalid_spec_id`, `invalid_run_id`, `unknown_stage`, `json_serialize`, `unsafe_path`, `file_create` or `file_write`; what was
 * there before stays whole. `read` answers only for paths inside the evidence folder. `list` gives our records and the
 * fork's, oldest first.
 */
export function createEvidenceStore(options: EvidenceStoreOptions): EvidenceStore {
	const repository = new Repository(options);
	const evidenceDir = requireEvidenceDir(options.evidenceDir);
	const redactor = createRedactor({ secrets: options.secrets ?? [] });
	const writers = new Map<string, SpecWriter>();

	const writerOf = (specId: string): SpecWriter => {
		const existing = writers.get(specId);
		if (existing !== undefined) return existing;
		const made = new SpecWriter(repository, options, { evidenceDir, specId });
		writers.set(specId, made);
		return made;
	};

	return {
		retain: async (id, runIds) => {
			const { archiveEvidence } = await import("./archive.ts");
			const { retention, ...rest } = options;
			const limits = retention === undefined ? {} : { limits: retention };
			const specId = requireSpecId(id);
			const report = await archiveEvidence({ ...rest, ...limits, specId, inProgressRuns: runIds });
			return report.archived;
		},
		write: (record) =>
			new Promise((resolve, reject) => {
				try {
					const specId = requireSpecId(record.specId);
					// The name's parts are judged before anything is queued.
					evidenceName({ ...record, atMs: 0, text: typeof record.content === "string" });
					writerOf(specId).add({ record, bytes: serialise(record, redactor), resolve, reject });
				} catch (thrown) {
					reject(toError(thrown));
				}
			}),
		read: async (path) => {
			if (!path.startsWith(`${evidenceDir}/`)) return undefined;
			return (await repository.read(path))?.toString("utf8");
		},
		list: (specId, category) => listRecords(repository, { evidenceDir, specId }, category),
	};
}

async function listRecords(
	repository: Repository,
	{ evidenceDir, specId }: ChainPlace,
	category: EvidenceCategory,
): Promise<readonly string[]> {
	const folder = categoryFolder(evidenceDir, category, specId);
	const files = (await repository.filesIn(folder)).flatMap(({ name, modifiedAtMs }) => {
		const parsed = parseEvidenceName(name, category);
		return parsed === undefined ? [] : [{ name, atMs: parsed.atMs ?? modifiedAtMs }];
	});
	return files
		.toSorted((left, right) => left.atMs - right.atMs || (left.name < right.name ? -1 : 1))
		.map(({ name }) => `${folder}/${name}`);
}
