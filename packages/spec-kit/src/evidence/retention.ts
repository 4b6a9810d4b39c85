// Which evidence goes into an archive, decided from sizes and times alone. A run is kept or archived as a whole; runs in
// progress are never touched. Pure: the clock and the files come from the caller.

/** A file of evidence. */
export interface RetainedFile {
	/** Relative to the repository. */
	readonly path: string;
	readonly bytes: number;
	/** Milliseconds since 1970: of its name, else of its last change. */
	readonly atMs: number;
	/** Absent for files of the fork. */
	readonly runId?: string;
}

/** What may be kept. */
export interface RetentionLimits {
	/** Days. Older evidence is archived. */
	readonly maxEvidenceAgeDays: number;
	/** Bytes per SPEC. The oldest evidence beyond is archived. */
	readonly softLimitBytes: number;
	/** Bytes per SPEC. Nothing more is written beyond. */
	readonly hardLimitBytes: number;
}

/** What is to be done with a SPEC's evidence. */
export interface RetentionPlan {
	/** Oldest first. */
	readonly archive: readonly RetainedFile[];
	readonly reasons: readonly ("age" | "size")[];
	readonly bytesBefore: number;
	/** What would be left. */
	readonly bytesAfter: number;
	/** Still beyond the soft limit afterwards, because the rest is in progress. */
	readonly overSoftLimit: boolean;
	readonly overHardLimit: boolean;
}

const dayMs = 24 * 60 * 60 * 1000;

interface Unit {
	readonly files: readonly RetainedFile[];
	readonly bytes: number;
	/** Of its newest file: a run is as old as its last sign of life. */
	readonly lastMs: number;
}

function unitsOf(files: readonly RetainedFile[], inProgress: ReadonlySet<string>): readonly Unit[] {
	const groups = new Map<string, RetainedFile[]>();
	for (const file of files) {
		if (file.runId !== undefined && inProgress.has(file.runId)) continue;
		const key = file.runId ?? `/${file.path}`;
		const group = groups.get(key);
		if (group === undefined) groups.set(key, [file]);
		else group.push(file);
	}
	return [...groups]
		.map(([key, group]) => ({
			key,
			files: group,
			bytes: group.reduce((sum, { bytes }) => sum + bytes, 0),
			lastMs: group.reduce((latest, { atMs }) => Math.max(latest, atMs), 0),
		}))
		.toSorted((left, right) => left.lastMs - right.lastMs || (left.key < right.key ? -1 : 1));
}

/**
 * Plans the archiving of one SPEC's evidence: first every run older than the age limit, then the oldest ones until the
 * rest fits into the soft limit. `inProgress` are ids of runs that may still go on; their files count but stay.
 */
export function planRetention(
	files: readonly RetainedFile[],
	limits: RetentionLimits,
	now: { readonly nowMs: number; readonly inProgress: ReadonlySet<string> },
): RetentionPlan {
	const bytesBefore = files.reduce((sum, { bytes }) => sum + bytes, 0);
	const oldestKept = now.nowMs - limits.maxEvidenceAgeDays * dayMs;
	const archive: RetainedFile[] = [];
	const reasons = new Set<"age" | "size">();
	let left = bytesBefore;
	for (const unit of unitsOf(files, now.inProgress)) {
		const tooOld = unit.lastMs < oldestKept;
		if (!tooOld && left <= limits.softLimitBytes) break;
		reasons.add(tooOld ? "age" : "size");
		archive.push(...unit.files);
		left -= unit.bytes;
	}
	return {
		archive: archive.toSorted((a, b) => a.atMs - b.atMs || (a.path < b.path ? -1 : 1)),
		reasons: [...reasons],
		bytesBefore,
		bytesAfter: left,
		overSoftLimit: left > limits.softLimitBytes,
		overHardLimit: left > limits.hardLimitBytes,
	};
}

/** How full a SPEC's evidence is: from 80 % of the soft limit on it is `warn`, from the soft limit on `critical`. */
export type FootprintLevel = "ok" | "warn" | "critical";

/** The level of `bytes`. With the default soft limit of 25 MiB a warning begins at 20 MiB. */
export function footprintLevel(bytes: number, softLimitBytes: number): FootprintLevel {
	if (bytes >= softLimitBytes) return "critical";
	return bytes >= softLimitBytes * 0.8 ? "warn" : "ok";
}
