// A model without a network: answers each request from a script and keeps the requests. It fits core's port ModelStream
// by its shape alone, so that this package needs no other than protocol.

import type { ModelEvent, ModelInfo, ModelRequest } from "@codex/protocol";

/** A step of a scripted response. */
export type ScriptStep =
	/** One batch; an empty one is left out. */
	| readonly ModelEvent[]
	/** Waits until the promise settles, or the request is aborted. */
	| { readonly waitFor: Promise<unknown> }
	/** Says nothing more until the request is aborted. */
	| { readonly hang: true };

/** The answer to one request: its steps, or a function that makes them from the request. */
export type ScriptedResponse =
	| readonly ScriptStep[]
	| ((request: ModelRequest, number: number) => readonly ScriptStep[]);

/** A model that answers from a script. */
export interface ScriptedModelStream {
	readonly provider: string;
	modelInfo(model: string): ModelInfo;
	stream(request: ModelRequest, signal: AbortSignal): AsyncIterable<readonly ModelEvent[]>;
	/** The requests so far, each as it was when it came. */
	readonly requests: readonly ModelRequest[];
	/** How many requests were answered to the end of their script. */
	readonly answered: number;
	/** Resolves when `count` requests have come; rejects after `limitMs` real milliseconds, default 5000. */
	untilRequests(count: number, limitMs?: number): Promise<void>;
}

/** What a scripted model is, besides its script. */
export interface ScriptedModelOptions {
	/** Default `scripted`. */
	readonly provider?: string;
	/** Replaces fields of the default: a known model with a window of 100,000 tokens that can do everything. */
	readonly info?: Partial<ModelInfo>;
}

const defaultInfo: Omit<ModelInfo, "id"> = {
	contextWindow: 100_000,
	maxOutputTokens: 10_000,
	supportsImages: true,
	supportsReasoning: true,
	supportsVerbosity: true,
	supportsParallelToolCalls: true,
	known: true,
};

const ended = (event: ModelEvent | undefined): boolean => event?.type === "done" || event?.type === "error";

const failure = (kind: "aborted" | "invalid_request", message: string): ModelEvent => ({
	type: "error",
	error: { kind, message, retryable: false },
});

/** Resolves when the promise settles or the signal aborts. */
function settledOrAborted(promise: Promise<unknown>, signal: AbortSignal): Promise<void> {
	return new Promise((resolve) => {
		if (signal.aborted) return resolve();
		signal.addEventListener("abort", () => resolve(), { once: true });
		promise.then(
			() => resolve(),
			() => resolve(),
		);
	});
}

/**
 * Makes a model that answers the first request with the first response, and so on.
 *
 * An aborted request ends with an `error` of kind `aborted`; a request for which the script has no response ends with
 * one of kind `invalid_request` that says so. A script is played as it is: one that breaks the grammar breaks it.
 */
export function createScriptedModelStream(
	responses: readonly ScriptedResponse[],
	options: ScriptedModelOptions = {},
): ScriptedModelStream {
	const requests: ModelRequest[] = [];
	let answered = 0;

	async function* play(steps: readonly ScriptStep[], signal: AbortSignal): AsyncGenerator<readonly ModelEvent[]> {
		let started = false;
		let last: ModelEvent | undefined;
		for (const step of steps) {
			if (signal.aborted) break;
			if ("hang" in step) await settledOrAborted(new Promise(() => undefined), signal);
			else if ("waitFor" in step) await settledOrAborted(step.waitFor, signal);
			else if (step.length > 0) {
				started = true;
				last = step.at(-1);
				yield step;
			}
		}
		if (ended(last) || !signal.aborted) {
			answered += 1;
			return;
		}
		const error = failure("aborted", "the request was aborted");
		yield started ? [error] : [{ type: "start" }, error];
	}

	return {
		provider: options.provider ?? "scripted",
		modelInfo: (model) => ({ ...defaultInfo, id: model, ...options.info }),
		stream: (request, signal) => {
			const number = requests.push(structuredClone(request));
			const response = responses[number - 1];
			if (response === undefined) {
				const message = `the script has ${responses.length} responses, and this is request ${number}`;
				return play([[{ type: "start" }, failure("invalid_request", message)]], signal);
			}
			return play(typeof response === "function" ? response(request, number) : response, signal);
		},
		requests,
		get answered() {
			return answered;
		},
		untilRequests: async (count, limitMs = 5000) => {
			const deadline = performance.now() + limitMs;
			while (requests.length < count) {
				if (performance.now() > deadline) {
					throw new Error(`${requests.length} requests after ${limitMs} ms, ${count} were expected`);
				}
				await new Promise((resolve) => setImmediate(resolve));
			}
		},
	};
}
