// From the final message of a review to its findings. Never throws and never loses text: what is no review becomes the
// explanation of one without findings.

import { type Review, reviewSchema } from "./review-schema.ts";

function tryReview(text: string): Review | undefined {
	try {
		const parsed = reviewSchema.safeParse(JSON.parse(text));
		return parsed.success ? parsed.data : undefined;
	} catch {
		// No JSON.
		return undefined;
	}
}

/** A priority that was only written into the title, as in `[P2] …`. */
function withPriority(review: Review): Review {
	const findings = review.findings.map((finding) => {
		const named = /^\s*\[P([0-3])\]/.exec(finding.title)?.[1];
		return finding.priority === null && named !== undefined ? { ...finding, priority: Number(named) } : finding;
	});
	return { ...review, findings };
}

/** What was read, and whether it was in the form. */
export interface ReadReview {
	readonly review: Review;
	/** False: the whole message stands in `overall_explanation`. */
	readonly structured: boolean;
}

/** Reads the message: all of it as JSON, else from the first `{` to the last `}`, else as an explanation. */
export function readReview(message: string): ReadReview {
	const [first, last] = [message.indexOf("{"), message.lastIndexOf("}")];
	const review = tryReview(message) ?? (first < last ? tryReview(message.slice(first, last + 1)) : undefined);
	if (review !== undefined) return { review: withPriority(review), structured: true };
	return {
		review: {
			findings: [],
			overall_correctness: "",
			overall_explanation: message.trim(),
			overall_confidence_score: null,
		},
		structured: false,
	};
}
