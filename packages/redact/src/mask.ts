// The form of a mask, and the span of a text that one replaces.

/** A part of a text that is to be replaced. */
export interface Span {
	/** Index of its first UTF-16 unit. */
	readonly start: number;
	/** Index behind its last one. */
	readonly end: number;
	/** What stands there instead. */
	readonly mask: string;
}

/** The text that stands for a secret of `kind` (lower-case letters and hyphens). */
export function maskFor(kind: string): string {
	return `[redacted:${kind}]`;
}

/** Whether `text` is one mask and nothing else. */
export function isMask(text: string): boolean {
	return /^\[redacted:[a-z-]{1,32}\]$/.test(text);
}
