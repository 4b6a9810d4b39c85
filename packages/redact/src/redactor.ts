// A redactor that also knows the secrets in use, so that they are found whatever their shape.

import { maskFor, redactText } from "./redact-text.ts";
import { redactWith } from "./redact-value.ts";

/** Masks by shape, by name and by the exact secrets it was given. */
export interface Redactor {
	/** See `redactText`. */
	readonly text: (text: string) => string;
	/** See `redactValue`. */
	readonly value: <T>(value: T) => T;
	/** Adds a secret; ignored when shorter than 8 characters, because it would mask ordinary words. */
	readonly add: (secret: string) => void;
}

// Shorter ones would mask ordinary words.
const minSecretLength = 8;

function base64(text: string): string {
	let binary = "";
	for (const byte of new TextEncoder().encode(text)) binary += String.fromCharCode(byte);
	return btoa(binary).replace(/=+$/, "");
}

function variants(secret: string): string[] {
	const json = JSON.stringify(secret).slice(1, -1);
	return [secret, json, encodeURIComponent(secret), base64(secret)];
}

/** Makes a redactor that masks `secrets` (also JSON-escaped, URL-encoded and in base64) besides everything that `redactText` finds. */
export function createRedactor(options: { readonly secrets: Iterable<string> }): Redactor {
	const known = new Set<string>();
	const add = (secret: string): void => {
		if (secret.length < minSecretLength) return;
		for (const variant of variants(secret)) known.add(variant);
	};
	for (const secret of options.secrets) add(secret);
	const text = (input: string): string => {
		let masked = input;
		for (const secret of known) if (masked.includes(secret)) masked = masked.replaceAll(secret, maskFor("secret"));
		return redactText(masked);
	};
	return { text, value: (value) => redactWith(value, text), add };
}
