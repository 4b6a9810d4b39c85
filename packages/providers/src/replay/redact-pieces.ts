// A secret may come in two pieces, neither of which looks like one. Pieces are therefore masked as the text that they
// make: when that holds a secret, the first piece gets the whole masked text and the others vanish.

/** Masks a run of pieces. `pieces` as they are when they hold no secret, else one piece. */
function redactPieces(pieces: readonly string[], redact: (text: string) => string): readonly string[] {
	const whole = pieces.join("");
	const masked = redact(whole);
	return masked === whole ? pieces : [masked];
}

/**
 * Masks the pieces that are spread over `entries`. `pieceOf` tells an entry's stream and text, or `undefined` when it is
 * none; `withPiece` makes the entry with another text. Other entries go through `redactEntry`. Keeps the order.
 */
export function redactSpread<T>(
	entries: readonly T[],
	pieceOf: (entry: T) => { readonly stream: string; readonly text: string } | undefined,
	withPiece: (entry: T, text: string) => T,
	redact: <V>(value: V) => V,
): readonly T[] {
	const byStream = new Map<string, string[]>();
	for (const entry of entries) {
		const piece = pieceOf(entry);
		if (piece === undefined) continue;
		const texts = byStream.get(piece.stream);
		if (texts === undefined) byStream.set(piece.stream, [piece.text]);
		else texts.push(piece.text);
	}
	const masked = new Map(
		[...byStream].map(([stream, texts]) => [stream, redactPieces(texts, redact).values()] as const),
	);
	return entries.flatMap((entry) => {
		const piece = pieceOf(entry);
		if (piece === undefined) return [redact(entry)];
		const next = masked.get(piece.stream)?.next();
		return next === undefined || next.done === true ? [] : [withPiece(entry, next.value)];
	});
}
