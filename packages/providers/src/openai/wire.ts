// The shape of an error on both wires: in a refusal's body, in `response.failed`, in an `error` event. Loose: servers
// add fields and leave fields out.

import * as z from "zod/mini";
import type { WireError } from "../wire/wire-error.ts";

const wireErrorSchema = z.object({
	message: z.nullish(z.string()),
	code: z.nullish(z.union([z.string(), z.number()])),
	type: z.nullish(z.string()),
	resets_in_seconds: z.nullish(z.number()),
});

/** Reads an error; of anything that is not one, its text is the message. Never throws. */
export function parseWireError(value: unknown): WireError {
	const parsed = wireErrorSchema.safeParse(value);
	if (!parsed.success) {
		const message = typeof value === "string" ? value : (JSON.stringify(value) ?? "");
		return { message, code: "", type: "" };
	}
	const { message, code, type, resets_in_seconds } = parsed.data;
	return {
		message: message ?? JSON.stringify(value),
		code: code === null || code === undefined ? "" : String(code),
		type: type ?? "",
		...(typeof resets_in_seconds === "number" ? { resetsInSeconds: resets_in_seconds } : {}),
	};
}
