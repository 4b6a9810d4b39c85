// Masks secrets in JSON-like values: in every string, in names, and under names that say secret. Keeps the shape (strings
// stay strings, numbers stay numbers), so that what was written can be read back.

import { isMask, maskFor } from "./mask.ts";
import { redactText } from "./redact-text.ts";
import { nameStrength } from "./secret-names.ts";
import { isSecretValue, isStandIn } from "./secret-values.ts";

// 64: deeper than any protocol value; what lies deeper is replaced, so that hostile nesting cannot exhaust the stack.
const maxDepth = 64;

/** Masks one text. */
export type TextMask = (text: string) => string;

// Under these names a JSON Schema lists its properties: there `password` is a declaration and holds no password.
const declarations: ReadonlySet<string> = new Set(["properties", "patternProperties", "$defs", "definitions"]);
const schemaMarks = ["type", "$ref", "anyOf", "oneOf", "allOf", "enum", "required"] as const;

/** Whether `name: value` is a secret as a whole. */
function isSecretString(name: string, value: string): boolean {
	const strength = nameStrength(name);
	if (strength === "none" || value === "" || isMask(value)) return false;
	if (strength === "strong") return !isStandIn(value);
	return isSecretValue({ name, strength, value, quoted: true, sign: ":", tight: false, next: "", alone: true });
}

/** Whether all strings below `name: value` are secrets. */
function holdsSecrets(name: string, value: unknown): boolean {
	if (typeof value !== "object" || value === null || nameStrength(name) !== "strong") return false;
	return Array.isArray(value) || !schemaMarks.some((mark) => Object.hasOwn(value, mark));
}

interface Place {
	readonly depth: number;
	/** Below a name that says secret. */
	readonly secret: boolean;
	/** The object's names declare; they are not assigned to. */
	readonly declares: boolean;
}

class Walk {
	readonly #mask: TextMask;
	// What an object became, outside secret names and below them; `undefined` while it is being walked, which is how a cycle
	// shows. Also keeps the work linear for values that share parts.
	readonly #done = { open: new Map<object, unknown>(), secret: new Map<object, unknown>() };

	constructor(mask: TextMask) {
		this.#mask = mask;
	}

	any(value: unknown, place: Place): unknown {
		if (typeof value === "string") {
			if (!place.secret) return this.#mask(value);
			return value === "" || isMask(value) ? value : maskFor("value");
		}
		if (typeof value !== "object" || value === null || ArrayBuffer.isView(value)) return value;
		if (place.depth >= maxDepth) return maskFor("nested");
		const done = place.secret ? this.#done.secret : this.#done.open;
		if (done.has(value)) return done.get(value) ?? maskFor("nested");
		done.set(value, undefined);
		const next = Array.isArray(value) ? this.#list(value, place) : this.#object(value, place);
		done.set(value, next);
		return next;
	}

	#list(value: readonly unknown[], { depth, secret }: Place): unknown {
		const inner: Place = { depth: depth + 1, secret, declares: false };
		let changed: unknown[] | undefined;
		for (let index = 0; index < value.length; index += 1) {
			const item = value[index];
			const next = this.any(item, inner);
			if (next === item) continue;
			changed ??= value.slice();
			changed[index] = next;
		}
		return changed ?? value;
	}

	#object(value: object, place: Place): unknown {
		if ("toJSON" in value && typeof value.toJSON === "function") {
			const json: unknown = value.toJSON();
			const masked = json === value ? json : this.any(json, place);
			return masked === json ? value : masked;
		}
		let changed = false;
		const entries: [string, unknown][] = [];
		for (const [name, item] of Object.entries(value)) {
			const nextName = this.#mask(name);
			const next = this.#entry(name, item, place);
			changed ||= next !== item || nextName !== name;
			entries.push([nextName, next]);
		}
		return changed ? Object.fromEntries(entries) : value;
	}

	#entry(name: string, item: unknown, { depth, secret, declares }: Place): unknown {
		if (!secret && !declares && typeof item === "string" && isSecretString(name, item)) return maskFor("value");
		const below = secret || (!declares && holdsSecrets(name, item));
		return this.any(item, { depth: depth + 1, secret: below, declares: declarations.has(name) });
	}
}

/** `value` with `mask` applied to its strings and names, and what lies under secret names masked whole. As {@link redactValue}. */
export function redactWith<T>(value: T, mask: TextMask): T;
export function redactWith(value: unknown, mask: TextMask): unknown {
	if (typeof value === "string") return mask(value);
	if (typeof value !== "object" || value === null) return value;
	return new Walk(mask).any(value, { depth: 0, secret: false, declares: false });
}

/**
 * A JSON-like `value` with the secrets in its strings and names masked, and strings under names that say secret (also in
 * the lists and objects there) masked whole. Numbers, booleans and `null` stay.
 *
 * Returns the same reference when nothing changed, and keeps the references of unchanged parts. Cycles and nesting deeper
 * than 64 are replaced by `[redacted:nested]`; binary arrays are left as they are; an instance that holds a secret becomes
 * what JSON makes of it. Never throws for plain data; a getter, proxy or `toJSON` that throws does.
 */
export function redactValue<T>(value: T): T {
	return redactWith(value, redactText);
}
