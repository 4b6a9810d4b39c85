// Conversation items: the history of a session. They have the shape of the OpenAI Responses API's items, which is also
// what a rollout stores, so the commonest path converts nothing. Snake case because it is a wire.

/** Text or an image inside a message. */
export type ContentPart =
	| { readonly type: "input_text"; readonly text: string }
	| { readonly type: "output_text"; readonly text: string }
	/** A `data:` URL or an https URL. */
	| { readonly type: "input_image"; readonly image_url: string; readonly detail?: "auto" | "low" | "high" };

/** A message. `developer` and `user` are input; `assistant` came from the model. */
export interface MessageItem {
	readonly type: "message";
	readonly role: "developer" | "user" | "assistant";
	readonly content: readonly ContentPart[];
	/** The server's id, kept for replays only; never sent back when storage is off. */
	readonly id?: string;
	/** Set by newer models: `commentary` between tool calls, `final_answer` at the end. */
	readonly phase?: string;
}

/** What the model thought. `encrypted_content` is opaque and goes back to the vendor that made it unchanged. */
export interface ReasoningItem {
	readonly type: "reasoning";
	readonly id?: string;
	readonly summary: readonly { readonly type: "summary_text"; readonly text: string }[];
	/** Raw reasoning text, where a vendor shows it. */
	readonly content?: readonly { readonly type: "reasoning_text"; readonly text: string }[];
	readonly encrypted_content?: string;
	/** Who made it: the provider id. Reasoning of another provider is not sent. */
	readonly provider?: string;
}

/** A tool call with JSON arguments. `arguments` is the model's own text, which may not be valid JSON. */
export interface FunctionCallItem {
	readonly type: "function_call";
	readonly id?: string;
	readonly call_id: string;
	readonly name: string;
	readonly arguments: string;
	/** Opaque vendor data that must go back with the call (Gemini's thought signatures). */
	readonly signature?: string;
}

/** A tool call with free text input. */
export interface CustomToolCallItem {
	readonly type: "custom_tool_call";
	readonly id?: string;
	readonly call_id: string;
	readonly name: string;
	readonly input: string;
}

/** A tool's answer: text, or parts when it holds images. */
export type ToolOutput = string | readonly ContentPart[];

/** The answer to a {@link FunctionCallItem}. */
export interface FunctionCallOutputItem {
	readonly type: "function_call_output";
	readonly call_id: string;
	readonly output: ToolOutput;
}

/** The answer to a {@link CustomToolCallItem}. */
export interface CustomToolCallOutputItem {
	readonly type: "custom_tool_call_output";
	readonly call_id: string;
	readonly output: ToolOutput;
}

/** One entry of the history. */
export type ConversationItem =
	| MessageItem
	| ReasoningItem
	| FunctionCallItem
	| CustomToolCallItem
	| FunctionCallOutputItem
	| CustomToolCallOutputItem;

/** The items in which a model asks for a tool. */
export type ToolCallItem = FunctionCallItem | CustomToolCallItem;

/** The items that answer a tool call. */
export type ToolOutputItem = FunctionCallOutputItem | CustomToolCallOutputItem;

/** What a user hands in. */
export type UserInput =
	| { readonly type: "text"; readonly text: string }
	/** A `data:` or https URL. */
	| { readonly type: "image"; readonly image_url: string }
	/** A file, absolute or relative to the session's cwd; read by the session. */
	| { readonly type: "local_image"; readonly path: string };
