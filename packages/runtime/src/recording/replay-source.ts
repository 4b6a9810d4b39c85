// Answers from a recording, checked request by request; the tools are real.

import { createReplayProvider, type Recording } from "@codex/providers";
import type { RuntimeContext } from "../runtime-context.ts";
import { type AnswerSource, recordedRetries } from "../session/answer-source.ts";
import { comparable } from "./comparable.ts";

/** Makes the source. `model` is the user's choice; the recording's when undefined. */
export function createReplaySource(
	context: RuntimeContext,
	options: { readonly recording: Recording; readonly file: string; readonly cwd: string; readonly model?: string },
): AnswerSource {
	const { recording, file } = options;
	const { header } = recording;
	const provider = createReplayProvider(recording, comparable(context, options.cwd));
	return {
		stream: provider,
		model: options.model ?? header.model,
		because: `the answers are recorded in ${file}; no model is asked`,
		...recordedRetries,
		...(header.effort === undefined ? {} : { effort: header.effort }),
		...(header.summary === undefined ? {} : { summary: header.summary }),
		answersFrom: file,
		warm: () => provider.warm(),
		begin: () => undefined,
		finish: async (outcome) => {
			const left = provider.unfinished();
			await provider.close();
			// A run that failed or was stopped has said so already.
			return left === undefined || outcome !== "completed" ? [] : [left];
		},
	};
}
