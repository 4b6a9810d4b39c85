// How many columns a text takes, by grapheme clusters. Widths follow UAX #11 (wide and fullwidth are 2, ambiguous 1) and
// UTS #51 (an emoji presentation is 2). Ranges are those of Unicode 16. ASCII never reaches the segmenter.

const ascii = /^[\x20-\x7e]*$/;

let segmenter: Intl.Segmenter | undefined;

/** The grapheme clusters of a text. */
export function graphemes(text: string): readonly string[] {
	if (ascii.test(text)) return text.split("");
	segmenter ??= new Intl.Segmenter(undefined, { granularity: "grapheme" });
	return Array.from(segmenter.segment(text), ({ segment }) => segment);
}

// Wide and fullwidth blocks of EastAsianWidth.txt, and code points whose default presentation is an emoji.
const wideRanges: readonly (readonly [number, number])[] = [
	[0x1100, 0x115f],
	[0x231a, 0x231b],
	[0x2329, 0x232a],
	[0x23e9, 0x23ec],
	[0x23f0, 0x23f0],
	[0x23f3, 0x23f3],
	[0x25fd, 0x25fe],
	[0x2614, 0x2615],
	[0x2630, 0x2637],
	[0x2648, 0x2653],
	[0x267f, 0x267f],
	[0x268a, 0x268f],
	[0x2693, 0x2693],
	[0x26a1, 0x26a1],
	[0x26aa, 0x26ab],
	[0x26bd, 0x26be],
	[0x26c4, 0x26c5],
	[0x26ce, 0x26ce],
	[0x26d4, 0x26d4],
	[0x26ea, 0x26ea],
	[0x26f2, 0x26f3],
	[0x26f5, 0x26f5],
	[0x26fa, 0x26fa],
	[0x26fd, 0x26fd],
	[0x2705, 0x2705],
	[0x270a, 0x270b],
	[0x2728, 0x2728],
	[0x274c, 0x274c],
	[0x274e, 0x274e],
	[0x2753, 0x2755],
	[0x2757, 0x2757],
	[0x2795, 0x2797],
	[0x27b0, 0x27b0],
	[0x27bf, 0x27bf],
	[0x2b1b, 0x2b1c],
	[0x2b50, 0x2b50],
	[0x2b55, 0x2b55],
	[0x2e80, 0x303e],
	[0x3041, 0x33ff],
	[0x3400, 0x4dbf],
	[0x4dc0, 0x4dff],
	[0x4e00, 0x9fff],
	[0xa000, 0xa4cf],
	[0xa960, 0xa97c],
	[0xac00, 0xd7a3],
	[0xf900, 0xfaff],
	[0xfe10, 0xfe19],
	[0xfe30, 0xfe6b],
	[0xff01, 0xff60],
	[0xffe0, 0xffe6],
	[0x16fe0, 0x18d08],
	[0x1aff0, 0x1b2fb],
	[0x1d300, 0x1d376],
	[0x1f004, 0x1f004],
	[0x1f0cf, 0x1f0cf],
	[0x1f18e, 0x1f18e],
	[0x1f191, 0x1f19a],
	[0x1f1e6, 0x1f202],
	[0x1f210, 0x1f23b],
	[0x1f240, 0x1f248],
	[0x1f250, 0x1f251],
	[0x1f260, 0x1f265],
	[0x1f300, 0x1f320],
	[0x1f32d, 0x1f335],
	[0x1f337, 0x1f37c],
	[0x1f37e, 0x1f393],
	[0x1f3a0, 0x1f3ca],
	[0x1f3cf, 0x1f3d3],
	[0x1f3e0, 0x1f3f0],
	[0x1f3f4, 0x1f3f4],
	[0x1f3f8, 0x1f43e],
	[0x1f440, 0x1f440],
	[0x1f442, 0x1f4fc],
	[0x1f4ff, 0x1f53d],
	[0x1f54b, 0x1f54e],
	[0x1f550, 0x1f567],
	[0x1f57a, 0x1f57a],
	[0x1f595, 0x1f596],
	[0x1f5a4, 0x1f5a4],
	[0x1f5fb, 0x1f64f],
	[0x1f680, 0x1f6c5],
	[0x1f6cc, 0x1f6cc],
	[0x1f6d0, 0x1f6d2],
	[0x1f6d5, 0x1f6d7],
	[0x1f6dc, 0x1f6df],
	[0x1f6eb, 0x1f6ec],
	[0x1f6f4, 0x1f6fc],
	[0x1f7e0, 0x1f7eb],
	[0x1f7f0, 0x1f7f0],
	[0x1f90c, 0x1f93a],
	[0x1f93c, 0x1f945],
	[0x1f947, 0x1f9ff],
	[0x1fa70, 0x1faff],
	[0x20000, 0x2fffd],
	[0x30000, 0x3fffd],
];

function isWide(code: number): boolean {
	if (code < 0x1100) return false;
	let low = 0;
	let high = wideRanges.length - 1;
	while (low <= high) {
		const middle = (low + high) >> 1;
		const [from, to] = wideRanges[middle] ?? [0, 0];
		if (code < from) high = middle - 1;
		else if (code > to) low = middle + 1;
		else return true;
	}
	return false;
}

// Marks that take no column of their own, and characters that are not shown at all.
const zeroWidth = /^[\p{Mn}\p{Me}\p{Cf}\p{Cc}\u2028\u2029]+$/u;

/** The columns of one grapheme cluster: 0, 1 or 2. */
function graphemeWidth(grapheme: string): number {
	if (zeroWidth.test(grapheme)) return 0;
	const code = grapheme.codePointAt(0) ?? 0;
	if (isWide(code)) return 2;
	// A text character that is asked to look like an emoji.
	return grapheme.includes("\ufe0f") && /\p{Extended_Pictographic}|[\d#*]/u.test(grapheme) ? 2 : 1;
}

/** The columns of a text without line ends. Control characters count nothing. */
export function cellWidth(text: string): number {
	if (ascii.test(text)) return text.length;
	let width = 0;
	for (const grapheme of graphemes(text)) width += graphemeWidth(grapheme);
	return width;
}

/** Cuts a text to a width, with `…` at its end when something was cut. */
export function truncate(text: string, width: number): string {
	if (width <= 0) return "";
	if (cellWidth(text) <= width) return text;
	let shown = "";
	let used = 0;
	for (const grapheme of graphemes(text)) {
		const cells = graphemeWidth(grapheme);
		if (used + cells > width - 1) break;
		shown += grapheme;
		used += cells;
	}
	return `${shown}…`;
}
