// What lies in the evidence folders: sizes, times and counts, for reports and for retention. Reads only.

import { defaultSpecKitConfig } from "../config.ts";
import {
	categoryFolder,
	type EvidenceCategory,
	evidenceCategories,
	parseEvidenceName,
	requireEvidenceDir,
} from "../evidence/evidence-paths.ts";
import { type FootprintLevel, footprintLevel, type RetainedFile } from "../evidence/retention.ts";
import { requireSpecId } from "../packet/packet-layout.ts";
import { parseSpecId } from "../packet/spec-id.ts";
import { Repository, type RepositoryOptions } from "./repository.ts";

/** What is looked at. */
export interface EvidenceStatsOptions extends RepositoryOptions {
	/** Relative to the repository. */
	readonly evidenceDir: string;
	/** Only this SPEC. Default: all. */
	readonly specId?: string;
	/** Default 25 MiB. */
	readonly softLimitBytes?: number;
}

/** The evidence of one SPEC. */
export interface SpecEvidenceStats {
	readonly specId: string;
	readonly commandsBytes: number;
	readonly consensusBytes: number;
	readonly commandsFiles: number;
	readonly consensusFiles: number;
	readonly level: FootprintLevel;
	/** The three largest files. */
	readonly largest: readonly { readonly path: string; readonly bytes: number }[];
	/** The newest file. */
	readonly latest?: string;
}

/** The evidence of a repository. */
export interface EvidenceStats {
	/** Commands and consensus of the SPECs that were looked at. */
	readonly totalBytes: number;
	/** Largest first. */
	readonly specs: readonly SpecEvidenceStats[];
}

/** Ids of all SPECs that have evidence, sorted. Folders that are no SPEC-ID are left out. */
export async function specsWithEvidence(repository: Repository, evidenceDir: string): Promise<readonly string[]> {
	const base = requireEvidenceDir(evidenceDir);
	const ids = new Set<string>();
	for (const category of evidenceCategories) {
		for (const name of await repository.foldersIn(`${base}/${category}`)) {
			const parsed = parseSpecId(name);
			if (parsed.ok && parsed.specId === name) ids.add(name);
		}
	}
	return [...ids].toSorted();
}

/** The files of evidence of one SPEC and category, ours and the fork's; others are left out. */
export async function evidenceFiles(
	repository: Repository,
	place: { readonly evidenceDir: string; readonly specId: string },
	category: EvidenceCategory,
): Promise<readonly RetainedFile[]> {
	const folder = categoryFolder(place.evidenceDir, category, place.specId);
	return (await repository.filesIn(folder)).flatMap(({ name, bytes, modifiedAtMs }) => {
		const parsed = parseEvidenceName(name, category);
		if (parsed === undefined) return [];
		const run = parsed.runId === undefined ? {} : { runId: parsed.runId };
		return [{ path: `${folder}/${name}`, bytes, atMs: parsed.atMs ?? modifiedAtMs, ...run }];
	});
}

const sum = (files: readonly RetainedFile[]): number => files.reduce((total, { bytes }) => total + bytes, 0);

async function statsOf(
	repository: Repository,
	place: { readonly evidenceDir: string; readonly specId: string },
	softLimitBytes: number,
): Promise<SpecEvidenceStats> {
	const commands = await evidenceFiles(repository, place, "commands");
	const consensus = await evidenceFiles(repository, place, "consensus");
	const all = [...commands, ...consensus];
	const latest = all.toSorted((left, right) => right.atMs - left.atMs)[0];
	return {
		specId: place.specId,
		commandsBytes: sum(commands),
		consensusBytes: sum(consensus),
		commandsFiles: commands.length,
		consensusFiles: consensus.length,
		level: footprintLevel(sum(all), softLimitBytes),
		largest: all
			.toSorted((left, right) => right.bytes - left.bytes || (left.path < right.path ? -1 : 1))
			.slice(0, 3)
			.map(({ path, bytes }) => ({ path, bytes })),
		...(latest === undefined ? {} : { latest: latest.path }),
	};
}

/**
 * Sizes of the evidence by SPEC. A repository without evidence, or a SPEC without any, gives none. Rejects with
 * `invalid_spec_id`, `unsafe_path`, or when a folder cannot be read.
 */
export async function evidenceStats(options: EvidenceStatsOptions): Promise<EvidenceStats> {
	const repository = new Repository(options);
	const all = await specsWithEvidence(repository, options.evidenceDir);
	const wanted = options.specId === undefined ? undefined : requireSpecId(options.specId);
	const softLimit = options.softLimitBytes ?? defaultSpecKitConfig.evidence.softLimitBytes;
	const specs: SpecEvidenceStats[] = [];
	for (const specId of all) {
		if (wanted !== undefined && specId !== wanted) continue;
		specs.push(await statsOf(repository, { evidenceDir: options.evidenceDir, specId }, softLimit));
	}
	const size = (stats: SpecEvidenceStats): number => stats.commandsBytes + stats.consensusBytes;
	return {
		totalBytes: specs.reduce((total, stats) => total + size(stats), 0),
		specs: specs.toSorted((left, right) => size(right) - size(left) || (left.specId < right.specId ? -1 : 1)),
	};
}
