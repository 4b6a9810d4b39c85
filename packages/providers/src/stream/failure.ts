// Failures that have nothing to do with a vendor: the network, silence, and the caller's own signal, as values. No message
// holds a URL's path, a header or a key.

import { type ModelError, toError } from "@codex/protocol";

/** The caller's signal ended it. */
export const abortedFailure: ModelError = Object.freeze({ kind: "aborted", message: "aborted", retryable: false });

/** Nothing came for too long. */
export const idleFailure: ModelError = Object.freeze({
	kind: "idle",
	message: "idle timeout waiting for SSE",
	retryable: true,
});

const networkReasons: Readonly<Record<string, string>> = {
	ECONNREFUSED: "connection refused",
	ECONNRESET: "connection reset",
	ENOTFOUND: "no such host",
	EAI_AGAIN: "name lookup failed",
	ETIMEDOUT: "connection timed out",
	EHOSTUNREACH: "host unreachable",
	ENETUNREACH: "network unreachable",
	EPIPE: "connection closed",
	UND_ERR_SOCKET: "connection closed",
	UND_ERR_CONNECT_TIMEOUT: "connection timed out",
};

// Waiting does not mend a certificate.
const certificateCode = /CERT|TLS|SSL|SELF_SIGNED|ERR_OSSL/;

// Node's fetch gives up on headers and bodies by itself after 300 s; to the caller that is silence like any other.
const idleCodes: ReadonlySet<string> = new Set(["UND_ERR_HEADERS_TIMEOUT", "UND_ERR_BODY_TIMEOUT"]);

/** The chain of causes of `thrown`, itself first, at most 8 long; of an AggregateError the first member. */
export function causes(thrown: unknown): readonly Error[] {
	const chain: Error[] = [];
	let current: unknown = thrown;
	while (current instanceof Error && chain.length < 8) {
		chain.push(current);
		current = current instanceof AggregateError ? current.errors[0] : current.cause;
	}
	return chain;
}

function codeOf(error: Error): string | undefined {
	return "code" in error && typeof error.code === "string" && error.code !== "" ? error.code : undefined;
}

/** The deepest `code` in the chain of causes, for example `ECONNREFUSED`. */
export function causeCode(thrown: unknown): string | undefined {
	return causes(thrown)
		.map(codeOf)
		.findLast((code) => code !== undefined);
}

function reasonOf(thrown: unknown): string {
	const code = causeCode(thrown);
	if (code !== undefined) return networkReasons[code] ?? code;
	return causes(thrown).at(-1)?.message ?? toError(thrown).message;
}

/** A request that reached nobody. `authority` is `host:port`. */
export function networkFailure(thrown: unknown, authority: string): ModelError {
	const code = causeCode(thrown);
	if (code !== undefined && idleCodes.has(code)) return idleFailure;
	return {
		kind: "network",
		message: `could not reach ${authority}: ${reasonOf(thrown)}`,
		retryable: code === undefined || !certificateCode.test(code),
	};
}

/** A body that broke off in the middle. */
export function disconnectFailure(thrown: unknown): ModelError {
	const code = causeCode(thrown);
	if (code !== undefined && idleCodes.has(code)) return idleFailure;
	return { kind: "stream", message: `stream disconnected before completion: ${reasonOf(thrown)}`, retryable: true };
}
