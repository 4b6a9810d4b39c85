// Answers from a model, recorded on the way. The header needs the prompt, so recording starts with the first input.

import { createRecordingProvider, type Provider, type RecordingProvider, type RecordingRun } from "@codex/providers";
import type { RuntimeContext } from "../runtime-context.ts";
import type { AnswerSource } from "../session/answer-source.ts";
import { comparable } from "./comparable.ts";
import { openRecordingFile } from "./recording-file.ts";

/** What a recording is made with. */
export interface RecordSourceOptions {
	/** Absolute. */
	readonly file: string;
	/** A real path. */
	readonly cwd: string;
	readonly provider: Provider;
	/** The answers that are recorded. */
	readonly source: AnswerSource;
	readonly run: Omit<RecordingRun, "prompt" | "outputSchema">;
}

/**
 * Wraps a source so that it is recorded.
 *
 * @throws RuntimeError `recording_unusable` when the file cannot be opened.
 */
export function createRecordSource(context: RuntimeContext, options: RecordSourceOptions): AnswerSource {
	const { source, provider } = options;
	const file = openRecordingFile(options.file);
	let recorder: RecordingProvider | undefined;
	return {
		...source,
		stream: {
			...source.stream,
			stream: (request, signal) => (recorder ?? source.stream).stream(request, signal),
		},
		begin: ({ items, outputSchema }) => {
			recorder = createRecordingProvider(provider, {
				...comparable(context, options.cwd),
				run: { ...options.run, prompt: items, ...(outputSchema === undefined ? {} : { outputSchema }) },
				write: (line) => file.write(line),
			});
		},
		onToolCall: (record) => recorder?.recordToolCall(record),
		finish: async (outcome) => {
			recorder?.finish(outcome);
			const problem = await file.close();
			const problems = await source.finish(outcome);
			return problem === undefined ? problems : [...problems, problem];
		},
	};
}
