// Which keys the codes of terminals stand for: control bytes, CSI and SS3 finals, numbers before `~`, kitty's code points.

import { charKey, type Key, type Modifiers, makeKey } from "../keymap/key.ts";

/** `CSI … X` and `SS3 X`. */
const finals: Readonly<Record<string, string>> = {
	A: "up",
	B: "down",
	C: "right",
	D: "left",
	E: "begin",
	F: "end",
	H: "home",
	M: "enter",
	P: "f1",
	Q: "f2",
	R: "f3",
	S: "f4",
	Z: "tab",
};

/** `CSI n ~`. */
const numbers: Readonly<Record<number, string>> = {
	1: "home",
	2: "insert",
	3: "delete",
	4: "end",
	5: "pageup",
	6: "pagedown",
	7: "home",
	8: "end",
	11: "f1",
	12: "f2",
	13: "f3",
	14: "f4",
	15: "f5",
	17: "f6",
	18: "f7",
	19: "f8",
	20: "f9",
	21: "f10",
	23: "f11",
	24: "f12",
};

/** Code points that `CSI code u` names and that are no characters. Kitty's keypad lies at 57399 and after. */
const codePoints: Readonly<Record<number, string>> = {
	8: "backspace",
	9: "tab",
	10: "enter",
	13: "enter",
	27: "escape",
	32: "space",
	127: "backspace",
	57414: "enter",
	57417: "left",
	57418: "right",
	57419: "up",
	57420: "down",
	57421: "pageup",
	57422: "pagedown",
	57423: "home",
	57424: "end",
	57425: "insert",
	57426: "delete",
};

// Kitty's keypad digits and signs, from 57399.
const keypad = "0123456789./*-+";

/** The bits of a modifier parameter, which counts from 1: shift 1, alt 2, ctrl 4. Super, caps lock and num lock are left out. */
export function modifiersOf(parameter: number): Required<Modifiers> {
	const bits = Math.max(0, parameter - 1);
	return { shift: (bits & 1) !== 0, alt: (bits & 2) !== 0, ctrl: (bits & 4) !== 0 };
}

/** The key of a control byte (below 0x20, or 0x7f). */
export function controlKey(code: number): Key {
	switch (code) {
		case 0:
			return makeKey("space", { ctrl: true });
		case 9:
			return makeKey("tab");
		case 13:
			return makeKey("enter");
		case 27:
			return makeKey("escape");
		case 127:
			return makeKey("backspace");
		default:
			return makeKey(String.fromCharCode(code + (code <= 26 ? 96 : 64)).toLowerCase(), { ctrl: true });
	}
}

/** The key of a final letter after `CSI` or `SS3`; `undefined` when it names none. */
export function finalKey(final: string, modifiers: Modifiers): Key | undefined {
	const name = finals[final];
	if (name === undefined) return undefined;
	return makeKey(name, final === "Z" ? { ...modifiers, shift: true } : modifiers);
}

/** The key of a number before `~`; `undefined` when it names none. */
export function numberKey(number: number, modifiers: Modifiers): Key | undefined {
	const name = numbers[number];
	return name === undefined ? undefined : makeKey(name, modifiers);
}

/** The key of a code point that came as `CSI code;modifiers u`, with what it types; `undefined` when it names none. */
export function codePointKey(code: number, modifiers: Required<Modifiers>, shifted: number | undefined): Key | undefined {
	const named = codePoints[code];
	if (named === "space" && !modifiers.ctrl && !modifiers.alt) return makeKey("space", modifiers, " ");
	if (named !== undefined) return makeKey(named, modifiers);
	const pad = code >= 57_399 ? keypad[code - 57_399] : undefined;
	if (pad !== undefined) return charKey(pad);
	// The private use area holds kitty's other function keys; a surrogate or a control is no character.
	if (code < 32 || code > 0x10_ffff || (code >= 0xd800 && code <= 0xf8ff) || (code >= 0x80 && code < 0xa0)) return undefined;
	const char = String.fromCodePoint(code);
	if (modifiers.ctrl || modifiers.alt) return makeKey(char.toLowerCase(), modifiers);
	if (!modifiers.shift) return charKey(char);
	return charKey(shifted === undefined ? char.toUpperCase() : String.fromCodePoint(shifted));
}
