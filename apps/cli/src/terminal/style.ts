// Colours for a terminal, or none. Meaning never rests on colour alone.

/** Functions that wrap text in a style. */
export interface Style {
	readonly dim: (text: string) => string;
	readonly bold: (text: string) => string;
	readonly red: (text: string) => string;
	readonly green: (text: string) => string;
	readonly yellow: (text: string) => string;
}

/** What the user asked for with `--color`. */
export type ColorChoice = "always" | "never" | "auto";

/** Whether to colour a stream: `auto` wants a terminal that is not dumb and no NO_COLOR. */
export function wantsColor(choice: ColorChoice, stream: { readonly isTTY?: boolean }, plain: boolean): boolean {
	if (choice === "auto") return stream.isTTY === true && !plain;
	return choice === "always";
}

/** Makes the styles; without `enabled` they return their text. */
export function createStyle(enabled: boolean): Style {
	const wrap = (open: number, close: number) => (text: string) =>
		enabled && text !== "" ? `\u001b[${open}m${text}\u001b[${close}m` : text;
	return { dim: wrap(2, 22), bold: wrap(1, 22), red: wrap(31, 39), green: wrap(32, 39), yellow: wrap(33, 39) };
}
