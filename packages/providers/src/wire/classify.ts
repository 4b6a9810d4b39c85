// What a refusal means: the vendor's status, codes and sentences as one of our kinds. Every message is one sentence,
// masked, and holds at most 600 characters of the server's.

import type { ModelError, ModelErrorKind } from "@codex/protocol";
import { parseRetryAfter, parseTryAgainIn } from "@codex/resilience";
import type { ProviderSettings } from "../provider.ts";
import { causes, networkFailure } from "../stream/failure.ts";
import { HttpRefusal, NotAStream } from "./http-refusal.ts";
import type { WireError } from "./wire-error.ts";

/** What a message may name. */
export interface ClassifyContext {
	readonly settings: ProviderSettings;
	readonly model: string;
	/** `host:port`. */
	readonly authority: string;
	/** Masks secrets. */
	readonly redact: (text: string) => string;
	readonly nowMs: number;
	/** Reads an error of this wire. */
	readonly readError: (value: unknown) => WireError;
	/** What a user can do when nobody listens; follows the sentence that says so. */
	readonly unreachableHint?: string;
}

/** A refusal, wherever it was written. */
interface Refusal {
	readonly error: WireError;
	readonly status?: number;
	readonly retryAfterMs?: number;
	readonly requestId?: string;
}

// 600: as much of a body as Codex shows (reference, appendix C).
const maxBodyChars = 600;

// The vendors' own names of errors, in lower case: codes and classes of OpenAI, error types of Anthropic, statuses and
// reasons of Google.
const kindsByName: ReadonlyMap<string, ModelErrorKind> = new Map<string, ModelErrorKind>([
	["insufficient_quota", "quota"],
	["usage_limit_reached", "quota"],
	["usage_not_included", "quota"],
	["billing_hard_limit_reached", "quota"],
	["billing_not_active", "quota"],
	["billing_error", "quota"],
	["context_length_exceeded", "context_length"],
	["authentication_error", "auth"],
	["permission_error", "auth"],
	["unauthenticated", "auth"],
	["api_key_invalid", "auth"],
	["not_found_error", "not_found"],
]);
// Only where no status says more: inside a stream.
const kindsInStream: ReadonlyMap<string, ModelErrorKind> = new Map<string, ModelErrorKind>([
	["rate_limit_exceeded", "rate_limit"],
	["rate_limit_reached", "rate_limit"],
	["too_many_requests", "rate_limit"],
	["rate_limit_error", "rate_limit"],
	["resource_exhausted", "rate_limit"],
	["invalid_request_error", "invalid_request"],
	["request_too_large", "invalid_request"],
	["invalid_argument", "invalid_request"],
	["failed_precondition", "invalid_request"],
	["permission_denied", "auth"],
	["not_found", "not_found"],
]);
const refusedCodes = /^invalid_|_policy|image_|_image|data_residency/;
const contextSentences =
	/context[ _-]?(?:window|length)|maximum context|prompt is too long|(?:too many|exceeds? the (?:limit|maximum).{0,40}) (?:input )?tokens/i;

/** The kind of a refusal that came with a status. */
function kindOfStatus(status: number): ModelErrorKind {
	if (status === 401 || status === 403) return "auth";
	if (status === 402) return "quota";
	if (status === 404) return "not_found";
	if (status === 429) return "rate_limit";
	if (status === 408 || status === 409 || status === 425 || status >= 500) return "server";
	return status >= 300 && status < 400 ? "protocol" : "invalid_request";
}

function kindOf({ error, status }: Refusal): ModelErrorKind {
	const code = error.code.toLowerCase();
	const type = error.type.toLowerCase();
	const named = kindsByName.get(code) ?? kindsByName.get(type);
	if (named !== undefined) return named;
	const mayBeContext = status === undefined || status === 400 || status === 413 || status === 422;
	if (mayBeContext && contextSentences.test(error.message)) return "context_length";
	if (status !== undefined) return kindOfStatus(status);
	const inStream = kindsInStream.get(code) ?? kindsInStream.get(type);
	if (inStream !== undefined) return inStream;
	// In a stream without a status: what is not known is taken for the server's trouble, which may pass.
	return refusedCodes.test(code) ? "invalid_request" : "server";
}

const retryableKinds: ReadonlySet<ModelErrorKind> = new Set(["rate_limit", "server", "network", "stream", "idle"]);

/** A page instead of an answer, by its title. */
function withoutMarkup(text: string): string {
	if (!/^\s*</.test(text)) return text;
	const title = /<title[^>]*>([^<]*)/i.exec(text)?.[1]?.trim();
	return title === undefined || title === "" ? "a page of markup" : `a page titled "${title}"`;
}

function lead(kind: ModelErrorKind, { status }: Refusal, { settings, model }: ClassifyContext): string {
	const at = status === undefined ? "" : ` (${status})`;
	switch (kind) {
		case "auth": {
			if (status === 403) return `${settings.id} refused access${at}`;
			const source = settings.apiKeySource ?? `of provider \`${settings.id}\``;
			return settings.apiKey === undefined
				? `${settings.id} wants an API key and none is set${at}`
				: `${settings.id} refused the API key ${source}${at}`;
		}
		case "not_found":
			return `${settings.id} does not know the model \`${model}\` or this address${at}`;
		case "context_length":
			return `the input is longer than the context window of \`${model}\`${at}`;
		case "quota":
			return `the usage limit of ${settings.id} is reached${at}`;
		case "rate_limit":
			return `rate limit of ${settings.id} reached${at}`;
		case "server":
			return `server error${status === undefined ? "" : ` ${status}`}`;
		default:
			return status === undefined ? "request refused" : `unexpected status ${status}`;
	}
}

function toModelError(refusal: Refusal, context: ClassifyContext): ModelError {
	const kind = kindOf(refusal);
	const { error, status, requestId } = refusal;
	const told = context.redact(withoutMarkup(error.message).slice(0, maxBodyChars)).replaceAll(/\s+/g, " ").trim();
	const suffix = kind === "server" && requestId !== undefined ? ` (request-id: ${requestId})` : "";
	const retryAfterMs =
		refusal.retryAfterMs ??
		parseTryAgainIn(error.message) ??
		(error.resetsInSeconds === undefined ? undefined : error.resetsInSeconds * 1000);
	return {
		kind,
		message: `${lead(kind, refusal, context)}${told === "" ? "" : `: ${told}`}${suffix}`,
		retryable: retryableKinds.has(kind),
		...(status === undefined ? {} : { status }),
		...(retryAfterMs === undefined ? {} : { retryAfterMs }),
		...(requestId === undefined ? {} : { requestId }),
	};
}

function refusalOf({ parts }: HttpRefusal, { nowMs, readError }: ClassifyContext): Refusal {
	const { status, headers, body, text, requestId } = parts;
	const retryAfterMs = parseRetryAfter((name) => headers.get(name), nowMs);
	const redirect = status >= 300 && status < 400 ? headers.get("location") : null;
	const told = redirect === null ? text : `redirect to ${redirect}`;
	return {
		error: body === undefined || redirect !== null ? { message: told, code: "", type: "" } : readError(body),
		status,
		...(retryAfterMs === undefined ? {} : { retryAfterMs }),
		...(requestId === undefined ? {} : { requestId }),
	};
}

/** An error that was written into the stream of a response. */
export function failureInStream(value: unknown, context: ClassifyContext): ModelError {
	return toModelError({ error: context.readError(value) }, context);
}

/** A request that never became a stream: refused with a status, sent to nobody, or answered with something else. */
export function failureOfRequest(thrown: unknown, context: ClassifyContext): ModelError {
	if (thrown instanceof NotAStream) {
		return { kind: "protocol", message: context.redact(thrown.message), retryable: false };
	}
	if (thrown instanceof HttpRefusal) return toModelError(refusalOf(thrown, context), context);
	if (causes(thrown).some((cause) => "code" in cause && cause.code === "ERR_INVALID_URL")) {
		const message = `the base URL of provider \`${context.settings.id}\` is not a URL`;
		return { kind: "invalid_request", message, retryable: false };
	}
	const network = networkFailure(thrown, context.authority);
	const hint =
		network.kind === "network" && context.unreachableHint !== undefined ? `. ${context.unreachableHint}` : "";
	return { ...network, message: `${context.redact(network.message)}${hint}` };
}
