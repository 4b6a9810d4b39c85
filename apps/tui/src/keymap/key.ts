// What comes from the keyboard, free of any terminal: keys, pastes, focus, answers of the terminal. Pure.

/** One key press. */
export interface Key {
	/**
	 * A character in lower case (`a`, `ä`, `/`), or `enter`, `tab`, `escape`, `backspace`, `delete`, `insert`, `home`, `end`,
	 * `pageup`, `pagedown`, `up`, `down`, `left`, `right`, `space`, `f1` … `f12`.
	 */
	readonly name: string;
	readonly ctrl: boolean;
	readonly alt: boolean;
	readonly shift: boolean;
	/** What it types; `""` when it types nothing. */
	readonly text: string;
}

/** What a terminal answered to a question of ours. */
export type TerminalReply =
	/** It speaks the kitty keyboard protocol. */
	| { readonly kind: "kitty_keyboard" }
	/** Its background, 0xRRGGBB. */
	| { readonly kind: "background"; readonly rgb: number };

/** One thing that came in. */
export type InputEvent =
	| { readonly kind: "key"; readonly key: Key }
	/** Text with `\n` as line end. Hostile: it may hold control characters. */
	| { readonly kind: "paste"; readonly text: string }
	| { readonly kind: "focus"; readonly gained: boolean }
	| { readonly kind: "reply"; readonly reply: TerminalReply };

/** Modifiers of {@link makeKey}; absent is false. */
export interface Modifiers {
	readonly ctrl?: boolean;
	readonly alt?: boolean;
	readonly shift?: boolean;
}

/** Makes a key that types nothing unless `text` is given. */
export function makeKey(name: string, modifiers: Modifiers = {}, text: string = ""): Key {
	const { ctrl = false, alt = false, shift = false } = modifiers;
	return { name, ctrl, alt, shift, text };
}

/** Makes the key that types a character. */
export function charKey(char: string): Key {
	if (char === " ") return makeKey("space", {}, " ");
	const lower = char.toLowerCase();
	return makeKey(lower, { shift: lower !== char }, char);
}

/** How a key is written in the configuration and in help: `ctrl+alt+shift+name`. Shift is left out of characters. */
export function chordOf(key: Key): string {
	const isCharacter = key.text !== "" && key.name !== "space";
	const parts = [key.ctrl ? "ctrl" : "", key.alt ? "alt" : "", key.shift && !isCharacter ? "shift" : ""];
	const name = isCharacter && !key.ctrl && !key.alt ? key.text : key.name;
	return [...parts.filter((part) => part !== ""), name].join("+");
}
