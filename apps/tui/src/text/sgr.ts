// The style that a program's SGR sequences ask for. What a view does not have (blinking, hidden text, fonts) is left out:
// hidden text is shown.

import type { Colour, Style } from "./span.ts";

type Mutable = { -readonly [Key in keyof Style]: Style[Key] };

const flags = { 1: "bold", 2: "dim", 3: "italic", 4: "underline", 7: "inverse", 9: "strike", 21: "underline" } as const;
const ends: Readonly<Record<number, readonly (keyof Style)[]>> = {
	22: ["bold", "dim"],
	23: ["italic"],
	24: ["underline"],
	27: ["inverse"],
	29: ["strike"],
	39: ["fg"],
	49: ["bg"],
};

const isFlag = (code: number): code is keyof typeof flags => code in flags;
const isByte = (value: number | undefined): value is number => value !== undefined && value >= 0 && value <= 255;

/** A colour from what follows 38 or 48; with how many numbers it took. */
function extended(numbers: readonly number[]): { readonly colour?: Colour; readonly taken: number } {
	const [kind, ...rest] = numbers;
	if (kind === 5) {
		const [index] = rest;
		return isByte(index) ? { colour: { index }, taken: 2 } : { taken: 2 };
	}
	if (kind !== 2) return { taken: 1 };
	const [red, green, blue] = rest;
	if (!isByte(red) || !isByte(green) || !isByte(blue)) return { taken: 4 };
	return { colour: { rgb: (red << 16) | (green << 8) | blue }, taken: 4 };
}

/** The eight colours and their bright forms. */
function simple(code: number): { readonly of: "fg" | "bg"; readonly index: number } | undefined {
	if (code >= 30 && code <= 37) return { of: "fg", index: code - 30 };
	if (code >= 40 && code <= 47) return { of: "bg", index: code - 40 };
	if (code >= 90 && code <= 97) return { of: "fg", index: code - 82 };
	return code >= 100 && code <= 107 ? { of: "bg", index: code - 92 } : undefined;
}

/** One parameter with its own parts: `38:2::r:g:b`, `4:3`. */
function applyParts(style: Mutable, parts: readonly number[]): void {
	const [code = 0, ...rest] = parts;
	if (code === 4) {
		if (rest[0] === 0) delete style.underline;
		else style.underline = true;
		return;
	}
	if (code !== 38 && code !== 48) return;
	// A colour space may stand before the three numbers.
	const numbers = rest[0] === 2 && rest.length > 4 ? [2, ...rest.slice(2)] : rest;
	const { colour } = extended(numbers);
	if (colour !== undefined) style[code === 38 ? "fg" : "bg"] = colour;
}

function applyCode(style: Mutable, code: number): Mutable {
	if (code === 0) return {};
	if (isFlag(code)) style[flags[code]] = true;
	for (const key of ends[code] ?? []) delete style[key];
	const colour = simple(code);
	if (colour !== undefined) style[colour.of] = { index: colour.index };
	return style;
}

/** The style after `CSI parameters m`. Unknown numbers change nothing. */
export function applySgr(before: Style, parameters: string): Style {
	let style: Mutable = { ...before };
	const all = parameters.split(";");
	for (let at = 0; at < all.length; at += 1) {
		const parts = (all[at] ?? "").split(":").map(Number);
		const [code = 0] = parts;
		if (parts.length > 1) applyParts(style, parts);
		else if (code === 38 || code === 48 || code === 58) {
			const { colour, taken } = extended(all.slice(at + 1, at + 5).map(Number));
			if (colour !== undefined && code !== 58) style[code === 38 ? "fg" : "bg"] = colour;
			at += taken;
		} else style = applyCode(style, code);
	}
	return style;
}
