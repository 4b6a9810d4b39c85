// Whether the value of an assignment is a secret or only stands where one could: a literal, a type, a reference, a
// sentence, an expression of source code. The texts that are masked here hold a lot of source code, and a mask in a patch
// spoils it; so a value must look written by a machine or stand where settings stand.

import { isMask } from "./mask.ts";
import { isCapitalName, isSecretName, type NameStrength } from "./secret-names.ts";

/** A value and where it was found. */
export interface FoundValue {
	readonly name: string;
	/** Never `none`. */
	readonly strength: NameStrength;
	readonly value: string;
	/** A value in quotes. */
	readonly quoted: boolean;
	/** `flag`: `--password x`. `query`: `?key=x`. */
	readonly sign: "=" | ":" | "flag" | "query";
	/** No blanks around the sign, as in settings files, shells and URLs. */
	readonly tight: boolean;
	/** The character behind the value; empty at the end of the text. */
	readonly next: string;
	/** Nothing but the assignment is on its line. */
	readonly alone: boolean;
}

const plain =
	/^(?:true|false|null|nil|none|undefined|string|str|text|number|int|integer|boolean|bool|bytes|buffer|any|unknown|object|array|never|required|optional|yes|no|on|off|default|hidden|include|omit|same-origin|change-?me|(?:bearer|basic|token|digest)(?: +(?:[$<{%[].*)?)?|\[(?:redacted|masked|hidden|filtered|removed)[^\]]*\]|\*+|x{3,}|[\w-]{0,16}(?:\.{3,}|…)|typeof|new|await|void|this|function|async|\$[A-Za-z_]\w*|\$[{(].*|\{\{?.*|%\w+%|<[^>]*>|process\.env\b.*|import\.meta\.env\b.*|os\.environ\b.*|env[.:].*|[=+*/!<>]+)$/i;
const path = /^(?:~|\.{1,2}|\/Users|[A-Z]:)?(?:\/[a-z0-9._-]{1,32})+\/?$/;
const identifierPath = /^[A-Za-z_$@][\w$]*(?:(?:\??\.#?|->|::)[A-Za-z_$][\w$]*)*[!?]?$/;
const sentence = /^[A-Z][a-z]+(?: [A-Za-z0-9'’(),-]+)+[.!?:…]*$/;
const numeric = /^[\d._]+$/;
const passwordName = /pass|pwd/i;

// Longer ones are no words, and deciding on them at once keeps the search linear.
const longValue = 200;

/** A letter and a digit, and not a word with a number behind it; or one long run without the joints of words. */
function looksRandom(value: string): boolean {
	if (value.length < 8 || /\s|^[a-z]+:/.test(value) || !/[A-Za-z]/.test(value)) return false;
	if (/\d/.test(value)) return value.length >= 16 || !/^[A-Za-z_-]+\d{1,4}$/.test(value);
	return (
		value.length >= 20 &&
		/[a-z]/.test(value) &&
		/[A-Z]/.test(value) &&
		/^[A-Za-z+/=]+$/.test(value) &&
		!/[a-z]{5}/.test(value)
	);
}

/** Whether nobody could use `value`: a literal, a type, a reference to where the secret is. */
export function isStandIn(value: string): boolean {
	return (
		plain.test(value) ||
		isMask(value) ||
		path.test(value) ||
		(isCapitalName(value) && value.includes("_") && isSecretName(value))
	);
}

/** The letters of `value` besides those that speak of the name (`apiKey: options.apiKey`); `undefined` when none do. */
function lettersBesideName(name: string, value: string): number | undefined {
	const squeezed = value.toLowerCase().replace(/[^a-z]/g, "");
	const noun = /key|token|secret|pass|pwd|credential|authorization|cookie|auth/i.exec(name)?.[0].toLowerCase() ?? name;
	return squeezed.includes(noun) ? squeezed.length - noun.length : undefined;
}

function echoes(name: string, value: string): boolean {
	return lettersBesideName(name, value) !== undefined;
}

function isSecretQuoted({ name, strength, value, tight, sign }: FoundValue): boolean {
	if (strength === "weak") return looksRandom(value);
	if (numeric.test(value)) return value.length >= 6;
	if (value.length < 4 || sentence.test(value)) return false;
	if (/\d/.test(value) || (isCapitalName(name) && tight && sign === "=")) return true;
	// 10: `new-password`, `#login .password`; more letters are a value of their own.
	return (lettersBesideName(name, value) ?? longValue) > 10;
}

const isWord = (value: string): boolean => !/[.:>]/.test(value);

/** An identifier among others: an argument, a field of an object, or a pair of `a=1, b=2`. */
function isSecretArgument({ name, value, tight, next }: FoundValue): boolean {
	if (passwordName.test(name) && tight) return /\d/.test(value) || next === ";";
	return looksRandom(value) && value.length >= 16;
}

/** An identifier alone on its line, with blanks around the sign: YAML and INI, or code without semicolons. */
function isSecretLine({ name, value, sign }: FoundValue): boolean {
	if (!isWord(value)) return false;
	return /\d/.test(value) || (sign === ":" && (passwordName.test(name) || !/^[A-Z]/.test(value)));
}

/** A value without quotes that could be an expression. */
function isSecretIdentifier(found: FoundValue): boolean {
	const { name, value, sign, tight, next, alone } = found;
	const among = next !== "" && ",;)]}".includes(next);
	if (isCapitalName(name) && tight && sign === "=" && !among) return true;
	if (echoes(name, value)) return false;
	if (among) return isSecretArgument(found);
	if (sign === "flag") return isWord(value) && /\d/.test(value);
	if (tight) return isWord(value) || /\d/.test(value);
	return alone ? isSecretLine(found) : isWord(value) && looksRandom(value) && value.length >= 16;
}

/** Minified code: operators, a call, a property that is set to another. */
function isExpression({ name, value, next }: FoundValue): boolean {
	if (/===|\?\?|\?[\w.]*:/.test(value) || (next !== "" && "([{".includes(next))) return true;
	return name.includes(".") && value.includes(".") && echoes(name, value);
}

function isSecretBare(found: FoundValue): boolean {
	const { name, strength, value, tight, sign } = found;
	if (sign === "flag" && value.startsWith("-")) return false;
	if (numeric.test(value)) return strength === "strong" && value.length >= 6;
	if (isExpression(found)) return false;
	if (strength === "weak") return looksRandom(value) && !(identifierPath.test(value) && echoes(name, value));
	if (value.length < (tight ? 4 : 6)) return false;
	return identifierPath.test(value) ? isSecretIdentifier(found) : true;
}

/** Whether the value is a secret. Constant work but for the length of the value. */
export function isSecretValue(found: FoundValue): boolean {
	const { name, strength, value, quoted, sign, tight } = found;
	if (value === "" || isStandIn(value)) return false;
	if (value.length > longValue && !/\s/.test(value)) return true;
	// In capitals and tight it is an environment variable, whatever its words.
	const sure = strength === "strong" || (isCapitalName(name) && tight && sign === "=");
	const judged: FoundValue = { ...found, strength: sure ? "strong" : "weak" };
	if (sign === "query") return value.length >= 8 && (strength === "strong" || /\d/.test(value) || value.length >= 20);
	return quoted ? isSecretQuoted(judged) : isSecretBare(judged);
}
