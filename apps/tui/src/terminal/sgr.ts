// Resolved styles as SGR parameters, and how many colours a terminal shows.

import type { Style } from "../text/span.ts";
import { type ColourDepth, type ResolvedStyle, resolve, type Theme } from "../theme/theme.ts";
import type { SgrOf } from "./cells.ts";

type TerminalColour = NonNullable<ResolvedStyle["fg"]>;

function colourParameters(colour: TerminalColour, isBackground: boolean): string {
	if ("rgb" in colour) {
		const { rgb } = colour;
		return `${isBackground ? 48 : 38};2;${(rgb >> 16) & 255};${(rgb >> 8) & 255};${rgb & 255}`;
	}
	const { index } = colour;
	if (index < 8) return String((isBackground ? 40 : 30) + index);
	if (index < 16) return String((isBackground ? 100 : 90) + index - 8);
	return `${isBackground ? 48 : 38};5;${index}`;
}

/** The parameters of `CSI … m`; `""` for the terminal's own look. */
export function sgrParameters(style: ResolvedStyle): string {
	const parts: string[] = [];
	if (style.bold) parts.push("1");
	if (style.dim) parts.push("2");
	if (style.italic) parts.push("3");
	if (style.underline) parts.push("4");
	if (style.inverse) parts.push("7");
	if (style.strike) parts.push("9");
	if (style.fg !== undefined) parts.push(colourParameters(style.fg, false));
	if (style.bg !== undefined) parts.push(colourParameters(style.bg, true));
	return parts.join(";");
}

/** A {@link SgrOf} that resolves each style object once. */
export function createSgrOf(theme: Theme, depth: ColourDepth): SgrOf {
	const known = new WeakMap<Style, string>();
	return (style) => {
		let parameters = known.get(style);
		if (parameters === undefined) {
			parameters = sgrParameters(resolve(style, theme, depth));
			known.set(style, parameters);
		}
		return parameters;
	};
}

/** Guesses the colours from the environment: NO_COLOR, COLORTERM, TERM, and the multiplexers that say no more. */
export function colourDepthOf(env: Readonly<Record<string, string | undefined>>): ColourDepth {
	const term = env["TERM"] ?? "";
	if ((env["NO_COLOR"] ?? "") !== "" || term === "dumb") return "none";
	if (/^(?:truecolor|24bit)$/i.test(env["COLORTERM"] ?? "")) return "true";
	if (/-direct$|^xterm-kitty|^xterm-ghostty|^alacritty|^foot|^wezterm/.test(term)) return "true";
	if (/^(?:iTerm\.app|WezTerm|ghostty|vscode)$/.test(env["TERM_PROGRAM"] ?? "")) return "true";
	if (/256/.test(term)) return "256";
	return term === "" || /^(?:vt\d|unknown)/.test(term) ? "none" : "16";
}
