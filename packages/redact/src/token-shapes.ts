// Secrets that show what they are by their shape. Every pattern is sticky, starts with a literal and has no repetition
// that could be cut in two ways, so that a failed attempt costs a bounded number of steps.

import { maskFor, type Span } from "./mask.ts";

interface TokenShape {
	readonly kind: string;
	/** What the secret begins with. */
	readonly literal: string;
	readonly pattern: RegExp;
	/** The literal is rare enough to be a secret inside a word too. */
	readonly anywhere?: true;
}

// 16384: a PEM block of the largest RSA key in use (16384 bits) has 12.7 thousand characters. A block without an end was
// cut off: then only lines that look like its contents belong to it.
const privateKey =
	/-----BEGIN [A-Z0-9 ]{0,40}PRIVATE KEY(?: BLOCK)?-----(?:(?:(?!-----)[^"'`]){0,16384}-----END [A-Z0-9 ]{0,40}PRIVATE KEY(?: BLOCK)?-----|(?:(?:\\[nrt]|[\s>|])+(?:[A-Za-z0-9+/=]{16,}|(?:Proc-Type|DEK-Info|Version|Comment): ?[^\n\r\\"]{0,100}))*)/y;

// Lengths are the vendors' (or a little under, where they are not documented), so that words do not match.
const shapes: readonly TokenShape[] = [
	{ kind: "private-key", literal: "-----BEGIN ", pattern: privateKey, anywhere: true },
	{ kind: "anthropic-key", literal: "sk-ant-", pattern: /sk-ant-[A-Za-z0-9_-]{16,}/y, anywhere: true },
	{
		kind: "openai-key",
		literal: "sk-",
		pattern: /sk-(?:proj|svcacct|admin|None|or-v1)-[A-Za-z0-9_-]{16,}/y,
		anywhere: true,
	},
	// Without a word in the middle a digit must tell a key from a class name such as `sk-folding-cube`.
	{ kind: "openai-key", literal: "sk-", pattern: /sk-(?=[A-Za-z0-9]{0,64}\d)[A-Za-z0-9]{16,}/y },
	{
		kind: "openai-key",
		literal: "sk-",
		pattern: /sk-(?=[A-Za-z0-9_-]{0,64}\d)(?=[A-Za-z0-9_-]{0,64}[A-Z])[A-Za-z0-9_-]{20,}/y,
	},
	{ kind: "google-key", literal: "AIza", pattern: /AIza[A-Za-z0-9_-]{35}/y },
	{ kind: "google-oauth", literal: "ya29.", pattern: /ya29\.[A-Za-z0-9_-]{20,}/y },
	{ kind: "github-token", literal: "gh", pattern: /gh[pousr]_[A-Za-z0-9]{20,}/y },
	{ kind: "github-token", literal: "github_pat_", pattern: /github_pat_[A-Za-z0-9_]{20,}/y, anywhere: true },
	{ kind: "gitlab-token", literal: "glpat-", pattern: /glpat-[A-Za-z0-9_-]{20,}/y },
	{ kind: "slack-token", literal: "xox", pattern: /xox[abeoprs]-(?=[A-Za-z-]{0,64}\d)[A-Za-z0-9-]{10,}/y },
	{ kind: "slack-token", literal: "xapp-", pattern: /xapp-\d-[A-Za-z0-9-]{10,}/y },
	{ kind: "aws-key-id", literal: "A", pattern: /A[KS]IA[A-Z0-9]{16}(?![A-Za-z0-9])/y },
	{ kind: "stripe-key", literal: "", pattern: /[rs]k_(?:live|test)_[A-Za-z0-9]{16,}/y },
	{ kind: "stripe-secret", literal: "whsec_", pattern: /whsec_[A-Za-z0-9+/=]{16,}/y },
	{ kind: "npm-token", literal: "npm_", pattern: /npm_[A-Za-z0-9]{36}(?![A-Za-z0-9])/y },
	{ kind: "huggingface-token", literal: "hf_", pattern: /hf_[A-Za-z0-9]{30,}/y },
	{ kind: "groq-key", literal: "gsk_", pattern: /gsk_[A-Za-z0-9]{32,}/y },
	{ kind: "sendgrid-key", literal: "SG.", pattern: /SG\.[A-Za-z0-9_-]{16,32}\.[A-Za-z0-9_-]{16,64}/y },
	{ kind: "jwt", literal: "eyJ", pattern: /eyJ[A-Za-z0-9_-]{8,}\.eyJ[A-Za-z0-9_-]{8,}\.[A-Za-z0-9_-]*/y },
];

/**
 * Whether a word may begin at `at`: behind no word character or hyphen, or behind an escape that ends in one (`\n` in
 * JSON, `%22` in a URL). What ends at `floor` is not looked at, because a mask will stand there.
 */
function isWordStart(text: string, at: number, floor: number): boolean {
	if (at <= floor) return true;
	const before = text.slice(Math.max(floor, at - 3), at);
	return !/[A-Za-z0-9_-]$/.test(before) || /(?:^|[^\\])\\[bfnrt]$|%[0-9A-Fa-f]{2}$/.test(before);
}

/** The secret whose first character is at `at`, or `undefined`. `floor` as in {@link isWordStart}. */
export function findToken(text: string, at: number, floor: number): Span | undefined {
	const atWordStart = isWordStart(text, at, floor);
	for (const { kind, literal, pattern, anywhere } of shapes) {
		if ((anywhere !== true && !atWordStart) || !text.startsWith(literal, at)) continue;
		pattern.lastIndex = at;
		if (pattern.test(text)) return { start: at, end: pattern.lastIndex, mask: maskFor(kind) };
	}
	return undefined;
}
