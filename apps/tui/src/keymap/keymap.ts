// Which action a key means: the table with the user's changes. Pure.

import { type Binding, defaultBindings, type KeyContext } from "./bindings.ts";
import { chordOf, type Key } from "./key.ts";

/** The bindings in force. */
export interface Keymap {
	readonly bindings: readonly Binding[];
	/** The action of a key in a context; `undefined` when it has none there. */
	action(context: KeyContext, key: Key): string | undefined;
	/** The first key of an action as help shows it, for example `Ctrl-C`; `""` when it has none. */
	keyFor(action: string): string;
}

/** A keymap, with sentences about settings that were not understood. */
export interface KeymapResult {
	readonly keymap: Keymap;
	readonly problems: readonly string[];
}

const modifierNames = new Set(["ctrl", "alt", "shift"]);

const keyNames = new Set([
	..."enter tab escape backspace delete insert home end pageup pagedown up down left right space begin".split(" "),
	...Array.from({ length: 12 }, (_, index) => `f${index + 1}`),
]);

const spellings: Readonly<Record<string, string>> = {
	esc: "escape",
	return: "enter",
	del: "delete",
	pgup: "pageup",
	pgdn: "pagedown",
	"page-up": "pageup",
	"page-down": "pagedown",
	option: "alt",
	meta: "alt",
	control: "ctrl",
};

/** A key as it is written in the configuration, in the order of {@link chordOf}; `undefined` when it names none. */
export function readChord(text: string): string | undefined {
	const trimmed = text.trim();
	// `ctrl++` and `+` end in the key `+`.
	const words = trimmed.endsWith("+") ? [...trimmed.slice(0, -1).split("+").filter(Boolean), "+"] : trimmed.split("+");
	const last = words.at(-1) ?? "";
	const modifiers = new Set(words.slice(0, -1).map((word) => spellings[word.toLowerCase()] ?? word.toLowerCase()));
	if (![...modifiers].every((word) => modifierNames.has(word))) return undefined;
	const isCharacter = Array.from(last).length === 1;
	const name = isCharacter ? last : (spellings[last.toLowerCase()] ?? last.toLowerCase());
	if (!isCharacter && !keyNames.has(name)) return undefined;
	const parts = [modifiers.has("ctrl") ? "ctrl" : "", modifiers.has("alt") ? "alt" : ""].filter((part) => part !== "");
	if (isCharacter) {
		if (parts.length === 0) return modifiers.has("shift") ? name.toUpperCase() : name;
		const shift = modifiers.has("shift") || name.toLowerCase() !== name ? ["shift"] : [];
		return [...parts, ...shift, name.toLowerCase()].join("+");
	}
	return [...parts, ...(modifiers.has("shift") ? ["shift"] : []), name].join("+");
}

const shownNames: Readonly<Record<string, string>> = {
	ctrl: "Ctrl",
	alt: "Alt",
	shift: "Shift",
	escape: "Esc",
	pageup: "PgUp",
	pagedown: "PgDn",
	up: "↑",
	down: "↓",
	left: "←",
	right: "→",
};

/** A key for people: `Ctrl-C`, `Shift-Tab`, `?`. */
export function showChord(chord: string): string {
	const parts = chord.endsWith("+") ? [...chord.slice(0, -1).split("+").filter(Boolean), "+"] : chord.split("+");
	return parts
		.map((part, at) => {
			const known = shownNames[part];
			if (known !== undefined) return known;
			if (part.length > 1) return part.charAt(0).toUpperCase() + part.slice(1);
			return at > 0 ? part.toUpperCase() : part;
		})
		.join("-");
}

/** Keys that are never taken away from the user: without them a session could not be left. */
const fixed: readonly (readonly [KeyContext, string])[] = [["global", "cancel"]];

function toKeymap(bindings: readonly Binding[]): Keymap {
	const byKey = new Map<string, string>();
	for (const { context, action, keys } of bindings) {
		for (const key of keys) if (!byKey.has(`${context} ${key}`)) byKey.set(`${context} ${key}`, action);
	}
	return {
		bindings,
		action: (context, key) => byKey.get(`${context} ${chordOf(key)}`),
		keyFor: (action) => {
			const [first] = bindings.find((binding) => binding.action === action)?.keys ?? [];
			return first === undefined ? "" : showChord(first);
		},
	};
}

/** Makes the keymap of `[tui.keymap]`: action names with one key or a list of keys; an empty list unbinds. */
export function makeKeymap(settings: Readonly<Record<string, unknown>>): KeymapResult {
	const problems: string[] = [];
	const changed = new Map<string, readonly string[]>();
	for (const [action, value] of Object.entries(settings)) {
		const binding = defaultBindings.find((known) => known.action === action);
		if (binding === undefined) {
			problems.push(`tui.keymap: there is no action \`${action}\` (the help overlay lists them)`);
			continue;
		}
		const words = (Array.isArray(value) ? value : [value]).filter((word): word is string => typeof word === "string");
		const chords = words.map((word) => [word, readChord(word)] as const);
		for (const [word, chord] of chords) {
			if (chord === undefined) problems.push(`tui.keymap.${action}: \`${word}\` is not a key`);
		}
		const good = chords.flatMap(([, chord]) => (chord === undefined ? [] : [chord]));
		const isFixed = fixed.some(([, name]) => name === action);
		if (isFixed && good.length === 0) problems.push(`tui.keymap.${action}: it must keep a key`);
		else if (good.length > 0 || words.length === 0) changed.set(action, good);
	}
	// A key that the user gives to one action is taken from the others of its context.
	const taken = new Map<string, string>();
	for (const binding of defaultBindings) {
		for (const key of changed.get(binding.action) ?? []) taken.set(`${binding.context} ${key}`, binding.action);
	}
	const bindings = defaultBindings.map((binding: Binding): Binding => {
		const own = changed.get(binding.action);
		if (own !== undefined) return { ...binding, keys: own };
		const keys = binding.keys.filter((key) => !taken.has(`${binding.context} ${key}`));
		return { ...binding, keys };
	});
	return { keymap: toKeymap(bindings), problems };
}
