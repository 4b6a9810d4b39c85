// Text of a repository as it may be shown to a person who decides on it. Pure.

/** Text in which nothing is invisible: control, format and unusual space characters become escapes such as `\u{202e}`. */
export function visibleText(text: string): string {
	return text.replace(/[\p{Cc}\p{Cf}\p{Co}\p{Cs}\p{Zl}\p{Zp}]|(?! )\p{Zs}/gu, (character) => {
		if (character === "\t") return character;
		return `\\u{${character.codePointAt(0)?.toString(16) ?? ""}}`;
	});
}
