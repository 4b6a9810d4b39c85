// Typed access to the options of an invocation.

import type { Invocation } from "./select-command.ts";

/** Whether a flag is set. */
export function hasFlag(invocation: Invocation, name: string): boolean {
	return invocation.options.has(name);
}

/** The last value of an option. */
export function lastValue(invocation: Invocation, name: string): string | undefined {
	return invocation.options.get(name)?.at(-1);
}

/** All values of an option, in order. */
export function allValues(invocation: Invocation, name: string): readonly string[] {
	return invocation.options.get(name) ?? [];
}

/** A number that an option was given, or a sentence that says what is wrong with it. */
export type NumberResult =
	| { readonly kind: "ok"; readonly value: number | undefined }
	| { readonly kind: "error"; readonly message: string };

/** The last value of an option as a number above 0; a whole one when `whole`. */
export function positiveNumber(invocation: Invocation, name: string, whole: boolean): NumberResult {
	const text = lastValue(invocation, name);
	if (text === undefined) return { kind: "ok", value: undefined };
	const value = /^\d+(\.\d+)?$/.test(text) ? Number(text) : Number.NaN;
	if (!(value > 0) || !Number.isFinite(value) || (whole && !Number.isSafeInteger(value))) {
		const wanted = whole ? "a whole number above 0" : "a number above 0";
		return { kind: "error", message: `\`--${name}\` needs ${wanted}, not \`${text}\`` };
	}
	return { kind: "ok", value };
}
