// Checks a model's final answer against a JSON Schema. The validator is loaded when the first one is made; it never
// fetches a remote schema.

import { type JsonObject, toError } from "@codex/protocol";
import type { ErrorObject, Options, ValidateFunction } from "ajv";
import { ProvidersError } from "./providers-error.ts";

/** Checks one answer: `undefined` when it is good, else one sentence that says what is wrong with it. */
export type OutputValidator = (text: string) => string | undefined;

// Annotations such as `format` and unknown keywords are no errors: the schema is made for the vendor, not for us.
const options: Options = { strict: false, validateFormats: false, logger: false, allErrors: false };

async function compile(schema: JsonObject): Promise<ValidateFunction> {
	const dialect = schema["$schema"];
	if (typeof dialect === "string" && /draft-0[467]/.test(dialect)) {
		const { Ajv } = await import("ajv");
		return new Ajv(options).compile(schema);
	}
	const { Ajv2020 } = await import("ajv/dist/2020.js");
	return new Ajv2020(options).compile(schema);
}

function sentence(error: ErrorObject | undefined): string {
	const place = error === undefined || error.instancePath === "" ? "it" : `\`${error.instancePath}\``;
	const extra: unknown = error?.params["additionalProperty"];
	const named = typeof extra === "string" ? ` (\`${extra}\`)` : "";
	return `the answer does not match the output schema: ${place} ${error?.message ?? "is not valid"}${named}`;
}

/**
 * Makes a validator for `schema`, draft 2020-12 unless `$schema` names an older draft.
 *
 * Rejects with a {@link ProvidersError} of code `not_a_schema`, whose message is one sentence, when `schema` is not a
 * JSON Schema or refers to something outside itself.
 */
export async function createOutputValidator(schema: JsonObject): Promise<OutputValidator> {
	let validate: ValidateFunction;
	try {
		validate = await compile(schema);
	} catch (thrown) {
		const cause = toError(thrown);
		const reason = cause.message.split("\n")[0] ?? "";
		throw new ProvidersError("not_a_schema", `the output schema is not a valid JSON Schema: ${reason}`, { cause });
	}
	return (text) => {
		let value: unknown;
		try {
			value = JSON.parse(text);
		} catch (thrown) {
			return `the answer is not JSON: ${toError(thrown).message}`;
		}
		return validate(value) ? undefined : sentence(validate.errors?.[0]);
	};
}
