// One conversation item of each type, and the ways a tool output and a content part can look.

import type { ContentPart, ConversationItem, UserInput } from "@codex/protocol";
import type { Samples } from "./samples.ts";

/** One content part of each type. */
export const contentPartSamples: Samples<ContentPart> = {
	input_text: { type: "input_text", text: "which file is it? — ünïcode ✓" },
	output_text: { type: "output_text", text: "It is `src/parse.ts`." },
	input_image: { type: "input_image", image_url: "data:image/png;base64,iVBORw0KGgo=", detail: "high" },
};

/** One item of each type. */
export const itemSamples: Samples<ConversationItem> = {
	message: {
		type: "message",
		role: "assistant",
		content: [contentPartSamples.output_text],
		id: "msg_1",
		phase: "final_answer",
	},
	reasoning: {
		type: "reasoning",
		id: "rs_1",
		summary: [{ type: "summary_text", text: "**Reading the parser**" }],
		content: [{ type: "reasoning_text", text: "The parser is in src." }],
		encrypted_content: "Z0FBQUFB",
		provider: "openai",
	},
	function_call: {
		type: "function_call",
		id: "fc_1",
		call_id: "call_1",
		name: "shell",
		arguments: '{"command":["ls"]}',
		signature: "c2lnbmF0dXJl",
	},
	custom_tool_call: {
		type: "custom_tool_call",
		id: "ctc_1",
		call_id: "call_2",
		name: "apply_patch",
		input: "*** Begin Patch\n*** Delete File: old.txt\n*** End Patch",
	},
	function_call_output: { type: "function_call_output", call_id: "call_1", output: "a.txt\n" },
	custom_tool_call_output: {
		type: "custom_tool_call_output",
		call_id: "call_2",
		output: [contentPartSamples.input_text, contentPartSamples.input_image],
	},
};

/** One user input of each type. */
export const userInputSamples: Samples<UserInput> = {
	text: { type: "text", text: "fix the failing test" },
	image: { type: "image", image_url: "https://example.test/shot.png" },
	local_image: { type: "local_image", path: "/w/shot.png" },
};
