// One op of each type.

import { asSubmissionId, type Op, type Submission } from "@codex/protocol";
import type { Samples } from "./samples.ts";

/** One op of each type. */
export const opSamples: Samples<Op> = {
	user_input: {
		type: "user_input",
		items: [
			{ type: "text", text: "add a test for the parser" },
			{ type: "image", image_url: "data:image/png;base64,iVBORw0KGgo=" },
			{ type: "local_image", path: "shots/failure.png" },
		],
		outputSchema: { type: "object", properties: { ok: { type: "boolean" } }, required: ["ok"] },
	},
	queue_user_input: { type: "queue_user_input", items: [{ type: "text", text: "then run it" }] },
	compact: { type: "compact" },
	interrupt: { type: "interrupt" },
	exec_approval: { type: "exec_approval", callId: "call_1", decision: "approved_always", offer: 1 },
	patch_approval: { type: "patch_approval", callId: "call_2", decision: "denied", feedback: "use npm test" },
	shutdown: { type: "shutdown" },
};

/** A submission of a plain text. */
export const submissionSample: Submission = {
	id: asSubmissionId("0199a213-81c0-7800-8aa1-000000000001"),
	op: { type: "user_input", items: [{ type: "text", text: "hello" }] },
};
