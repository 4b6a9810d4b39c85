// Reads the arguments of a call: forgives what models commonly get wrong (null for an absent option, names of other
// agents' options) and words everything else so that the model can repair it. Knows schemas by their shape only.

import type { JsonValue } from "@codex/protocol";

/** What reading gives: the typed arguments, or the sentence for the model. */
export type ArgumentsResult<T> =
	| { readonly kind: "ok"; readonly args: T }
	| { readonly kind: "error"; readonly message: string };

/** The part of a zod schema that is used. */
export interface ArgumentsSchema<T> {
	safeParse(value: unknown):
		| { readonly success: true; readonly data: T }
		| {
				readonly success: false;
				readonly error: {
					readonly issues: readonly { readonly path: readonly PropertyKey[]; readonly message: string }[];
				};
		  };
}

/** How a tool's arguments may also be spelled. */
export interface ArgumentSpelling {
	/** Other name → the schema's name. A value under the schema's own name wins. */
	readonly renamed: Readonly<Record<string, string>>;
	/** The argument that a bare string stands for. */
	readonly textArgument?: string;
}

/** The sentence for arguments that do not fit. */
export function argumentsError(problem: string): string {
	return `failed to parse function arguments: ${problem}`;
}

/** Checks `value` against `schema`. Never throws. */
export function readArguments<T>(
	schema: ArgumentsSchema<T>,
	value: JsonValue,
	spelling: ArgumentSpelling,
): ArgumentsResult<T> {
	const parsed = schema.safeParse(respell(value, spelling));
	if (parsed.success) return { kind: "ok", args: parsed.data };
	const problems = parsed.error.issues.map(({ path, message }) => {
		const place = path.map(String).join(".");
		return place === "" ? message : `${place}: ${message}`;
	});
	return { kind: "error", message: argumentsError(problems.join("; ")) };
}

function isObject(value: JsonValue): value is { readonly [key: string]: JsonValue } {
	return typeof value === "object" && value !== null && !Array.isArray(value);
}

function respell(value: JsonValue, { renamed, textArgument }: ArgumentSpelling): JsonValue {
	if (typeof value === "string" && textArgument !== undefined) return { [textArgument]: value };
	if (!isObject(value)) return value;
	const present = Object.entries(value).filter(([, argument]) => argument !== null);
	const others = present.filter(([name]) => Object.hasOwn(renamed, name));
	const own = present.filter(([name]) => !Object.hasOwn(renamed, name));
	return Object.fromEntries([...others.map(([name, argument]) => [renamed[name] ?? name, argument]), ...own]);
}
