// What views are made of: text with a style, in lines of the screen. Nothing here knows a terminal.

/** What a colour is for; a theme says which one it is. */
export type ThemeRole =
	| "text"
	| "dim"
	| "bright"
	| "accent"
	| "border"
	| "border_focused"
	| "selection"
	| "success"
	| "warning"
	| "error"
	| "info"
	| "user"
	| "assistant"
	| "reasoning"
	| "code"
	| "heading"
	| "link"
	| "quote"
	| "added"
	| "removed"
	| "added_background"
	| "removed_background"
	| "match"
	| "keyword"
	| "string"
	| "number"
	| "comment"
	| "function"
	| "type";

/** A colour: by its role, as 0xRRGGBB, or as an index of the terminal's 256. */
export type Colour = ThemeRole | { readonly rgb: number } | { readonly index: number };

/** Style by role or explicit colour; resolved to terminal attributes by the theme when painted. */
export interface Style {
	readonly fg?: Colour;
	readonly bg?: Colour;
	readonly bold?: true;
	readonly dim?: true;
	readonly italic?: true;
	readonly underline?: true;
	readonly strike?: true;
	readonly inverse?: true;
}

/** Text of one style. No control characters. */
export interface Span {
	readonly text: string;
	readonly style: Style;
}

/** One row of the screen, not wider than what was asked for. */
export type Line = readonly Span[];

/** The style of the terminal's own text. */
export const plainStyle: Style = {};
