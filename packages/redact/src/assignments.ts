// Finds secrets by the name that they are assigned to: `NAME=value`, `"name": "value"`, `--name value`, `?name=value`,
// and the headers `Authorization` and `Cookie`. Looks at one name at a time; the caller finds the names.

import { maskFor, type Span } from "./mask.ts";
import { type NameStrength, nameStrength } from "./secret-names.ts";
import { type FoundValue, isSecretValue, isStandIn } from "./secret-values.ts";
import { bareValue, readValue, type ValueSpan } from "./value-span.ts";

/** What was found at a name. */
export interface NameFinding {
	readonly span?: Span;
	/** Where the search goes on when there is no span: behind the name. */
	readonly next: number;
}

interface Sign {
	readonly kind: FoundValue["sign"];
	readonly tight: boolean;
	/** The name is in quotes. */
	readonly quotedName: boolean;
	/** Where the value begins. */
	readonly valueAt: number;
}

interface Name {
	readonly text: string;
	readonly start: number;
	readonly end: number;
}

const maxName = 128;
const signPattern =
	/(?<quote>\\{0,15}["'`]\]?)?(?<before>[ \t]{0,8})(?:(?<sign>=>|:=|=(?![=>])|:(?![:=])|%3[Dd])(?<after>[ \t]{0,8})|(?<=[ \t]))/y;
const typed = /[ \t]{0,4}=(?![=>~])[ \t]{0,4}/y;
const lineEnd = /[ \t]{0,8}(?:$|[\r\n]|\\[nr]|#|\/\/)/y;
const lineStart = /(?:^|[\r\n]|\\[nr])[ \t]{0,40}(?:- |export |set |[;#] ?)?["']?$/;
const scheme =
	/(?<scheme>Bearer|Basic|Token|ApiKey|Api-Key|Negotiate|Digest|OAuth|AWS4-HMAC-SHA256|Hawk|GoogleLogin)[ +]{1,4}(?=\S)/iy;
const schemesWithParameters = /^(?:token|digest|oauth|aws4-hmac-sha256|hawk|googlelogin)$/i;
// The rest of a header; quotes belong to it as those of a parameter only (`nonce="…"`), others end the text that holds it.
const parameters = /(?:=(?<quote>\\{0,7}")[^"\\\r\n,:{}]{0,512}\k<quote>|[^"'`\r\n\\]){0,8192}/y;
const cookies = /[^"'`\r\n\\]{0,8192}/y;
const cookiePair = /^[^=;,\s"']{1,64}=[^;]/;

function isNameUnit(unit: number): boolean {
	return (
		(unit >= 48 && unit <= 57) ||
		(unit >= 65 && unit <= 90) ||
		(unit >= 97 && unit <= 122) ||
		unit === 95 ||
		unit === 45 ||
		unit === 46
	);
}

/** The whole name around `at`, not reaching before `floor`. */
function nameAround(text: string, at: number, floor: number): Name {
	let start = at;
	let end = at;
	while (start > floor && at - start < maxName && isNameUnit(text.charCodeAt(start - 1))) start -= 1;
	while (end - at < maxName && isNameUnit(text.charCodeAt(end))) end += 1;
	// The letter of an escape such as `\n` is no part of the name.
	if (text[start - 1] === "\\" && text[start - 2] !== "\\" && start < at && /[bfnrt]/.test(text[start] ?? ""))
		start += 1;
	return { text: text.slice(start, end), start, end };
}

function readSign(text: string, name: Name): Sign | undefined {
	signPattern.lastIndex = name.end;
	const groups = signPattern.exec(text)?.groups;
	if (groups === undefined) return undefined;
	const { quote, before = "", sign, after = "" } = groups;
	const valueAt = signPattern.lastIndex;
	const quotedName = quote !== undefined;
	if (sign === undefined) {
		const isFlag = !quotedName && name.text.startsWith("--");
		return isFlag ? { kind: "flag", tight: true, quotedName, valueAt } : undefined;
	}
	const previous = text[name.start - 1] ?? "";
	if (sign === "=" && (previous === "?" || previous === "&"))
		return { kind: "query", tight: true, quotedName, valueAt };
	const tight = sign.length !== 2 && before === "" && after === "";
	return { kind: sign.startsWith(":") ? ":" : "=", tight, quotedName, valueAt };
}

function strengthOf(text: string, name: Name, sign: Sign): NameStrength {
	const bare = name.text.replace(/^[-.]+/, "");
	const strength = nameStrength(bare);
	if (strength !== "none") return strength;
	if (!/^keys?$/i.test(bare)) return "none";
	if (sign.kind === "query") return "weak";
	// "API key: …" in prose.
	return /(?:api|access|secret|private) $/i.test(text.slice(Math.max(0, name.start - 8), name.start))
		? "strong"
		: "none";
}

/** Where a match of the sticky `pattern` at `from` ends. */
function endOf(pattern: RegExp, text: string, from: number): number {
	pattern.lastIndex = from;
	return pattern.test(text) ? pattern.lastIndex : from;
}

/** `Authorization: <scheme> <credentials>`: the scheme stays. */
function authorizationSpan(text: string, value: ValueSpan): Span | undefined {
	scheme.lastIndex = value.start;
	const found = scheme.exec(text)?.groups?.["scheme"];
	if (found === undefined) return undefined;
	const start = scheme.lastIndex;
	if (start >= text.length) return undefined;
	let { end } = value;
	if (value.quote === "") {
		end = schemesWithParameters.test(found) ? endOf(parameters, text, start) : bareValue(text, start).end;
	}
	const credentials = text.slice(start, end);
	return credentials.length < 4 || isStandIn(credentials) ? undefined : { start, end, mask: maskFor("authorization") };
}

/** `Cookie: a=1; b=2`: all of it. */
function cookieSpan(text: string, value: ValueSpan): Span | undefined {
	if (!cookiePair.test(text.slice(value.start, value.start + 80))) return undefined;
	const end = value.quote === "" ? endOf(cookies, text, value.start) : value.end;
	return { start: value.start, end, mask: maskFor("cookie") };
}

function matchesAt(pattern: RegExp, text: string, at: number): boolean {
	pattern.lastIndex = at;
	return pattern.test(text);
}

/** Steps over a type: in `password: str = "x"` the value is behind the second sign. */
function behindType(text: string, sign: Sign, value: ValueSpan): { readonly sign: Sign; readonly value: ValueSpan } {
	if (sign.kind !== ":" || value.quote !== "" || value.end === value.start) return { sign, value };
	if (value.end - value.start > 64 || !matchesAt(typed, text, value.end)) return { sign, value };
	const valueAt = typed.lastIndex;
	return { sign: { ...sign, kind: "=", tight: false, valueAt }, value: readValue(text, valueAt) };
}

function spanOf(text: string, name: Name, sign: Sign, strength: NameStrength): Span | undefined {
	const first = readValue(text, sign.valueAt);
	if (sign.kind === ":" && /authorization$/i.test(name.text)) {
		const span = authorizationSpan(text, first);
		if (span !== undefined) return span;
	}
	if (sign.kind === ":" && /(?:^|-)cookie$/i.test(name.text)) {
		const span = cookieSpan(text, first);
		if (span !== undefined) return span;
	}
	const { sign: final, value } = behindType(text, sign, first);
	const { start, end, quote } = value;
	if (end === start) return undefined;
	const secret = isSecretValue({
		name: name.text.replace(/^[-.]+/, ""),
		strength,
		value: text.slice(start, end),
		quoted: quote !== "",
		sign: final.kind,
		tight: final.tight,
		next: text[end] ?? "",
		alone: matchesAt(lineEnd, text, end) && lineStart.test(text.slice(Math.max(0, name.start - 48), name.start)),
	});
	if (!secret) return undefined;
	// A bare value under a name in quotes is a number of JSON: the mask brings quotes, so that it stays JSON.
	const quotes = quote === "" && sign.quotedName ? (text.slice(name.end).match(/^\\{0,15}["'`]/)?.[0] ?? "") : "";
	return { start, end, mask: quotes + maskFor("value") + quotes };
}

/** Looks at the name that has a telling word at `at`. Nothing before `floor` is looked at. Constant work but for the length of the value. */
export function findByName(text: string, at: number, floor: number): NameFinding {
	const name = nameAround(text, at, floor);
	const sign = readSign(text, name);
	if (sign === undefined) return { next: name.end };
	const strength = strengthOf(text, name, sign);
	const span = strength === "none" ? undefined : spanOf(text, name, sign, strength);
	return span === undefined ? { next: name.end } : { span, next: span.end };
}
