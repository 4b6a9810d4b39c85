// Text from outside (models, tools, files, servers) made harmless: what leaves here holds no control character, no escape
// sequence and nothing that turns the reading direction. Every string from outside passes here before it is shown.

// CSI; OSC, DCS, SOS, PM, APC with their strings; two-character escapes; the C1 forms of CSI and strings.
const sequences =
	/(?:\x1b\[|\x9b)[0-?]*[ -/]*[@-~]?|(?:\x1b[\]PX^_]|[\x90\x98\x9d-\x9f])[^\x07\x1b\x9c]*(?:\x07|\x1b\\|\x9c)?|\x1b[ -/]*[0-~]?/g;

// Bidi embeddings, overrides, isolates and marks; the byte order mark; tags of plane 14; separators of lines.
const invisible = /[\u202a-\u202e\u2066-\u2069\u200e\u200f\u061c\ufeff\u2028\u2029]|[\u{e0000}-\u{e0fff}]/gu;

// The block characters of the composer are not for others.
const privatePlanes = /[\u{f0000}-\u{10ffff}]/gu;

const tabStop = 4;

function expandTabs(line: string): string {
	if (!line.includes("\t")) return line;
	let out = "";
	for (const char of line) out += char === "\t" ? " ".repeat(tabStop - (out.length % tabStop)) : char;
	return out;
}

/** The text as lines that may be shown: `\r\n` ends a line, tabs are blanks, lone surrogates and the rest are replaced or dropped. */
export function cleanLines(text: string): readonly string[] {
	if (/^[\x20-\x7e\n]*$/.test(text)) return text.split("\n");
	return text
		.replace(sequences, "")
		.replace(/\r\n/g, "\n")
		.split("\n")
		.map((line) =>
			expandTabs(line)
				.replace(/[\x00-\x1f\x7f-\x9f]/g, "")
				.replace(invisible, "")
				.replace(privatePlanes, "\ufffd")
				.toWellFormed(),
		);
}

/** The text as one line that may be shown; line ends become blanks. */
export function cleanLine(text: string): string {
	return cleanLines(text).join(" ");
}
