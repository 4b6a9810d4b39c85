// One rollout line of each type.

import { asTurnId, type RolloutLine, type SessionMeta } from "@codex/protocol";
import { eventSamples, sampleSessionId } from "./event-samples.ts";
import { itemSamples } from "./item-samples.ts";
import type { Samples } from "./samples.ts";

const timestamp = "2026-03-04T05:06:07.089Z";

/** The meta of a session. */
export const sessionMetaSample: SessionMeta = {
	id: sampleSessionId,
	timestamp,
	cwd: "/w",
	originator: "code_exec",
	cli_version: "0.1.0",
	source: "exec",
	model_provider: "openai",
	instructions: null,
	git: {
		commit_hash: "0123456789abcdef0123456789abcdef01234567",
		branch: "main",
		repository_url: "https://example.test/r.git",
	},
};

/** One rollout line of each type. */
export const rolloutSamples: Samples<RolloutLine> = {
	session_meta: { timestamp, type: "session_meta", payload: sessionMetaSample },
	turn_context: {
		timestamp,
		type: "turn_context",
		payload: {
			cwd: "/w",
			approval_policy: "on-request",
			sandbox_policy: eventSamples.session_configured.sandboxPolicy,
			model: "gpt-5-codex",
			effort: "medium",
			summary: "auto",
		},
	},
	response_item: { timestamp, type: "response_item", payload: itemSamples.message },
	checkpoint: {
		timestamp,
		type: "checkpoint",
		payload: { turn_id: asTurnId("0199a213-81c0-7800-8aa1-00000000000a"), before: "s1", after: "s2" },
	},
	rewind: { timestamp, type: "rewind", payload: { turns: 2, what: "both", files: "s1", from: 40, redo: true } },
	compacted: {
		timestamp,
		type: "compacted",
		payload: {
			message: "# Goal\nFix the sum",
			replacement_history: [{ type: "message", role: "user", content: [{ type: "input_text", text: "fix the sum" }] }],
			reason: "limit",
			tokens_before: 250_000,
		},
	},
	repair: { timestamp, type: "repair", payload: { skipped_lines: 1, answered_calls: ["call_1"] } },
	event_msg: { timestamp, type: "event_msg", payload: eventSamples.token_count },
};
