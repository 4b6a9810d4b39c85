// Themes: which colour a role has, and what of it a terminal can show.

import type { Colour, Style, ThemeRole } from "../text/span.ts";

/** How many colours a terminal shows. */
export type ColourDepth = "none" | "16" | "256" | "true";

/** A colour of a table: 0xRRGGBB, or one of the terminal's first 16. */
export type ThemeColour = { readonly rgb: number } | { readonly index: number };

/** Name and colours; a role that is missing has the terminal's own colour. */
export interface Theme {
	readonly name: string;
	readonly label: string;
	readonly isDark: boolean;
	readonly colours: Partial<Readonly<Record<ThemeRole, ThemeColour>>>;
}

const table = (colours: Partial<Record<ThemeRole, number>>): Theme["colours"] =>
	Object.fromEntries(Object.entries(colours).map(([role, rgb]) => [role, { rgb }]));

/** The theme for dark terminals. */
export const darkTheme: Theme = {
	name: "dark",
	label: "Dark",
	isDark: true,
	colours: table({
		dim: 0x8b949e,
		bright: 0xf0f6fc,
		accent: 0x79c0ff,
		border: 0x484f58,
		border_focused: 0x79c0ff,
		selection: 0x264f78,
		success: 0x56d364,
		warning: 0xe3b341,
		error: 0xff7b72,
		info: 0x79c0ff,
		user: 0x9ecbff,
		reasoning: 0x8b949e,
		code: 0xffa657,
		heading: 0xd2a8ff,
		link: 0x79c0ff,
		quote: 0x8b949e,
		added: 0x56d364,
		removed: 0xff7b72,
		match: 0xe3b341,
		keyword: 0xff7b72,
		string: 0xa5d6ff,
		number: 0x79c0ff,
		comment: 0x8b949e,
		function: 0xd2a8ff,
		type: 0xffa657,
	}),
};

/** The theme for light terminals. */
export const lightTheme: Theme = {
	name: "light",
	label: "Light",
	isDark: false,
	colours: table({
		dim: 0x59636e,
		bright: 0x010409,
		accent: 0x0550ae,
		border: 0xafb8c1,
		border_focused: 0x0550ae,
		selection: 0xb6e3ff,
		success: 0x116329,
		warning: 0x7d4e00,
		error: 0xcf222e,
		info: 0x0550ae,
		user: 0x0550ae,
		reasoning: 0x59636e,
		code: 0x953800,
		heading: 0x6639ba,
		link: 0x0550ae,
		quote: 0x59636e,
		added: 0x116329,
		removed: 0xcf222e,
		match: 0x7d4e00,
		keyword: 0xcf222e,
		string: 0x0a3069,
		number: 0x0550ae,
		comment: 0x59636e,
		function: 0x6639ba,
		type: 0x953800,
	}),
};

/** Few strong colours of the terminal's own. */
export const contrastTheme: Theme = {
	name: "high-contrast",
	label: "High contrast",
	isDark: true,
	colours: {
		bright: { index: 15 },
		accent: { index: 14 },
		border: { index: 15 },
		border_focused: { index: 14 },
		selection: { index: 4 },
		success: { index: 10 },
		warning: { index: 11 },
		error: { index: 9 },
		info: { index: 14 },
		user: { index: 14 },
		code: { index: 11 },
		heading: { index: 13 },
		link: { index: 14 },
		added: { index: 10 },
		removed: { index: 9 },
		match: { index: 11 },
	},
};

/** No colours at all: bold, dim and underline only. */
export const plainTheme: Theme = { name: "no-color", label: "No colour", isDark: true, colours: {} };

/** The themes that are built in. */
export const themes: readonly Theme[] = [darkTheme, lightTheme, contrastTheme, plainTheme];

/** What a terminal is told: colours it can show, and attributes. */
export interface ResolvedStyle {
	readonly fg?: { readonly rgb: number } | { readonly index: number };
	readonly bg?: { readonly rgb: number } | { readonly index: number };
	readonly bold: boolean;
	readonly dim: boolean;
	readonly italic: boolean;
	readonly underline: boolean;
	readonly strike: boolean;
	readonly inverse: boolean;
}

const cubeSteps = [0, 95, 135, 175, 215, 255];

const nearestStep = (value: number): number =>
	cubeSteps.reduce((best, step, at) => (Math.abs(step - value) < Math.abs((cubeSteps[best] ?? 0) - value) ? at : best), 0);

/** The nearest of the 6×6×6 cube and the 24 greys. */
export function to256(rgb: number): number {
	const [red, green, blue] = [(rgb >> 16) & 255, (rgb >> 8) & 255, rgb & 255];
	const [r, g, b] = [nearestStep(red), nearestStep(green), nearestStep(blue)];
	const distance = (x: number, y: number, z: number): number => (x - red) ** 2 + (y - green) ** 2 + (z - blue) ** 2;
	const cube = distance(cubeSteps[r] ?? 0, cubeSteps[g] ?? 0, cubeSteps[b] ?? 0);
	const grey = Math.max(0, Math.min(23, Math.round(((red + green + blue) / 3 - 8) / 10)));
	const level = 8 + grey * 10;
	return distance(level, level, level) < cube ? 232 + grey : 16 + 36 * r + 6 * g + b;
}

const sixteen = [
	0x000000, 0xcd0000, 0x00cd00, 0xcdcd00, 0x0000ee, 0xcd00cd, 0x00cdcd, 0xe5e5e5, 0x7f7f7f, 0xff0000, 0x00ff00, 0xffff00,
	0x5c5cff, 0xff00ff, 0x00ffff, 0xffffff,
];

/** The nearest of the first 16, as xterm has them. */
export function to16(rgb: number): number {
	const far = (other: number): number =>
		((rgb >> 16) - (other >> 16)) ** 2 + (((rgb >> 8) & 255) - ((other >> 8) & 255)) ** 2 + ((rgb & 255) - (other & 255)) ** 2;
	return sixteen.reduce((best, colour, at) => (far(colour) < far(sixteen[best] ?? 0) ? at : best), 0);
}

function reduceColour(colour: ThemeColour, depth: ColourDepth): ThemeColour | undefined {
	if (depth === "none") return undefined;
	if ("index" in colour) return depth === "16" && colour.index > 15 ? undefined : colour;
	if (depth === "true") return colour;
	return { index: depth === "256" ? to256(colour.rgb) : to16(colour.rgb) };
}

function colourOf(colour: Colour | undefined, theme: Theme, depth: ColourDepth): ThemeColour | undefined {
	if (colour === undefined) return undefined;
	const found = typeof colour === "string" ? theme.colours[colour] : colour;
	return found === undefined ? undefined : reduceColour(found, depth);
}

/** What the terminal is told for a style. Where a role has no colour, `dim` stays visible as an attribute. */
export function resolve(style: Style, theme: Theme, depth: ColourDepth): ResolvedStyle {
	const fg = colourOf(style.fg, theme, depth);
	const bg = colourOf(style.bg, theme, depth);
	const lacksColour = fg === undefined && (style.fg === "dim" || style.fg === "reasoning" || style.fg === "comment");
	return {
		...(fg === undefined ? {} : { fg }),
		...(bg === undefined ? {} : { bg }),
		bold: style.bold === true,
		dim: style.dim === true || lacksColour,
		italic: style.italic === true,
		underline: style.underline === true,
		strike: style.strike === true,
		// A selection must be seen without colours too.
		inverse: style.inverse === true || (style.bg === "selection" && bg === undefined),
	};
}
