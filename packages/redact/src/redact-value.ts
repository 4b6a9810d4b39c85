// Masks secrets in JSON-like values.

import { maskFor } from "./redact-text.ts";
import { isSecretName } from "./secret-names.ts";

// 64: deeper than any protocol value; what lies deeper is replaced, so that hostile nesting cannot exhaust the stack.
const maxDepth = 64;

/** Masks one text. */
export type TextMask = (text: string) => string;

function maskUnderName(name: string, value: unknown): unknown {
	return isSecretName(name) && typeof value === "string" && value.length > 0 && !value.startsWith("[redacted:")
		? maskFor("value")
		: undefined;
}

function walk(value: unknown, mask: TextMask, path: readonly object[]): unknown {
	if (typeof value === "string") return mask(value);
	if (typeof value !== "object" || value === null) return value;
	if (path.length >= maxDepth || path.includes(value)) return maskFor("nested");
	const inner = [...path, value];
	if (Array.isArray(value)) {
		let changed = false;
		const items = value.map((item: unknown) => {
			const next = walk(item, mask, inner);
			changed ||= next !== item;
			return next;
		});
		return changed ? items : value;
	}
	const prototype: unknown = Object.getPrototypeOf(value);
	if (prototype !== Object.prototype && prototype !== null) return value;
	let changed = false;
	const entries: [string, unknown][] = [];
	for (const [name, item] of Object.entries(value)) {
		const next = maskUnderName(name, item) ?? walk(item, mask, inner);
		changed ||= next !== item;
		entries.push([name, next]);
	}
	return changed ? Object.fromEntries(entries) : value;
}

/** `value` with `mask` applied to every string in it and strings under secret names masked whole; the same reference when nothing changed. */
export function redactWith<T>(value: T, mask: TextMask): T {
	// The walk keeps the shape: strings stay strings, so the type holds.
	return walk(value, mask, []) as T;
}
