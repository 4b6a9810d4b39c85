// The material of a prompt: the SPEC's documents and what is known of the run, fenced so that no document can end its own
// fence, and cut so that all of it together stays within a limit.

/** One piece of material. */
export interface Material {
	/** A path, or what it is. */
	readonly title: string;
	readonly text: string;
	/** Its part of the space when not everything fits, relative to the others. */
	readonly weight: number;
}

// A cut text keeps more of its beginning, where documents say what they are about.
const headShare = 0.7;

// Halves of a surrogate pair that a cut left alone.
const loneTail = /[\uD800-\uDBFF]$/;
const loneHead = /^[\uDC00-\uDFFF]/;

/** `text` with at most `max` characters (UTF-16 units), its middle replaced by a note when it is longer. */
export function cutMiddle(text: string, max: number): string {
	if (text.length <= max) return text;
	const note = (cut: number): string => `\n[… ${cut} characters left out …]\n`;
	const room = Math.max(0, max - note(text.length).length);
	const head = text.slice(0, Math.floor(room * headShare)).replace(loneTail, "");
	const tailLength = room - Math.floor(room * headShare);
	const tail = tailLength === 0 ? "" : text.slice(-tailLength).replace(loneHead, "");
	return `${head}${note(text.length - head.length - tail.length)}${tail}`;
}

/** How much of `max` each text gets: what a short one leaves goes to the longer ones, by weight. */
function shares(material: readonly Material[], max: number): readonly number[] {
	const given = material.map(() => 0);
	let open = material.map((_, index) => index);
	let left = max;
	while (open.length > 0) {
		const total = open.reduce((sum, index) => sum + (material[index]?.weight ?? 0), 0);
		const part = (index: number): number => Math.floor((left * (material[index]?.weight ?? 0)) / total);
		const small = open.filter((index) => (material[index]?.text.length ?? 0) <= part(index));
		if (small.length === 0) {
			for (const index of open) given[index] = part(index);
			break;
		}
		for (const index of small) {
			given[index] = material[index]?.text.length ?? 0;
			left -= given[index] ?? 0;
		}
		open = open.filter((index) => !small.includes(index));
	}
	return given;
}

function fenced({ title, text }: { readonly title: string; readonly text: string }): string {
	const longest = [...text.matchAll(/`{3,}/g)].reduce((most, [run]) => Math.max(most, run.length), 3);
	const fence = "`".repeat(longest + 1);
	return `### ${title.replaceAll(/[\r\n]+/g, " ")}\n\n${fence}text\n${text.trimEnd()}\n${fence}`;
}

/** The material as one text. Texts are cut so that they have at most `max` characters together; empty ones are left out. */
export function contextText(material: readonly Material[], max: number): string {
	const present = material.filter(({ text, weight }) => text.trim() !== "" && weight > 0);
	if (present.length === 0) return "There is none.";
	const room = shares(present, max);
	return present
		.map(({ title, text }, index) => fenced({ title, text: cutMiddle(text, room[index] ?? 0) }))
		.join("\n\n");
}
