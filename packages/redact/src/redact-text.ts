// Masks secrets in free text: known token shapes first, then values of assignments whose name says secret.

import { isSecretName } from "./secret-names.ts";
import { tokenPatterns } from "./token-patterns.ts";

/** The text that stands for a secret of `kind`. */
export function maskFor(kind: string): string {
	return `[redacted:${kind}]`;
}

// A name, an assignment sign (with JSON or shell quoting around it) and a value of at least 4 characters up to the end of
// its quotes, line or word. All repetitions are bounded, so a match attempt costs a constant at most.
const assignment =
	/(?<![A-Za-z0-9_.-])(?<name>[A-Za-z][A-Za-z0-9_.-]{1,120})(?<sign>\\?["']?[ \t]{0,8}(?:=>|[:=])[ \t]{0,8})(?:(?<quote>\\?["'`])(?<quoted>(?:(?!\k<quote>)[^\n\r]){4,8192})(?:\k<quote>)|(?<bare>[^\s"'`,;&|<>(){}[\]\\]{6,8192}))/g;

const assignmentHint = /key|secret|passw|passphrase|token|credential|authorization|cookie|bearer/i;

// Words that stand where a secret would, but are none: literals, references to a variable, types, our own mask.
const plainValue = /^(?:true|false|null|none|undefined|string|number|boolean|required|optional|\d{1,12}|\$\{?[A-Za-z_][A-Za-z0-9_]*\}?|process\.env\..*|os\.environ.*|<[^>]*>|\*+|x+|\.{3}|\[redacted:.*)$/i;

function maskTokens(text: string): string {
	let masked = text;
	for (const { kind, hints, pattern } of tokenPatterns) {
		if (!hints.some((hint) => masked.includes(hint))) continue;
		pattern.lastIndex = 0;
		masked = masked.replace(pattern, (match, ...rest: unknown[]) => {
			const groups = rest.at(-1);
			const secret =
				typeof groups === "object" && groups !== null && "secret" in groups && typeof groups.secret === "string"
					? groups.secret
					: match;
			if (secret.startsWith("[redacted:")) return match;
			return match.replace(secret, () => maskFor(kind));
		});
	}
	return masked;
}

interface Assignment {
	readonly name: string;
	readonly value: string;
	/** Where the value begins in the text. */
	readonly at: number;
	/** Where the search goes on when the value stays: right behind the sign, because values nest (URLs, JSON in JSON). */
	readonly behindSign: number;
}

function nextAssignment(text: string, from: number): Assignment | undefined {
	assignment.lastIndex = from;
	const match = assignment.exec(text);
	if (match === null) return undefined;
	const { name = "", sign = "", quote = "", quoted, bare = "" } = match.groups ?? {};
	const behindSign = match.index + name.length + sign.length;
	const at = behindSign + (quoted === undefined ? 0 : quote.length);
	return { name, value: quoted ?? bare, at, behindSign };
}

function isSecretAssignment({ name, value }: Assignment): boolean {
	if (!isSecretName(name) || plainValue.test(value)) return false;
	// `Authorization: Bearer x`: the scheme stays, what follows was masked as a token already.
	return !value.includes("[redacted:") && !/^(?:bearer|basic)$/i.test(value);
}

function maskAssignments(text: string): string {
	if (!assignmentHint.test(text)) return text;
	let masked = "";
	let copied = 0;
	for (let found = nextAssignment(text, 0); found !== undefined; ) {
		let from = found.behindSign;
		if (isSecretAssignment(found)) {
			masked += text.slice(copied, found.at) + maskFor("value");
			copied = found.at + found.value.length;
			from = copied;
		}
		found = nextAssignment(text, from);
	}
	return copied === 0 ? text : masked + text.slice(copied);
}

// A mask can lay bare the beginning of the secret behind it. 32 rounds are more than any text that is not made to be
// hostile needs, and keep the work linear for one that is.
const maxRounds = 32;

/**
 * `text` with its secrets masked as `[redacted:<kind>]`; the same string when there are none. Linear, idempotent, never
 * throws. It sees whole texts only: a secret that is cut over two chunks of a stream is not found, so streams are masked
 * where they have been put together.
 */
export function redactText(text: string): string {
	if (text.length < 8) return text;
	let current = text;
	for (let round = 0; round < maxRounds; round += 1) {
		const next = maskAssignments(maskTokens(current));
		if (next === current) return current;
		current = next;
	}
	return current;
}
