// How characters are compared: without case and without accents, one UTF-16 unit for one, so that a position in the folded
// text is a position in the text.

/** A unit that matches nothing: a combining mark of the character before it. */
export const noUnit = 0;

// 0xffff is no character: the mark of an entry that was not looked up yet.
const unknown = 0xff_ff;
const folded: Uint16Array = new Uint16Array(0x1_00_00).fill(unknown);

const isMark = (unit: number): boolean => unit >= 0x03_00 && unit <= 0x03_6f;

function lookUp(unit: number): number {
	if (isMark(unit)) return noUnit;
	const letter = String.fromCharCode(unit);
	const lower = letter.toLowerCase();
	const parts = lower.normalize("NFD");
	const base = parts.charCodeAt(0);
	const rest = Array.from({ length: parts.length - 1 }, (_, at) => parts.charCodeAt(at + 1));
	if (rest.every(isMark)) return base;
	return lower.length === 1 ? lower.charCodeAt(0) : unit;
}

/** The unit that stands for `unit` in comparisons; {@link noUnit} for a combining mark. */
export function foldUnit(unit: number): number {
	const known = folded[unit] ?? unit;
	if (known !== unknown) return known;
	const found = lookUp(unit);
	folded[unit] = found;
	return found;
}

const letterCount = 26;
// Bits of the second word: ten digits, four marks of paths, and everything else by remainder.
const otherBits = 18;
const marks = [0x2e, 0x2f, 0x2d, 0x5f];

/** The bit of a folded unit: 0–31 in the first word of a mask, 32–63 in the second. Different units may share one. */
export function maskBit(unit: number): number {
	const letter = unit - 0x61;
	if (letter >= 0 && letter < letterCount) return letter;
	const digit = unit - 0x30;
	if (digit >= 0 && digit <= 9) return 32 + digit;
	const mark = marks.indexOf(unit);
	return mark === -1 ? 46 + (unit % otherBits) : 42 + mark;
}
