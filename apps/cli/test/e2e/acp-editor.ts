// An editor for one test: the protocol's own client side over the streams of the built program. It answers questions as
// the test says, and keeps every update.

import { Writable } from "node:stream";
import {
	type ClientCapabilities,
	type ClientConnection,
	client,
	type InitializeResponse,
	ndJsonStream,
	type PromptResponse,
	type RequestPermissionRequest,
	type RequestPermissionResponse,
	type SessionUpdate,
} from "@agentclientprotocol/sdk";
import type { CodeOptions, CodeProcess } from "./run-code.ts";
import { until } from "./run-code.ts";
import type { Scene } from "./scene.ts";

/** How the editor behaves. */
export interface EditorOptions {
	readonly capabilities?: ClientCapabilities;
	readonly onPermission?: (request: RequestPermissionRequest) => Promise<RequestPermissionResponse>;
	/** Unsaved buffers by path; any other file is refused. */
	readonly buffers?: Map<string, string>;
	readonly args?: readonly string[];
	readonly env?: CodeOptions["env"];
}

/** A running editor. */
export interface Editor {
	readonly code: CodeProcess;
	readonly connection: ClientConnection;
	readonly agent: ClientConnection["agent"];
	readonly initialized: InitializeResponse;
	/** Updates of a session so far. */
	updates(sessionId: string): readonly SessionUpdate[];
	/** Texts of the chunks of one kind, joined. */
	text(sessionId: string, kind: "agent_message_chunk" | "agent_thought_chunk" | "user_message_chunk"): string;
	/** Waits for an update. */
	until<Kind extends SessionUpdate["sessionUpdate"]>(
		sessionId: string,
		kind: Kind,
		fits?: (update: Extract<SessionUpdate, { sessionUpdate: Kind }>) => boolean,
	): Promise<Extract<SessionUpdate, { sessionUpdate: Kind }>>;
	newSession(cwd: string): Promise<string>;
	/** Runs a turn with a prompt of one text. */
	prompt(sessionId: string, text: string): Promise<PromptResponse>;
	/** Closes the program's input and waits for its end. */
	leave(): Promise<void>;
}

const isKind =
	<Kind extends SessionUpdate["sessionUpdate"]>(kind: Kind) =>
	(update: SessionUpdate): update is Extract<SessionUpdate, { sessionUpdate: Kind }> =>
		update.sessionUpdate === kind;

/** What the program writes; its stream gives text, because others read it too. */
function bytesOf({ child, ended }: CodeProcess): ReadableStream<Uint8Array> {
	const encoder = new TextEncoder();
	return new ReadableStream({
		start: (controller) => {
			child.stdout.on("data", (text: string) => controller.enqueue(encoder.encode(text)));
			void ended.then(() => controller.close());
		},
	});
}

/** Starts the program and shakes hands. */
export async function openEditor(scene: Scene, options: EditorOptions = {}): Promise<Editor> {
	const { capabilities = {}, buffers = new Map<string, string>() } = options;
	const code = scene.start(["acp", ...(options.args ?? [])], {
		stdin: "idle",
		...(options.env === undefined ? {} : { env: options.env }),
	});
	const told = new Map<string, SessionUpdate[]>();
	const refuse = (): Promise<RequestPermissionResponse> => Promise.reject(new Error("nobody was to be asked"));
	const connection = client({ name: "test" })
		.onNotification("session/update", ({ params }) => {
			told.set(params.sessionId, [...(told.get(params.sessionId) ?? []), params.update]);
		})
		.onRequest("session/request_permission", ({ params }) => (options.onPermission ?? refuse)(params))
		.onRequest("fs/read_text_file", ({ params }) => {
			const content = buffers.get(params.path);
			if (content === undefined) throw new Error("not open");
			return { content };
		})
		.onRequest("fs/write_text_file", ({ params }) => {
			buffers.set(params.path, params.content);
			return {};
		})
		.connect(ndJsonStream(Writable.toWeb(code.child.stdin), bytesOf(code)));
	const initialized = await connection.agent.request("initialize", {
		protocolVersion: 1,
		clientCapabilities: capabilities,
	});
	const updates = (sessionId: string): readonly SessionUpdate[] => told.get(sessionId) ?? [];
	return {
		code,
		connection,
		agent: connection.agent,
		initialized,
		updates,
		text: (sessionId, kind) =>
			updates(sessionId)
				.filter(isKind(kind))
				.map(({ content }) => (content.type === "text" ? content.text : ""))
				.join(""),
		until: (sessionId, kind, fits = () => true) =>
			until(`an update ${kind}`, () => updates(sessionId).filter(isKind(kind)).find(fits)),
		newSession: async (cwd) => (await connection.agent.request("session/new", { cwd, mcpServers: [] })).sessionId,
		prompt: (sessionId, text) =>
			connection.agent.request("session/prompt", { sessionId, prompt: [{ type: "text", text }] }),
		leave: async () => {
			code.child.stdin.end();
			await code.ended;
		},
	};
}
