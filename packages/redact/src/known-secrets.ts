// Finds given secrets wherever they stand and however they were written there: as they are, in JSON, in a URL, in base64.

import { isMask, maskFor } from "./mask.ts";

/** A set of exact secrets. */
export interface KnownSecrets {
	/** `text` with every spelling of every secret replaced; the same string when there is none. */
	readonly mask: (text: string) => string;
	/** Adds a secret and its spellings. Shorter than 8 characters (without blanks at its ends) it is ignored. */
	readonly add: (secret: string) => void;
}

// Shorter ones would mask ordinary words.
const minSecretLength = 8;

function base64(bytes: Uint8Array): string {
	let binary = "";
	for (const byte of bytes) binary += String.fromCharCode(byte);
	return btoa(binary);
}

/**
 * What base64 makes of `text` inside of something longer: its characters depend on how many bytes stand before (modulo
 * three), and those at both ends, which also hold bits of the neighbours, are left out.
 */
function base64Cores(text: string): string[] {
	const bytes = new TextEncoder().encode(text);
	return [0, 1, 2].flatMap((offset) => {
		const padded = new Uint8Array(offset + bytes.length);
		padded.set(bytes, offset);
		const core = base64(padded).slice(Math.ceil((offset * 8) / 6), Math.floor((padded.length * 8) / 6));
		return [core, core.replaceAll("+", "-").replaceAll("/", "_")];
	});
}

function spellings(secret: string): string[] {
	const json = JSON.stringify(secret).slice(1, -1);
	// encodeURIComponent throws on half a surrogate pair.
	const url = encodeURIComponent(secret.toWellFormed());
	return [
		secret,
		json,
		JSON.stringify(json).slice(1, -1),
		url,
		url.replace(/%[0-9A-F]{2}/g, (code) => code.toLowerCase()),
		url.replaceAll("%20", "+"),
		...base64Cores(secret.toWellFormed()),
	];
}

/** Makes an empty set. */
export function createKnownSecrets(): KnownSecrets {
	const secrets = new Set<string>();
	const known = new Set<string>();
	let pattern: RegExp | undefined;

	const compile = (): RegExp => {
		// Longest first, so that a secret that begins with another is masked whole. Masks are matched too and kept, so that a
		// secret that reads like a part of one cannot make them grow.
		const all = [...known]
			.sort((left, right) => right.length - left.length)
			.map((text) => text.replace(/[\\^$.*+?()[\]{}|/-]/g, "\\$&"));
		return new RegExp(`\\[redacted:[a-z-]{1,32}\\]|${all.join("|")}`, "g");
	};
	return {
		mask: (text) => {
			if (known.size === 0 || text.length < minSecretLength) return text;
			pattern ??= compile();
			return text.replace(pattern, (found) => (isMask(found) ? found : maskFor("secret")));
		},
		add: (secret) => {
			const trimmed = secret.trim();
			if (trimmed.length < minSecretLength || secrets.has(trimmed)) return;
			secrets.add(trimmed);
			for (const spelling of spellings(trimmed)) known.add(spelling);
			pattern = undefined;
		},
	};
}
