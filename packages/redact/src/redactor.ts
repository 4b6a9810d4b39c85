// A redactor that also knows the secrets in use, so that they are found whatever their shape.

import { createKnownSecrets } from "./known-secrets.ts";
import { redactText } from "./redact-text.ts";
import { redactWith } from "./redact-value.ts";

/** Masks by shape, by name and by the exact secrets it was given. */
export interface Redactor {
	/** As `redactText`, after every spelling of a known secret was masked as `[redacted:secret]`. */
	readonly text: (text: string) => string;
	/** As `redactValue`, with {@link Redactor.text} for its strings. */
	readonly value: <T>(value: T) => T;
	/**
	 * Adds a secret, from the next call on; blanks at its ends do not count. Ignored when shorter than 8 characters, because
	 * it would mask ordinary words.
	 */
	readonly add: (secret: string) => void;
}

/** What a redactor is made with. */
export interface RedactorOptions {
	/** The secrets in use; those shorter than 8 characters are ignored. */
	readonly secrets: Iterable<string>;
}

/** Makes a redactor that masks `secrets` (also in JSON, in URLs and in base64) besides everything that `redactText` finds. */
export function createRedactor(options: RedactorOptions): Redactor {
	const known = createKnownSecrets();
	for (const secret of options.secrets) known.add(secret);
	const text = (input: string): string => redactText(known.mask(input));
	return { text, value: (value) => redactWith(value, text), add: known.add };
}
