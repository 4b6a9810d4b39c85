// The shape of a review as a model writes it. Forgives what does no harm (absent scores, numbers in quotes), and nothing
// that would make a location wrong.

import * as z from "zod";

/** One thing that is wrong with a change. The names are the outside wire's (Codex's review output). */
export interface ReviewFinding {
	/** Begins with the priority in brackets, when the model did as asked. */
	readonly title: string;
	readonly body: string;
	/** 0 to 1; `null` when it was not said. */
	readonly confidence_score: number | null;
	/** 0 is the most urgent, 3 the least; `null` when it was not said. */
	readonly priority: number | null;
	readonly code_location: {
		readonly absolute_file_path: string;
		/** Lines from 1, both included. */
		readonly line_range: { readonly start: number; readonly end: number };
	};
}

/** What a review came to. */
export interface Review {
	readonly findings: readonly ReviewFinding[];
	/** `patch is correct`, `patch is incorrect`, or `""` when it was not said. */
	readonly overall_correctness: string;
	/** The whole answer when it was not in the form. */
	readonly overall_explanation: string;
	/** 0 to 1; `null` when it was not said. */
	readonly overall_confidence_score: number | null;
}

const score = z.coerce.number().min(0).max(1).nullable().catch(null);
const line = z.coerce.number().int().min(1);

const finding: z.ZodType<ReviewFinding> = z
	.object({
		title: z.string().min(1),
		body: z.string(),
		confidence_score: score.prefault(null),
		priority: z.coerce.number().int().min(0).max(3).nullable().catch(null).prefault(null),
		code_location: z.object({
			absolute_file_path: z.string().min(1),
			line_range: z.object({ start: line, end: line }),
		}),
	})
	.transform(({ code_location: { absolute_file_path, line_range }, ...rest }) => ({
		...rest,
		code_location: {
			absolute_file_path,
			line_range: {
				start: Math.min(line_range.start, line_range.end),
				end: Math.max(line_range.start, line_range.end),
			},
		},
	}));

/** Parses {@link Review}. */
export const reviewSchema: z.ZodType<Review> = z.object({
	findings: z.array(finding),
	overall_correctness: z.string().catch(""),
	overall_explanation: z.string().catch(""),
	overall_confidence_score: score.prefault(null),
});
