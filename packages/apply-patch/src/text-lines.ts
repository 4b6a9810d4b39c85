// A file's text cut into lines without losing a byte: each line knows where it starts, so that untouched lines can be
// copied exactly. A line ends in LF or CRLF; a lone CR is an ordinary character.

/** The lines of one text. */
export interface TextLines {
	/** The whole text without its byte order mark. */
	readonly body: string;
	/** U+FEFF when the text began with one, else empty. */
	readonly bom: string;
	/** Each line without its ending. A final line ending does not make another, empty line. */
	readonly text: readonly string[];
	/** Offset in `body` of each line, and one more: the length of `body`. */
	readonly starts: readonly number[];
	/** The ending that most lines have; LF for a tie or a text without one. */
	readonly dominantEnding: string;
}

/** Cuts a text into lines. Linear. */
export function splitTextLines(content: string): TextLines {
	return content.startsWith("\uFEFF") ? cutLines(content.slice(1), "\uFEFF") : cutLines(content, "");
}

/** The same with a byte order mark left in the first line, for comparing whole texts. */
export function splitWholeText(content: string): TextLines {
	return cutLines(content, "");
}

function cutLines(body: string, bom: string): TextLines {
	const text: string[] = [];
	const starts: number[] = [];
	let crlf = 0;
	let start = 0;
	while (start < body.length) {
		starts.push(start);
		const newline = body.indexOf("\n", start);
		if (newline === -1) {
			text.push(body.slice(start));
			break;
		}
		const isCrlf = newline > start && body.charCodeAt(newline - 1) === 13;
		if (isCrlf) crlf += 1;
		text.push(body.slice(start, isCrlf ? newline - 1 : newline));
		start = newline + 1;
	}
	starts.push(body.length);
	return { body, bom, text, starts, dominantEnding: crlf * 2 > text.length ? "\r\n" : "\n" };
}

/** The exact text of the lines from `from` up to, not including, `to`, endings included. */
export function sliceLines(lines: TextLines, from: number, to: number): string {
	return lines.body.slice(lines.starts[from], lines.starts[to]);
}

/** The ending of a line; for a last line without one, that of the line before it, else the dominant one. */
export function endingOf(lines: TextLines, index: number): string {
	const raw = sliceLines(lines, index, index + 1);
	if (raw.endsWith("\r\n")) return "\r\n";
	if (raw.endsWith("\n")) return "\n";
	return index > 0 ? endingOf(lines, index - 1) : lines.dominantEnding;
}

/** Whether the line is the last one and the text does not end in a line ending. */
export function isUnterminated(lines: TextLines, index: number): boolean {
	return index === lines.text.length - 1 && !lines.body.endsWith("\n");
}
