// The agent over two streams: the protocol's methods on one side, the port on the other. Nothing that comes in ends it; it
// ends when the editor goes away or is told to, and then all its sessions are over within two seconds.

import path from "node:path";
import type { Readable, Writable } from "node:stream";
import {
	type AgentConnection,
	agent,
	type ClientCapabilities,
	type InitializeRequest,
	type InitializeResponse,
	type LoadSessionRequest,
	type McpServer,
	methods,
	type NewSessionRequest,
	PROTOCOL_VERSION,
	RequestError,
	type ResumeSessionRequest,
} from "@agentclientprotocol/sdk";
import type { Clock } from "@codex/protocol";
import { createEditorFiles, type EditorFilesOptions } from "./editor-files.ts";
import { EditorSession, requestError } from "./editor-session.ts";
import { listPage } from "./list-page.ts";
import { createMessageStream, type MessageStream } from "./message-stream.ts";
import type { AcpPort, AgentSessionRequest, ClientServer, EditorFiles } from "./port.ts";
import { readPrompt } from "./prompt-input.ts";

/** What the agent stands on. */
export interface ServeAcpOptions {
	readonly port: AcpPort;
	readonly clock: Clock;
	readonly input: Readable;
	readonly output: Writable;
	/** Of the program. */
	readonly version: string;
	/** Ends it, as the end of the input does. */
	readonly signal: AbortSignal;
	/** Told of what cannot be told to the editor; one sentence each. */
	readonly log: (sentence: string) => void;
	/** Bytes of one line; default 64 MiB. */
	readonly maxLineBytes?: number;
}

// The id of the one way to authenticate.
const environmentAuth = "environment";

// Under the two seconds after which an editor may count us as hung; what is not closed by then is killed with the process.
const closingMs = 1200;

function toServer(server: McpServer): ClientServer {
	const { name } = server;
	const pairs = (list: readonly { readonly name: string; readonly value: string }[]): Record<string, string> =>
		Object.fromEntries(list.map((pair) => [pair.name, pair.value]));
	if ("url" in server) return { kind: "http", name, url: server.url, headers: pairs(server.headers) };
	return { kind: "stdio", name, command: server.command, args: server.args, env: pairs(server.env) };
}

function assertAbsolute(...folders: readonly string[]): void {
	for (const folder of folders) {
		if (!path.isAbsolute(folder))
			throw RequestError.invalidParams(undefined, `${JSON.stringify(folder)} is not an absolute path`);
	}
}

/** One connection of an editor. */
class AcpAgent {
	readonly #options: ServeAcpOptions;
	readonly #sessions = new Map<string, EditorSession>();
	/** Sessions that are being loaded. */
	readonly #opening = new Set<string>();
	readonly #messages: MessageStream;
	#capabilities: ClientCapabilities = {};
	#connection: AgentConnection | undefined;
	#isOver = false;

	constructor(options: ServeAcpOptions) {
		const { input, output, clock, maxLineBytes } = options;
		this.#options = options;
		this.#messages = createMessageStream({
			input,
			output,
			clock,
			...(maxLineBytes === undefined ? {} : { maxLineBytes }),
		});
	}

	async run(): Promise<void> {
		const connection = this.#app().connect(this.#messages.stream);
		this.#connection = connection;
		const stop = (): void => connection.close();
		const { signal, clock } = this.#options;
		if (signal.aborted) stop();
		else signal.addEventListener("abort", stop, { once: true });
		await connection.closed;
		signal.removeEventListener("abort", stop);
		this.#isOver = true;
		const closed = Promise.all([...this.#sessions.values()].map((session) => session.close()));
		await Promise.race([closed, clock.sleep(closingMs)]);
		await Promise.race([this.#messages.flush(), clock.sleep(closingMs / 10)]);
	}

	#app(): ReturnType<typeof agent> {
		const { agent: names } = methods;
		return agent({ name: "code" })
			.onRequest(names.initialize, ({ params }) => this.#initialize(params))
			.onRequest(names.authenticate, ({ params }) => this.#authenticate(params.methodId))
			.onRequest(names.session.new, ({ params }) => this.#new(params))
			.onRequest(names.session.load, ({ params }) => this.#load(params))
			.onRequest(names.session.resume, ({ params }) => this.#resume(params))
			.onRequest(names.session.list, ({ params }) => this.#list(params.cwd ?? undefined, params.cursor ?? undefined))
			.onRequest(names.session.delete, ({ params }) => this.#delete(params.sessionId))
			.onRequest(names.session.close, ({ params }) => this.#close(params.sessionId))
			.onRequest(names.session.setMode, async ({ params }) => {
				await this.#session(params.sessionId).choose("mode", params.modeId);
				return {};
			})
			.onRequest(names.session.setConfigOption, async ({ params }) => {
				const session = this.#session(params.sessionId);
				await session.choose(params.configId, params.value);
				return { configOptions: session.settings.configOptions };
			})
			.onRequest(names.session.prompt, async ({ params, signal }) => {
				const session = this.#session(params.sessionId);
				const input = readPrompt(params.prompt);
				if (input.kind === "error") throw RequestError.invalidParams(undefined, input.message);
				return await session.prompt(input, signal);
			})
			.onNotification(names.session.cancel, ({ params }) => this.#sessions.get(params.sessionId)?.cancel());
	}

	#initialize({ clientCapabilities }: InitializeRequest): InitializeResponse {
		this.#capabilities = clientCapabilities ?? {};
		return {
			// The only one that we speak; an editor that does not closes the connection.
			protocolVersion: PROTOCOL_VERSION,
			agentInfo: { name: "code", title: "Code", version: this.#options.version },
			agentCapabilities: {
				loadSession: true,
				promptCapabilities: { image: true, audio: false, embeddedContext: true },
				mcpCapabilities: { http: true, sse: true },
				sessionCapabilities: { list: {}, resume: {}, close: {}, delete: {}, additionalDirectories: {} },
			},
			authMethods: [
				{
					id: environmentAuth,
					name: "API key in the environment",
					description:
						"Set OPENAI_API_KEY, ANTHROPIC_API_KEY or GEMINI_API_KEY in the environment that the editor gives to `code acp`, and start it again",
				},
			],
		};
	}

	async #authenticate(methodId: string): Promise<Record<string, never>> {
		if (methodId !== environmentAuth) {
			throw RequestError.invalidParams(undefined, `there is no way to authenticate called ${JSON.stringify(methodId)}`);
		}
		const missing = await this.#options.port.missingCredentials();
		if (missing !== undefined) throw requestError(missing);
		return {};
	}

	async #new(params: NewSessionRequest): Promise<{ readonly sessionId: string } & EditorSession["settings"]> {
		const session = await this.#start(params, { kind: "new" });
		this.#openLater(session);
		return { sessionId: session.id, ...session.settings };
	}

	async #load(params: LoadSessionRequest): Promise<EditorSession["settings"]> {
		const { sessionId } = params;
		const session = await this.#takeUp(sessionId, async () => {
			const read = await this.#options.port.readEvents(sessionId);
			if (read.kind === "error") throw requestError(read, sessionId);
			const loaded = await this.#start(params, { kind: "resume", id: sessionId });
			// Before the answer: so the protocol has it.
			loaded.replay(read.events);
			return loaded;
		});
		this.#openLater(session);
		return session.settings;
	}

	async #resume(params: ResumeSessionRequest): Promise<EditorSession["settings"]> {
		const { sessionId, mcpServers = [] } = params;
		const session = await this.#takeUp(sessionId, () =>
			this.#start({ ...params, mcpServers }, { kind: "resume", id: sessionId }),
		);
		this.#openLater(session);
		return session.settings;
	}

	/** Opens a saved session; one that is open on this connection is closed first. */
	async #takeUp(id: string, open: () => Promise<EditorSession>): Promise<EditorSession> {
		if (this.#opening.has(id)) throw RequestError.invalidRequest(undefined, "the session is being loaded");
		this.#opening.add(id);
		try {
			await this.#sessions.get(id)?.close();
			this.#sessions.delete(id);
			return await open();
		} finally {
			this.#opening.delete(id);
		}
	}

	async #start(
		params: Pick<NewSessionRequest, "cwd" | "additionalDirectories" | "mcpServers">,
		from: AgentSessionRequest["from"],
	): Promise<EditorSession> {
		const { port, log } = this.#options;
		const { cwd, additionalDirectories = [] } = params;
		assertAbsolute(cwd, ...additionalDirectories);
		let id = from.kind === "new" ? "" : from.id;
		let real = cwd;
		const files = this.#files(() => ({ id, named: cwd, real }));
		const request: AgentSessionRequest = {
			cwd,
			additionalDirectories,
			mcpServers: params.mcpServers.map(toServer),
			chosen: {},
			from,
			...(files === undefined ? {} : { files }),
		};
		const result = await port.startSession(request);
		if (result.kind === "error") throw requestError(result, id === "" ? undefined : id);
		id = result.session.id;
		real = result.session.cwd;
		const { session: capabilities } = this.#capabilities;
		const session = new EditorSession({
			port,
			client: this.#client(),
			request,
			session: result.session,
			extras: {
				notices: typeof capabilities?.notices === "object" && capabilities.notices !== null,
				compactions: typeof capabilities?.compaction === "object" && capabilities.compaction !== null,
			},
			ready: () => this.#messages.ready(),
			log,
		});
		if (this.#isOver) {
			await session.close();
			throw RequestError.internalError(undefined, "the connection is closed");
		}
		this.#sessions.set(id, session);
		return session;
	}

	#files(session: EditorFilesOptions["session"]): EditorFiles | undefined {
		const { fs } = this.#capabilities;
		if (fs?.readTextFile !== true) return undefined;
		const { clock } = this.#options;
		return createEditorFiles({ client: this.#client(), session, clock, canWrite: fs.writeTextFile === true });
	}

	#client(): AgentConnection["client"] {
		if (this.#connection === undefined) throw new Error("not connected");
		return this.#connection.client;
	}

	/** Updates about a session come after the answer that names it. */
	#openLater(session: EditorSession): void {
		this.#options.clock.timer(0, () => session.open());
	}

	#session(id: string): EditorSession {
		const session = this.#sessions.get(id);
		if (session === undefined) throw RequestError.sessionNotFound(id);
		return session;
	}

	async #list(cwd: string | undefined, cursor: string | undefined): Promise<ReturnType<typeof listPage>> {
		if (cwd !== undefined) assertAbsolute(cwd);
		const listed = await this.#options.port.listSessions(cwd);
		if (listed.kind === "error") throw requestError(listed);
		return listPage(listed.sessions, cursor);
	}

	async #close(id: string): Promise<Record<string, never>> {
		const session = this.#session(id);
		this.#sessions.delete(id);
		await session.close();
		return {};
	}

	async #delete(id: string): Promise<Record<string, never>> {
		const open = this.#sessions.get(id);
		this.#sessions.delete(id);
		await open?.close();
		const deleted = await this.#options.port.deleteSession(id);
		// Gone is gone, whether it ever was.
		if (deleted.kind === "error" && deleted.reason !== "unknown") throw requestError(deleted, id);
		return {};
	}
}

/**
 * Serves an editor until its input ends, its output fails or `signal` aborts; then every session is closed.
 *
 * Contract: never rejects; resolves at most two seconds after the end. Writes nothing but protocol to `output`.
 */
export async function serveAcp(options: ServeAcpOptions): Promise<void> {
	await new AcpAgent(options).run();
}
