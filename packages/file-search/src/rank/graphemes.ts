// Positions made into ranges that can be coloured: no range cuts a character that is made of several units.

const plain = /^[\x20-\x7e]*$/;
const segmenter = new Intl.Segmenter(undefined, { granularity: "grapheme" });

/** The ranges `[start, end)` in UTF-16 units that cover `positions` (ascending) and end where characters end. */
export function rangesOf(text: string, positions: readonly number[]): readonly (readonly [number, number])[] {
	if (positions.length === 0) return [];
	const wanted = new Set(positions);
	const ranges: [number, number][] = [];
	const cover = (start: number, end: number): void => {
		const last = ranges.at(-1);
		if (last !== undefined && last[1] === start) last[1] = end;
		else ranges.push([start, end]);
	};
	if (plain.test(text)) {
		for (const position of positions) cover(position, position + 1);
		return ranges;
	}
	for (const { index, segment } of segmenter.segment(text)) {
		for (let at = index; at < index + segment.length; at += 1) {
			if (!wanted.has(at)) continue;
			cover(index, index + segment.length);
			break;
		}
	}
	return ranges;
}
