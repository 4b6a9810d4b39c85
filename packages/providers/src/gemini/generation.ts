// Which generation of Gemini a name means: what a request may say differs between them.

/** `2.5` of `gemini-2.5-pro`; `undefined` for names without a number. */
function generationOf(model: string): number | undefined {
	const match = /gemini-(\d+(?:\.\d+)?)/.exec(model);
	return match === null ? undefined : Number(match[1]);
}

/**
 * Whether `model` is of the third generation or a later one, which take levels of thinking, a schema beside tools, and
 * images inside the results of calls. Names without a number (`gemini-flash-latest`) mean the newest.
 */
export function isThirdOrLater(model: string): boolean {
	return (generationOf(model) ?? 3) >= 3;
}
