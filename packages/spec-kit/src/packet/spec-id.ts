// SPEC-IDs: validation and generation. An id becomes part of paths, commands and prompts, so this is a security boundary:
// nothing else in the package may turn text into a SPEC-ID.

/** Whether a text is a SPEC-ID, and if not why, in one sentence for a person. */
export type ParseSpecIdResult =
	| { readonly ok: true; readonly specId: string }
	| { readonly ok: false; readonly reason: string };

// 100: leaves room for the other parts of a file name, of which most systems take 255 bytes.
const maxLength = 100;
const grammar = /^SPEC-[A-Z0-9]+(?:-[A-Za-z0-9_]+)*$/;

/**
 * Validates a SPEC-ID: `SPEC-<AREA>` and any number of `-part`, as `SPEC-KIT-065-login` or `SPEC-KIT-DEMO`.
 *
 * Blanks around it are dropped and `spec-` and the area may be written in lower case; nothing else is corrected. Refused
 * are empty text, more than 100 characters, path separators, `..`, and any other character.
 */
export function parseSpecId(text: string): ParseSpecIdResult {
	const trimmed = text.trim();
	if (trimmed === "") return { ok: false, reason: "A SPEC-ID is needed, for example `SPEC-KIT-065`" };
	if (trimmed.length > maxLength) return { ok: false, reason: `A SPEC-ID has at most ${maxLength} characters` };
	if (/[/\\]|\.\./.test(trimmed)) return { ok: false, reason: "A SPEC-ID cannot contain `/`, `\\` or `..`" };
	const specId = trimmed.replace(/^spec-[a-z0-9]+/i, (head) => head.toUpperCase());
	if (grammar.test(specId)) return { ok: true, specId };
	return { ok: false, reason: "A SPEC-ID is `SPEC-<AREA>-<number>[-slug]`, for example `SPEC-KIT-065-login`" };
}

// Whole words only: "specific" says nothing about specs, and "require" nothing about a UI. The first area that fits wins.
const areas: readonly (readonly [area: string, words: readonly string[]])[] = [
	[
		"KIT",
		["spec", "specs", "guardrail", "guardrails", "telemetry", "consensus", "automation", "pipeline", "pipelines"],
	],
	["OPS", ["deploy", "deployment", "ci", "infra", "infrastructure", "docker", "monitor", "monitoring"]],
	["API", ["api", "apis", "endpoint", "endpoints", "route", "routes", "rest", "graphql"]],
	["UI", ["ui", "button", "buttons", "page", "pages", "view", "views", "component", "components", "style", "styles"]],
];

const numbered = /^SPEC-([A-Z][A-Z0-9]*)-(\d{1,9})(?:-|$)/;

function areaOf(description: string, existing: readonly string[]): string {
	const words = new Set(description.toLowerCase().match(/[a-z0-9]+/g) ?? []);
	const named = areas.find(([, keywords]) => keywords.some((keyword) => words.has(keyword)));
	if (named !== undefined) return named[0];
	const counts = new Map<string, number>();
	for (const id of existing) {
		const area = numbered.exec(id)?.[1];
		if (area !== undefined) counts.set(area, (counts.get(area) ?? 0) + 1);
	}
	const [most] = [...counts].toSorted(([left, a], [right, b]) => b - a || (left < right ? -1 : 1));
	return most?.[0] ?? "KIT";
}

function slugOf(description: string): string {
	const words =
		description
			.normalize("NFKD")
			.replaceAll(/\p{M}/gu, "")
			.toLowerCase()
			.match(/[a-z0-9_]+/g) ?? [];
	const whole = words.join("-");
	// 50: longer slugs are cut to five words, as existing repositories have them.
	const slug = whole.length > 50 ? words.slice(0, 5).join("-") : whole;
	return slug.slice(0, 60).replace(/-+$/, "");
}

/**
 * A new SPEC-ID for a description, `SPEC-<AREA>-<NNN>[-slug]`, that none of `existing` has.
 *
 * The area comes from whole words of the description, else it is the most frequent one of `existing`, else `KIT`. The
 * number is the next multiple of five above the area's largest, with at least three digits. The result always passes
 * {@link parseSpecId}; a description without Latin letters or digits gives an id without a slug.
 */
export function newSpecId(description: string, existing: readonly string[]): string {
	const ids = existing.map((name) => name.toUpperCase());
	const area = areaOf(description, ids);
	const numbers = ids.flatMap((id) => {
		const match = numbered.exec(id);
		return match?.[1] === area ? [Number(match[2])] : [];
	});
	const largest = numbers.reduce((most, number) => Math.max(most, number), 0);
	const number = String((Math.floor(largest / 5) + 1) * 5).padStart(3, "0");
	const slug = slugOf(description);
	return slug === "" ? `SPEC-${area}-${number}` : `SPEC-${area}-${number}-${slug}`;
}
