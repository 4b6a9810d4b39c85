// Takes out of a text what differs between two runs of the same thing: places, times, ids. The digests of a recording
// rest on this list, by name; what it does not name is compared as it is.

/** Replaces by its name what differs between runs. Idempotent and linear. */
export type Normaliser = (text: string) => string;

/** Where a run takes place. Paths are absolute. */
export interface NormaliserOptions {
	readonly cwd: string;
	readonly home: string;
	/** The folder of temporary files. */
	readonly tmp: string;
	/** More paths by the name that stands for them, for example the real path of `cwd` when that is a link. */
	readonly paths?: Readonly<Record<string, string>>;
}

interface Normalisation {
	readonly name: string;
	/** What is replaced. */
	readonly covers: string;
	/** Absent for the paths, which every run brings itself. */
	readonly pattern?: RegExp;
	readonly replacement?: string;
}

const months = "(?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)";
const unit = "(?:ns|[uµμ]s|ms|msecs?|milliseconds?|s|secs?|seconds?|m|mins?|minutes?|h|hours?)(?![A-Za-z0-9_])";

/** In the order in which they are applied. */
const normalisations: readonly Normalisation[] = [
	{
		name: "paths",
		covers: "the working folder, the home folder, the folder of temporary files, and other given paths",
	},
	{
		name: "temporary_names",
		covers: "the first name below the folder of temporary files",
		pattern: /<tmp>\/[^\s/'"`:;,)\]}<>]+/g,
		replacement: "<tmp>/<name>",
	},
	{
		name: "uuids",
		covers: "UUIDs",
		pattern: /\b[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}\b/gi,
		replacement: "<uuid>",
	},
	{
		name: "date_times",
		covers: "ISO 8601 dates with a time, and the long form of `date` and git",
		pattern: new RegExp(
			"\\b\\d{4}-\\d{2}-\\d{2}[T ]\\d{2}:\\d{2}(?::\\d{2}(?:[.,]\\d{1,9})?)?(?: ?(?:Z\\b|[+-]\\d{2}:?\\d{2}\\b))?" +
				`|\\b(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun) ${months} {1,2}\\d{1,2} \\d{2}:\\d{2}:\\d{2}(?: [A-Z]{3,4})? \\d{4}(?: [+-]\\d{4}\\b)?`,
			"g",
		),
		replacement: "<date-time>",
	},
	{
		name: "dates",
		covers: "ISO 8601 dates, the current date among them, and those of `ls -l`",
		pattern: new RegExp(`\\b\\d{4}-\\d{2}-\\d{2}\\b|\\b${months} {1,2}\\d{1,2} {1,2}(?:\\d{2}:\\d{2}|\\d{4})\\b`, "g"),
		replacement: "<date>",
	},
	{ name: "times", covers: "times of day", pattern: /\b\d{2}:\d{2}:\d{2}(?:\.\d{1,9})?\b/g, replacement: "<time>" },
	{
		name: "durations",
		covers:
			"numbers with a decimal point and a unit of time; whole ones after `in`, `took`, `time:`, `after` or a bracket; fields called duration or duration_ms",
		pattern: new RegExp(
			`\\b\\d+\\.\\d+ ?${unit}` +
				`|(?<=\\b(?:in|took|after) |\\b[Tt]ime:? |[([])\\d+ ?${unit}` +
				'|(?<=\\bduration(?:_ms)?"?[:=]? ?)\\d+(?:\\.\\d+)?',
			"g",
		),
		replacement: "<duration>",
	},
	{
		name: "process_ids",
		covers: "numbers after `pid` or `process`",
		pattern: /(?<=\b(?:pid|PID|[Pp]rocess)[ :=#]{1,3})\d+/g,
		replacement: "<pid>",
	},
	{
		name: "loopback_ports",
		covers: "ports of addresses on this machine",
		pattern: /(?<=\b(?:127\.0\.0\.1|localhost):|\[::1\]:)\d{2,5}\b/g,
		replacement: "<port>",
	},
	{
		name: "environment",
		covers: "the shell and the time zone in the environment context",
		pattern: /(?<=<(?:shell|timezone)>)[^<]{1,100}(?=<\/)/g,
		replacement: "<local>",
	},
];

/** The names of what is normalised, as the header of a recording lists them. */
export const normalisationNames: readonly string[] = normalisations.map(({ name }) => name);

function escapePattern(text: string): string {
	return text.replaceAll(/[\\^$.*+?()[\]{}|/]/g, "\\$&");
}

/** One pattern for all paths, longest first, each ending where its last name ends. */
function pathReplacer(options: NormaliserOptions): Normaliser {
	const named = Object.entries({ cwd: options.cwd, home: options.home, tmp: options.tmp, ...options.paths })
		.map(([name, path]) => ({ name, path: path.replace(/\/+$/, "") }))
		// A root or an empty path would match everywhere.
		.filter(({ path }) => path.length > 1)
		.toSorted((left, right) => right.path.length - left.path.length);
	if (named.length === 0) return (text) => text;
	const nameOf = new Map(named.toReversed().map(({ name, path }) => [path, name]));
	// Not in `</root>`, which is a tag and no home.
	const pattern = new RegExp(
		`(?<!<)(?:${named.map(({ path }) => escapePattern(path)).join("|")})(?![A-Za-z0-9_-])`,
		"g",
	);
	return (text) => text.replace(pattern, (path) => `<${nameOf.get(path) ?? "path"}>`);
}

const maxRounds = 16;

function applyAll(text: string): string {
	let normal = text;
	for (const { pattern, replacement } of normalisations) {
		if (pattern !== undefined && replacement !== undefined) normal = normal.replace(pattern, replacement);
	}
	return normal;
}

/** Makes the normaliser of a run. */
export function createNormaliser(options: NormaliserOptions): Normaliser {
	const replacePaths = pathReplacer(options);
	return (text) => {
		// The bytes of an image hold nothing of a run, and are many.
		if (text.startsWith("data:")) return text;
		let normal = text;
		// What is put in can lay bare what stands next to it (`pid 7pid 7`). Texts settle in the second round nearly always;
		// the limit keeps hostile ones linear.
		for (let round = 0; round < maxRounds; round += 1) {
			const before = normal;
			normal = applyAll(replacePaths(before));
			if (normal === before) break;
		}
		return normal;
	};
}
