// Which configured values are never shown. This masks what configuration itself prints; recordings and logs have
// `@codex/redact`.

import type { Shape } from "../keys/shape.ts";
import { isList, isTable, type KeyPath, type TomlValue } from "../tree/tree.ts";
import { childShape } from "./shape-walk.ts";

// What is shown instead of a secret; of fixed length, so that it tells nothing.
const maskedValue = "********";

const secretName = /key|secret|token|passw|passphrase|auth|cookie|credential/i;
// How well-known keys begin: OpenAI and Anthropic, GitHub, Slack, AWS, Google, JSON Web Tokens.
const secretValue = /\b(?:sk-|gh[pousr]_|github_pat_|xox[abprs]-|AKIA|AIza|eyJ[A-Za-z0-9_-]{8})[A-Za-z0-9._-]*/g;
const urlPassword = /(\/\/)[^/@\s]+@/g;

/** Whether a variable, header or parameter of this name is taken to hold a secret. */
export function isSecretName(name: string): boolean {
	return secretName.test(name);
}

/** Masks what looks like a key or a URL's password inside a text. */
export function maskText(text: string): string {
	return text.replace(secretValue, maskedValue).replace(urlPassword, `$1${maskedValue}@`);
}

function maskAll(value: TomlValue): TomlValue {
	if (!isTable(value)) return maskedValue;
	return Object.fromEntries(Object.entries(value).map(([key, entry]) => [key, maskAll(entry)]));
}

/** Whether the entry of a table with this description is a secret because of its name. */
function hidesEntry(shape: Shape | undefined, name: string): boolean {
	if (shape?.kind === "map") return shape.secret === "all" || (shape.secret === "by_name" && isSecretName(name));
	return (shape === undefined || shape.kind === "open") && isSecretName(name);
}

function maskByShape(shape: Shape | undefined, value: TomlValue): TomlValue {
	if (shape?.kind === "text" && shape.secret === true) return maskedValue;
	if (isList(value)) return value.map((item) => maskByShape(shape && childShape(shape, "0"), item));
	if (isTable(value)) {
		const entries = Object.entries(value).map(([key, entry]) => {
			const masked = hidesEntry(shape, key) ? maskAll(entry) : maskByShape(shape && childShape(shape, key), entry);
			return [key, masked] as const;
		});
		return Object.fromEntries(entries);
	}
	return typeof value === "string" ? maskText(value) : value;
}

/** The value at `path` as it may be shown. `root` describes the tree that the path starts in. */
export function maskAt(root: Shape, path: KeyPath, value: TomlValue): TomlValue {
	let shape: Shape | undefined = root;
	for (const key of path) {
		if (hidesEntry(shape, key)) return maskAll(value);
		shape = shape === undefined ? undefined : childShape(shape, key);
	}
	return maskByShape(shape, value);
}
