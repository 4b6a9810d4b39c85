// Masks secrets in free text. One search looks for the few letters that every kind of secret begins with or is named by;
// what stands there decides. So text without any of them costs one search, and each hit a bounded number of steps.

import { findByName } from "./assignments.ts";
import { maskFor, type Span } from "./mask.ts";
import { isStandIn } from "./secret-values.ts";
import { findToken } from "./token-shapes.ts";

// Groups: a token's first letters, a scheme of HTTP authorization, a URL's `://`, a signature in a query; else a word of
// a name. Letters in both cases are spelt out, because the tokens' are case-sensitive.
const anchor =
	/(-----BEGIN |sk-|[rs]k_(?:live|test)_|whsec_|AIza|ya29\.|gh[pousr]_|github_pat_|glpat-|xox[abeoprs]-|xapp-|A[KS]IA|npm_|hf_|gsk_|SG\.|eyJ)|([bB][eE][aA][rR][eE][rR] |[bB][aA][sS][iI][cC] )|(:\/\/)|([?&](?:sig|X-Amz-Signature|X-Goog-Signature)=)|[kK][eE][yY]|[tT][oO][kK][eE][nN]|[sS][eE][cC][rR][eE][tT]|[pP][aA][sS][sS]|[pP][wW][dD]|[cC][rR][eE][dD][eE][nN][tT][iI][aA][lL]|[aA][uU][tT][hH][oO][rR][iI][zZ][aA][tT][iI][oO][nN]|[cC][oO][oO][kK][iI][eE]|_auth/g;

const schemeCredentials = /[A-Za-z0-9+/=._~-]{12,}/y;
const userinfo = /:\/\/(?<user>[^\s/?#:"'<>\\`]{0,256}):(?<password>[^\s/?#"'<>\\`]{1,256})@/y;
// `user:password@host` explains a URL.
const exampleWord = /^(?:pass|passwd|password|pw)$/i;
const signature = /[^\s&#"'<>\\]{8,2048}/y;

// `Basic` holds `user:password` in base64.
function isBasic(credentials: string): boolean {
	try {
		return atob(credentials.slice(0, 1024)).includes(":");
	} catch {
		// Not base64: a word of prose.
		return false;
	}
}

/** `Bearer …` and `Basic …` outside a header, told from prose by what follows. */
function findScheme(text: string, at: number, from: number): Span | undefined {
	schemeCredentials.lastIndex = from;
	const credentials = schemeCredentials.exec(text)?.[0];
	if (credentials === undefined) return undefined;
	const secret = /^b?asic/i.test(text.slice(at, at + 5)) ? isBasic(credentials) : /\d/.test(credentials);
	return secret ? { start: from, end: from + credentials.length, mask: maskFor("authorization") } : undefined;
}

/** The password in `scheme://user:password@host`. */
function findUrlPassword(text: string, at: number): Span | undefined {
	userinfo.lastIndex = at;
	const groups = userinfo.exec(text)?.groups;
	if (groups === undefined) return undefined;
	const { user = "", password = "" } = groups;
	const start = at + "://".length + user.length + 1;
	return isStandIn(password) || exampleWord.test(password)
		? undefined
		: { start, end: start + password.length, mask: maskFor("url-password") };
}

function findSignature(text: string, from: number): Span | undefined {
	signature.lastIndex = from;
	return signature.test(text) ? { start: from, end: signature.lastIndex, mask: maskFor("signature") } : undefined;
}

interface Finding {
	readonly span?: Span | undefined;
	/** Where the search goes on without a span. */
	readonly next: number;
}

function findAt(text: string, match: RegExpExecArray, floor: number): Finding {
	const at = match.index;
	const next = at + match[0].length;
	if (match[1] !== undefined) return { span: findToken(text, at, floor), next };
	if (match[2] !== undefined) return { span: findScheme(text, at, next), next };
	if (match[3] !== undefined) return { span: findUrlPassword(text, at), next };
	if (match[4] !== undefined) return { span: findSignature(text, next), next };
	return findByName(text, at, floor);
}

function maskOnce(text: string): string {
	anchor.lastIndex = 0;
	let masked = "";
	let copied = 0;
	for (let match = anchor.exec(text); match !== null; match = anchor.exec(text)) {
		const { span, next } = findAt(text, match, copied);
		if (span === undefined) {
			anchor.lastIndex = Math.max(next, match.index + 1);
			continue;
		}
		masked += text.slice(copied, span.start) + span.mask;
		copied = span.end;
		anchor.lastIndex = span.end;
	}
	return copied === 0 ? text : masked + text.slice(copied);
}

// A mask can change how its neighbours read (a value that ended in a secret now ends its line). Two rounds are usual;
// 8 keep the work linear for a text that was made to need more.
const maxRounds = 8;

/**
 * `text` with its secrets masked as `[redacted:<kind>]`; the same string when there are none. Linear in the length,
 * idempotent, never throws. Everything but the secrets stays as it is, and JSON stays JSON.
 *
 * It sees whole texts only: a secret that is cut over two chunks of a stream is not found, so streams are masked where
 * they have been put together.
 */
export function redactText(text: string): string {
	// No kind of secret with its name is shorter.
	if (text.length < 8) return text;
	let current = text;
	for (let round = 0; round < maxRounds; round += 1) {
		const next = maskOnce(current);
		if (next === current) return current;
		current = next;
	}
	return current;
}
