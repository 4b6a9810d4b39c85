// Checks of the model provider: chosen, with a key, and (only when asked) reachable.

import { type SelectedProvider, selectProvider } from "@codex/config";
import { type DoctorCheck, toError } from "@codex/protocol";
import { type DoctorSubject, failed, ok } from "./finding.ts";

/** A key as it may be shown: its first and last characters only when it is long. */
export function maskedKey(key: string): string {
	return key.length <= 20 ? "***" : `${key.slice(0, 6)}***${key.slice(-4)}`;
}

const select = ({ loaded, context }: DoctorSubject): ReturnType<typeof selectProvider> =>
	selectProvider(loaded.config, context.environment, { flags: loaded.flags });

function keyText({ apiKey, apiKeySource }: SelectedProvider): string {
	if (apiKey === undefined) return "no key";
	return `key ${maskedKey(apiKey)} from ${apiKeySource ?? "the configuration"}`;
}

/** Which provider answers, and its key. */
export function checkProvider(subject: DoctorSubject): readonly DoctorCheck[] {
	const selected = select(subject);
	switch (selected.kind) {
		case "ok":
			return [ok("provider", `${selected.id}, model ${selected.model}, ${keyText(selected)} (${selected.because})`)];
		case "no_credentials": {
			const [detail, ...hints] = selected.lines;
			return [failed("provider", detail, hints.join(" "))];
		}
		case "error":
			return [failed("provider", selected.message, "see `code config explain model_provider`")];
	}
}

// 5 s: a server that takes longer for a first byte is as good as unreachable for a person who waits.
const reachTimeoutMs = 5_000;

/** Whether the provider's address answers at all; any HTTP answer counts. Sends no key. Nothing without `--online`. */
export async function checkReachable(subject: DoctorSubject): Promise<readonly DoctorCheck[]> {
	const selected = select(subject);
	if (!subject.online || selected.kind !== "ok") return [];
	const { origin } = new URL(selected.baseUrl);
	try {
		const response = await fetch(selected.baseUrl, { method: "GET", signal: AbortSignal.timeout(reachTimeoutMs) });
		await response.body?.cancel();
		return [ok("reachable", `${origin} answers`)];
	} catch (thrown) {
		const error = toError(thrown);
		const reason = error.cause instanceof Error ? error.cause.message : error.message;
		return [failed("reachable", `${origin} does not answer: ${reason}`, "check the network, proxy and base URL")];
	}
}
