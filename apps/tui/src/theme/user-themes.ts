// The user's own themes and colours, from `[tui.themes.NAME]` and `[tui.theme.colors]`. Pure; what is not understood is told.

import type { ThemeRole } from "../text/span.ts";
import { themes as builtIn, darkTheme, type Theme, type ThemeColour } from "./theme.ts";

/** A theme as the configuration has it. */
export interface ThemeSettings {
	readonly label?: string;
	readonly is_dark?: boolean;
	readonly base?: string;
	readonly colors: Readonly<Record<string, string>>;
}

/** The themes to choose from, with sentences about what was not understood. */
export interface UserThemes {
	readonly themes: readonly Theme[];
	readonly problems: readonly string[];
}

const roles: readonly ThemeRole[] = [
	...([
		"text",
		"dim",
		"bright",
		"accent",
		"border",
		"border_focused",
		"selection",
		"success",
		"warning",
		"error",
	] as const),
	...(["info", "user", "assistant", "reasoning", "code", "heading", "link", "quote", "added", "removed"] as const),
	...(["added_background", "removed_background", "match", "keyword", "string", "number", "comment"] as const),
	...(["function", "type"] as const),
];

const names = ["black", "red", "green", "yellow", "blue", "magenta", "cyan", "white"];

/** The colour of a text; `undefined` when it is none. */
export function readColour(text: string): ThemeColour | undefined {
	const word = text.trim().toLowerCase();
	const short = /^#([\da-f])([\da-f])([\da-f])$/.exec(word);
	if (short !== null)
		return {
			rgb: Number.parseInt(
				short
					.slice(1)
					.map((digit) => digit + digit)
					.join(""),
				16,
			),
		};
	if (/^#[\da-f]{6}$/.test(word)) return { rgb: Number.parseInt(word.slice(1), 16) };
	if (/^\d{1,3}$/.test(word) && Number(word) <= 255) return { index: Number(word) };
	const isBright = word.startsWith("bright-");
	const index = names.indexOf(isBright ? word.slice(7) : word);
	return index === -1 ? undefined : { index: isBright ? index + 8 : index };
}

const isRole = (name: string): name is ThemeRole => roles.some((role) => role === name);

function readColours(
	place: string,
	colors: Readonly<Record<string, string>>,
	problems: string[],
): Partial<Record<ThemeRole, ThemeColour>> {
	const found: Partial<Record<ThemeRole, ThemeColour>> = {};
	for (const [role, text] of Object.entries(colors)) {
		const colour = readColour(text);
		if (!isRole(role)) problems.push(`${place}: there is no role \`${role}\``);
		else if (colour === undefined) problems.push(`${place}.${role}: \`${text}\` is no colour`);
		else found[role] = colour;
	}
	return found;
}

/** The built-in themes and the user's; `chosen.colors` change the chosen one. */
export function userThemes(
	own: Readonly<Record<string, ThemeSettings>>,
	chosen: { readonly name?: string; readonly colors: Readonly<Record<string, string>> },
): UserThemes {
	const problems: string[] = [];
	const made = Object.entries(own).map(([name, { label = name, is_dark: isDark, base, colors }]): Theme => {
		const under = builtIn.find((theme) => theme.name === (base ?? "dark"));
		if (under === undefined) problems.push(`tui.themes.${name}: there is no theme \`${base}\``);
		const ground = under ?? darkTheme;
		const colours = { ...ground.colours, ...readColours(`tui.themes.${name}.colors`, colors, problems) };
		return { name, label, isDark: isDark ?? ground.isDark, colours };
	});
	// A theme of the user's takes the place of a built-in one of its name.
	const all = [...builtIn.filter(({ name }) => !(name in own)), ...made];
	const wanted = chosen.name ?? darkTheme.name;
	if (!all.some(({ name }) => name === wanted)) problems.push(`tui.theme.name: there is no theme \`${wanted}\``);
	const extra = readColours("tui.theme.colors", chosen.colors, problems);
	const themes = all.map((theme) =>
		theme.name === wanted ? { ...theme, colours: { ...theme.colours, ...extra } } : theme,
	);
	return { themes, problems };
}
