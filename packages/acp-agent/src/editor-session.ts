// One session of an editor: prompts in, updates out, questions asked and answered. The session behind the port may be
// replaced under the same id when the person chooses another mode; the editor sees one session.

import {
	type AgentContext,
	type PromptResponse,
	RequestError,
	type SessionConfigOption,
	type SessionModeState,
	type SessionUpdate,
} from "@agentclientprotocol/sdk";
import { type Event, type EventMsg, toError } from "@codex/protocol";
import { type ApprovalRequest, denial, permissionRequest, questionKey, readDecision } from "./permission.ts";
import type { AcpPort, AgentSession, AgentSessionRequest, PortError } from "./port.ts";
import type { PromptInput } from "./prompt-input.ts";
import {
	chosenSettings,
	configOptions,
	initialState,
	modeState,
	type SessionState,
	withChoice,
} from "./session-settings.ts";
import { stopOf } from "./stop-reason.ts";
import { createTranslator, type ShownExtras, type Translator } from "./translate.ts";

/** What a session of an editor stands on. */
export interface EditorSessionOptions {
	readonly port: AcpPort;
	readonly client: Pick<AgentContext, "request" | "notify">;
	/** As the editor asked for it. */
	readonly request: AgentSessionRequest;
	readonly session: AgentSession;
	readonly extras: ShownExtras;
	/** See `AgentSession.subscribe`. */
	readonly ready: () => Promise<void> | undefined;
	/** Told of what cannot be told to the editor. */
	readonly log: (sentence: string) => void;
}

/** A port's error as the protocol says it. */
export function requestError({ reason, message }: PortError, sessionId?: string): RequestError {
	switch (reason) {
		case "auth":
			return RequestError.authRequired(undefined, message);
		case "unknown":
			return new RequestError(
				-32002,
				`Resource not found: ${message}`,
				sessionId === undefined ? undefined : { sessionId },
			);
		case "usage":
			return RequestError.invalidParams(undefined, message);
		case "failed":
			return RequestError.internalError(undefined, message);
	}
}

interface RunningPrompt {
	readonly settle: (end: PromptResponse | RequestError) => void;
	/** Ends the questions of this turn. */
	readonly questions: AbortController;
	isCancelled: boolean;
}

/** A session as the editor knows it. */
export class EditorSession {
	readonly id: string;
	readonly cwd: string;
	readonly #options: EditorSessionOptions;
	readonly #translator: Translator;
	readonly #rejected = new Set<string>();
	#session: AgentSession;
	#unsubscribe: () => void = () => undefined;
	#state: SessionState;
	/** What `#session` was started with. */
	#running: SessionState;
	#prompt: RunningPrompt | undefined;
	/** Whether the session file was begun: then it goes on, else it begins again. */
	#isSaved: boolean;
	#isTitled: boolean;
	#isOpen = false;
	#isClosed = false;
	// One after the other: reopening, prompting, closing.
	#last: Promise<unknown> = Promise.resolve();

	constructor(options: EditorSessionOptions) {
		const { session, request, extras } = options;
		this.#options = options;
		this.id = session.id;
		this.cwd = request.cwd;
		this.#session = session;
		this.#state = initialState(session);
		this.#running = this.#state;
		this.#isSaved = request.from.kind === "resume";
		this.#isTitled = this.#isSaved;
		this.#translator = createTranslator({ sessionId: this.id, cwd: this.cwd, extras });
	}

	/** For the answers that name them. */
	get settings(): { readonly modes: SessionModeState; readonly configOptions: SessionConfigOption[] } {
		return { modes: modeState(this.#state), configOptions: configOptions(this.#state) };
	}

	/** Tells what a saved session told. */
	replay(events: readonly EventMsg[]): void {
		for (const event of events) this.#tell(this.#translator.takeSaved(event));
		this.#tell(this.#translator.end());
	}

	/** Begins to tell, when the editor knows the id. May be called again. */
	open(): void {
		if (this.#isOpen || this.#isClosed) return;
		this.#isOpen = true;
		this.#tell([
			{
				sessionUpdate: "available_commands_update",
				availableCommands: [
					{ name: "compact", description: "Summarise the conversation so far, to free the model's context" },
				],
			},
		]);
		for (const message of this.#session.warnings) this.#tell(this.#translator.take({ type: "warning", message }));
		this.#listen();
	}

	/** Runs a turn. Rejects with a RequestError. An abort of `signal` cancels it. */
	async prompt(input: Exclude<PromptInput, { kind: "error" }>, signal: AbortSignal): Promise<PromptResponse> {
		if (this.#isClosed) throw RequestError.sessionNotFound(this.id);
		if (this.#prompt !== undefined) {
			throw RequestError.invalidRequest(undefined, "a turn is running in this session: cancel it, or wait for its end");
		}
		this.open();
		const ended = Promise.withResolvers<PromptResponse | RequestError>();
		const prompt: RunningPrompt = { settle: ended.resolve, questions: new AbortController(), isCancelled: false };
		this.#prompt = prompt;
		const onAbort = (): void => this.cancel();
		signal.addEventListener("abort", onAbort, { once: true });
		try {
			await this.#inTurn(() => this.#begin(prompt, input));
			const end = await ended.promise;
			if (end instanceof RequestError) throw end;
			return end;
		} finally {
			signal.removeEventListener("abort", onAbort);
			prompt.questions.abort();
			this.#prompt = undefined;
		}
	}

	/** Ends the running turn; nothing when none runs. */
	cancel(): void {
		const prompt = this.#prompt;
		if (prompt === undefined) return;
		prompt.isCancelled = true;
		prompt.questions.abort();
		this.#session.interrupt();
	}

	/** Takes a choice; it holds at once, or after the running turn. Rejects with a RequestError when it cannot be. */
	async choose(optionId: string, value: unknown): Promise<void> {
		const next = withChoice(this.#state, optionId, value);
		if (next === undefined) {
			throw RequestError.invalidParams(
				undefined,
				`there is no ${JSON.stringify(value)} for ${JSON.stringify(optionId)}`,
			);
		}
		this.open();
		const before = this.#state;
		this.#state = next;
		if (this.#prompt === undefined) {
			const problem = await this.#inTurn(() => this.#reopen());
			if (problem !== undefined) {
				this.#state = before;
				throw problem;
			}
		}
		this.#tell([
			{ sessionUpdate: "current_mode_update", currentModeId: next.modeId },
			{ sessionUpdate: "config_option_update", configOptions: configOptions(next) },
		]);
	}

	/** Ends the session, its turn cancelled. Never rejects. */
	async close(): Promise<void> {
		this.#isClosed = true;
		this.cancel();
		await this.#inTurn(async () => {
			await this.#closeRunning();
			this.#prompt?.settle({ stopReason: "cancelled" });
		});
	}

	#inTurn<T>(work: () => Promise<T>): Promise<T> {
		const done = this.#last.then(work);
		this.#last = done.catch(() => undefined);
		return done;
	}

	async #closeRunning(): Promise<void> {
		try {
			await this.#session.close();
		} catch (error) {
			this.#options.log(`the session ${this.id} did not close: ${toError(error).message}`);
		}
		this.#unsubscribe();
	}

	async #begin(prompt: RunningPrompt, input: Exclude<PromptInput, { kind: "error" }>): Promise<void> {
		const problem = this.#isClosed ? RequestError.sessionNotFound(this.id) : await this.#reopen();
		if (problem !== undefined) return prompt.settle(problem);
		if (prompt.isCancelled) return prompt.settle({ stopReason: "cancelled" });
		this.#isSaved = true;
		if (input.kind === "compact") {
			this.#session.submit({ type: "compact" });
			return;
		}
		if (!this.#isTitled && input.title !== "") {
			this.#isTitled = true;
			this.#tell([{ sessionUpdate: "session_info_update", title: input.title }]);
		}
		this.#session.submit({ type: "user_input", items: input.items });
	}

	/** Starts the session again when the choice is another by now. */
	async #reopen(): Promise<RequestError | undefined> {
		const { modeId, effortId } = this.#state;
		if (this.#isClosed || (modeId === this.#running.modeId && effortId === this.#running.effortId)) return undefined;
		await this.#closeRunning();
		const wanted = this.#state;
		const problem = await this.#start(wanted);
		if (problem === undefined) return undefined;
		// Back to what worked.
		this.#state = this.#running;
		const second = await this.#start(this.#running);
		if (second !== undefined) this.#isClosed = true;
		return problem;
	}

	async #start(state: SessionState): Promise<RequestError | undefined> {
		const { port, request } = this.#options;
		const result = await port.startSession({
			...request,
			chosen: chosenSettings(state),
			from: { kind: this.#isSaved ? "resume" : "again", id: this.id },
		});
		if (result.kind === "error") return requestError(result, this.id);
		this.#session = result.session;
		this.#running = state;
		this.#listen();
		return undefined;
	}

	#listen(): void {
		this.#unsubscribe = this.#session.subscribe((event) => this.#take(event), this.#options.ready);
	}

	#take({ msg }: Event): void {
		this.#tell(this.#translator.take(msg));
		if (msg.type === "exec_approval_request" || msg.type === "patch_approval_request") {
			void this.#ask(msg);
			return;
		}
		const prompt = this.#prompt;
		// Cancelled before it began: the session had nothing to interrupt then.
		if (msg.type === "turn_started" && prompt?.isCancelled === true) this.#session.interrupt();
		const end = prompt === undefined ? undefined : stopOf(msg);
		if (prompt === undefined || end === undefined) return;
		prompt.settle(end.kind === "stop" ? { stopReason: end.stopReason } : end.error);
	}

	/** Asks the person. However it ends – answered, refused, never answered, editor gone – the turn gets its answer. */
	async #ask(request: ApprovalRequest): Promise<void> {
		const session = this.#session;
		const prompt = this.#prompt;
		const key = questionKey(request);
		if (prompt === undefined || this.#rejected.has(key)) return void session.submit(denial(request));
		// Cancelled already: the turn ends by itself.
		if (prompt.questions.signal.aborted) return;
		const toolCallId = this.#translator.toolCallId(request.callId);
		const question = permissionRequest(request, { sessionId: this.id, toolCallId, cwd: this.cwd });
		try {
			const response = await this.#options.client.request("session/request_permission", question, {
				cancellationSignal: prompt.questions.signal,
				stopWaitingOnCancel: true,
			});
			const { op, rejectAlways } = readDecision(request, response);
			if (rejectAlways) this.#rejected.add(key);
			session.submit(op);
		} catch (error) {
			if (prompt.questions.signal.aborted) return;
			this.#options.log(`the editor did not answer a question: ${toError(error).message}`);
			session.submit(denial(request));
		}
	}

	#tell(updates: readonly SessionUpdate[]): void {
		for (const update of updates) {
			// Rejects only when the connection is gone, and then everything ends anyway.
			this.#options.client.notify("session/update", { sessionId: this.id, update }).catch(() => undefined);
		}
	}
}
