// One server of the pool, running or not. It starts when somebody needs it, one start at a time for all who wait; failures
// in a row open its breaker, and then it is left alone. What it offers outlives its process.

import { type Clock, type JsonObject, toError } from "@codex/protocol";
import { type BreakerPass, type CircuitBreaker, createCircuitBreaker, withDeadline } from "@codex/resilience";
import type { OAuthClientProvider } from "@modelcontextprotocol/sdk/client/auth.js";
import type { CallProgress, ServerConnection } from "../connection/connection.ts";
import { McpClientError } from "../mcp-client-error.ts";
import type { McpCallResult } from "../results/content.ts";
import type { ElicitationAnswer, ElicitationRequest } from "../server/elicitation.ts";
import { commandHash, type McpServerSpec, specIdentity } from "../server/server-spec.ts";
import type { KnownToolsStore } from "../tools/known-tools.ts";
import { offeredTools, type ServerTool, toolHash } from "../tools/server-tool.ts";
import type { TrustStore } from "../trust/trust-store.ts";
import type { Runner, RunningLimit } from "./running-limit.ts";

/** Failures in a row after which a server is left alone (the review's number). */
export const failureThreshold = 3;
/** Milliseconds for which it is left alone, then one try (the review's number). */
export const leftAloneMs = 30_000;
/** Calls under way on one server, over all sessions. 64: four sessions with all their calls. */
export const maxCallsUnderWay = 64;
// A server that says all the time that its tools changed is asked once a second.
const refreshGapMs = 1000;
const maxLogLines = 200;

/** How a server is doing. */
export type ServerState =
	| { readonly kind: "idle" }
	| { readonly kind: "starting" }
	| { readonly kind: "ready"; readonly pid?: number; readonly serverName: string }
	/** One line. */
	| { readonly kind: "failed"; readonly message: string }
	/** Its command changed since it was trusted. */
	| { readonly kind: "needs_trust"; readonly message: string };

/** A caller in a session. */
export interface Caller {
	/** Asks a person of that session. */
	readonly elicit: (request: ElicitationRequest, signal: AbortSignal) => Promise<ElicitationAnswer>;
	readonly onProgress?: (progress: CallProgress) => void;
}

/** What slots share. */
export interface SlotSurroundings {
	readonly version: string;
	readonly clock: Clock;
	/** Aborts when the pool closes. */
	readonly signal: AbortSignal;
	readonly trust: TrustStore;
	readonly known: KnownToolsStore;
	readonly limit: RunningLimit;
	/** Masks secrets. */
	readonly redact: (text: string) => string;
	readonly log: (level: "debug" | "info" | "warn", message: string) => void;
	/** The OAuth provider of a server; `undefined` when it has no tokens. */
	readonly authFor: (spec: McpServerSpec) => Promise<OAuthClientProvider | undefined>;
}

type Operation<T> = (connection: ServerConnection, signal: AbortSignal) => Promise<T>;

/** One server. */
export class ServerSlot implements Runner {
	readonly spec: McpServerSpec;
	readonly identity: string;
	readonly #around: SlotSurroundings;
	readonly #breaker: CircuitBreaker;
	readonly #listeners = new Set<(notice: string | undefined) => void>();
	readonly #roots = new Map<string, number>();
	readonly #callers: Caller[] = [];
	readonly #counted = new WeakSet<object>();
	#connection: ServerConnection | undefined;
	#starting: Promise<ServerConnection> | undefined;
	#closing: Promise<void> = Promise.resolve();
	#tools: readonly ServerTool[] = [];
	#hasResources = false;
	#problem: Extract<ServerState, { kind: "failed" | "needs_trust" }> | undefined;
	#told: string | undefined;
	#underWay = 0;
	#lastUsedMs: number;
	#refreshing = false;
	#refreshAgain = false;
	#logLines = 0;

	constructor(spec: McpServerSpec, around: SlotSurroundings) {
		this.spec = spec;
		this.identity = specIdentity(spec);
		this.#around = around;
		this.#lastUsedMs = around.clock.monotonicMs();
		this.#breaker = createCircuitBreaker({
			failureThreshold,
			openMs: leftAloneMs,
			clock: around.clock,
			// What hangs is not asked again but started anew.
			onStateChange: ({ kind }) => {
				if (kind === "open") void this.rest();
			},
		});
	}

	get isIdle(): boolean {
		return this.#underWay === 0 && this.#starting === undefined;
	}

	get lastUsedMs(): number {
		return this.#lastUsedMs;
	}

	/** What is offered: of the running server, or what is known of it. The same array while nothing changes. */
	get tools(): readonly ServerTool[] {
		return this.#tools;
	}

	get hasResources(): boolean {
		return this.#hasResources;
	}

	get state(): ServerState {
		if (this.#starting !== undefined) return { kind: "starting" };
		if (this.#connection !== undefined) {
			const { pid, serverName } = this.#connection;
			return { kind: "ready", serverName, ...(pid === undefined ? {} : { pid }) };
		}
		return this.#problem ?? { kind: "idle" };
	}

	/** Takes over what is known from an earlier run; false when nothing is. */
	async recall(): Promise<boolean> {
		if (this.#tools.length > 0 || this.#connection !== undefined) return true;
		const known = await this.#around.known.load(this.identity, this.#around.clock.nowMs());
		if (known === undefined) return false;
		this.#tools = known.tools;
		this.#hasResources = known.hasResources;
		return true;
	}

	/** Called on every change of the tools, with a sentence when there is one for people. Must not throw. */
	listen(listener: (notice: string | undefined) => void): () => void {
		this.#listeners.add(listener);
		return () => void this.#listeners.delete(listener);
	}

	/** Adds a folder of a session; the returned function takes it away again. */
	addRoot(uri: string): () => void {
		this.#changeRoot(uri, 1);
		return () => this.#changeRoot(uri, -1);
	}

	/**
	 * Starts the server in the background unless it runs, starts, or is left alone. Never rejects; resolves when it runs or
	 * does not.
	 */
	async warm(): Promise<void> {
		if (this.#connection !== undefined || this.#breaker.state.kind !== "closed") return;
		const pass = this.#breaker.tryEnter();
		try {
			// That it starts says nothing of its calls: only they close a breaker.
			await this.#connected();
		} catch (thrown) {
			if (isFailure(thrown)) this.#fail(pass, thrown, undefined);
		}
	}

	/** Resolves when no start is under way. Never rejects. */
	async settled(): Promise<void> {
		await this.#starting?.catch(() => undefined);
	}

	/**
	 * Calls a tool.
	 *
	 * @throws McpClientError; after an abort `aborted`, within the time that a timer takes.
	 */
	async call(tool: string, args: JsonObject, caller: Caller, signal: AbortSignal): Promise<McpCallResult> {
		const { onProgress } = caller;
		this.#callers.push(caller);
		try {
			return await this.use(
				(connection, within) =>
					connection.callTool({ tool, args, ...(onProgress === undefined ? {} : { onProgress }) }, within),
				signal,
			);
		} finally {
			this.#callers.splice(this.#callers.indexOf(caller), 1);
		}
	}

	/**
	 * Does something with the running server, starting it when need be, within the time of one call.
	 *
	 * @throws McpClientError
	 */
	async use<T>(operation: Operation<T>, signal: AbortSignal): Promise<T> {
		if (this.#underWay >= maxCallsUnderWay) {
			throw new McpClientError(
				"limit",
				`${maxCallsUnderWay} calls of the MCP server \`${this.spec.name}\` are under way already`,
			);
		}
		const pass = this.#breaker.tryEnter();
		if (pass.kind === "refused") throw this.#leftAlone(pass);
		this.#underWay += 1;
		let connection: ServerConnection | undefined;
		try {
			connection = this.#connection ?? (await orAborted(this.#connected(), signal));
			const result = await this.#within(connection, operation, signal);
			pass.success();
			this.#told = undefined;
			return result;
		} catch (thrown) {
			throw this.#settle(pass, thrown, connection);
		} finally {
			this.#underWay -= 1;
			this.#lastUsedMs = this.#around.clock.monotonicMs();
		}
	}

	/** Stops the process or leaves the address; it starts again when it is used. Never rejects. */
	rest(): Promise<void> {
		const connection = this.#connection;
		this.#connection = undefined;
		this.#around.limit.leave(this);
		if (connection !== undefined) this.#closing = connection.close();
		return this.#closing;
	}

	/** Trusts the command as it is, and what the tools say when the server next starts. */
	async trust(): Promise<void> {
		await this.#around.trust.accept({ origin: this.spec.origin, server: this.spec.name }, commandHash(this.spec));
		this.#problem = undefined;
	}

	/** Ends it for good. Never rejects. */
	async close(): Promise<void> {
		await this.settled();
		await this.rest();
	}

	#changeRoot(uri: string, by: number): void {
		const before = this.#roots.get(uri) ?? 0;
		const count = before + by;
		if (count > 0) this.#roots.set(uri, count);
		else this.#roots.delete(uri);
		if ((before === 0) !== (count === 0)) void this.#connection?.rootsChanged();
	}

	#leftAlone({ cause, retryAtMs }: Extract<BreakerPass, { kind: "refused" }>): McpClientError {
		const seconds = Math.max(1, Math.ceil((retryAtMs - this.#around.clock.nowMs()) / 1000));
		return new McpClientError(
			"left_alone",
			`the MCP server \`${this.spec.name}\` is left alone for ${seconds} s more after ${failureThreshold} failures in a row, the last one: ${cause}`,
		);
	}

	async #within<T>(connection: ServerConnection, operation: Operation<T>, signal: AbortSignal): Promise<T> {
		const { toolTimeoutMs } = this.spec;
		const deadline = withDeadline(signal, toolTimeoutMs, this.#around.clock);
		try {
			return await operation(connection, deadline.signal);
		} catch (thrown) {
			if (!deadline.timedOut()) throw thrown;
			throw new McpClientError("timeout", `no answer within ${toolTimeoutMs / 1000} s`, thrown);
		} finally {
			deadline.dispose();
		}
	}

	/** Tells the breaker, and words the error for who called. */
	#settle(pass: BreakerPass, thrown: unknown, connection: ServerConnection | undefined): McpClientError {
		const error = asClientError(thrown);
		const said = this.#around.redact(error.message);
		if (isFailure(error)) {
			this.#fail(pass, error, connection);
			if (error.code === "connection_lost" && this.spec.target.kind === "http") void this.rest();
		} else if (error.code === "aborted") {
			if (this.#breaker.state.kind === "half_open") this.#fail(pass, error, connection);
		} else if (pass.kind === "entered" && error.code === "refused") pass.success();
		return new McpClientError(error.code, said, error);
	}

	/** One start or one end is one failure, however many calls it takes along. */
	#fail(pass: BreakerPass, thrown: unknown, connection: ServerConnection | undefined): void {
		const error = asClientError(thrown);
		const cause = error.code === "connection_lost" && connection !== undefined ? connection : error;
		if (pass.kind !== "entered" || this.#counted.has(cause)) return;
		this.#counted.add(cause);
		pass.failure(this.#around.redact(error.message));
	}

	#connected(): Promise<ServerConnection> {
		if (this.#connection !== undefined) return Promise.resolve(this.#connection);
		this.#starting ??= this.#start().finally(() => {
			this.#starting = undefined;
			this.#tell(undefined);
		});
		return this.#starting;
	}

	async #start(): Promise<ServerConnection> {
		const { clock, signal, limit } = this.#around;
		// The one before may still be on its way out.
		await this.#closing;
		const deadline = withDeadline(signal, this.spec.startupTimeoutMs, clock);
		try {
			await this.#checkCommand();
			await limit.enter(this);
			const connection = await this.#open(deadline.signal);
			this.#connection = connection;
			this.#problem = undefined;
			return connection;
		} catch (thrown) {
			limit.leave(this);
			throw this.#startProblem(thrown, deadline.timedOut());
		} finally {
			deadline.dispose();
		}
	}

	async #open(signal: AbortSignal): Promise<ServerConnection> {
		const { version, clock } = this.#around;
		// The SDK is loaded with the first server that starts.
		const [{ openConnection }, auth] = await Promise.all([
			import("../connection/server-connection.ts"),
			this.#around.authFor(this.spec),
		]);
		let connection: ServerConnection | undefined;
		const events = {
			onClosed: (reason: string) => this.#lost(connection, reason),
			onToolsChanged: () => this.#refresh(),
			onResourcesChanged: () => undefined,
			onLog: (level: string, line: string) => this.#logged(level, line),
			onElicitation: (request: ElicitationRequest, within: AbortSignal) => this.#elicit(request, within),
			roots: () => [...this.#roots.keys()],
		};
		connection = await openConnection(
			{ spec: this.spec, version, clock, events, ...(auth === undefined ? {} : { auth }) },
			signal,
		);
		try {
			await this.#adopt(connection, signal);
			return connection;
		} catch (error) {
			await connection.close();
			throw error;
		}
	}

	async #checkCommand(): Promise<void> {
		const { name, origin } = this.spec;
		const judged = await this.#around.trust.judgeCommand({ origin, server: name }, commandHash(this.spec));
		if (judged === "trusted") return;
		throw new McpClientError(
			"needs_trust",
			`is not started: its command changed since it was trusted; \`code mcp test ${name} --trust-changes\` trusts it again`,
		);
	}

	#startProblem(thrown: unknown, timedOut: boolean): McpClientError {
		const error = asClientError(thrown);
		const late = `did not start within ${this.spec.startupTimeoutMs / 1000} s`;
		const phrase = timedOut ? error.message.replace(/^(aborted|did not answer)/, late) : error.message;
		const message = this.#around.redact(`the MCP server \`${this.spec.name}\` ${phrase}`);
		const code = timedOut ? "start_failed" : error.code;
		this.#problem = { kind: code === "needs_trust" ? "needs_trust" : "failed", message };
		if (code !== "aborted") this.#tell(message);
		return new McpClientError(code, message, error);
	}

	#lost(connection: ServerConnection | undefined, reason: string): void {
		// During the start the start itself says it.
		if (connection === undefined || this.#connection !== connection) return;
		const tail = connection.stderrTail();
		const said = `the MCP server \`${this.spec.name}\` ${reason}${tail === "" ? "" : `; its stderr ends: ${tail}`}`;
		const message = this.#around.redact(said);
		this.#problem = { kind: "failed", message };
		void this.rest();
		this.#tell(message);
	}

	async #adopt(connection: ServerConnection, signal: AbortSignal): Promise<void> {
		const { trust, known, clock } = this.#around;
		const { name, origin } = this.spec;
		const all = offeredTools(this.spec, await connection.listTools(signal));
		const { changed } = await trust.judgeTools({ origin, server: name }, all.map(toolHash));
		const offered = all.filter(({ tool }) => !changed.includes(tool));
		this.#hasResources = connection.hasResources;
		if (JSON.stringify(offered) !== JSON.stringify(this.#tools)) this.#tools = offered;
		// Known tools stand for what was trusted; with a change in the air it is asked again at the next start.
		if (changed.length === 0) {
			const savedMs = clock.nowMs();
			await known.save(this.identity, { version: 1, savedMs, hasResources: connection.hasResources, tools: offered });
		}
		this.#tell(
			changed.length === 0
				? undefined
				: `the MCP server \`${name}\` describes ${changed.map((tool) => `\`${tool}\``).join(", ")} otherwise than when it was trusted, so that is not offered; \`code mcp test ${name} --trust-changes\` trusts it again`,
		);
	}

	/** Asks for the tools again, one time at a time and at most once a second. */
	#refresh(): void {
		if (this.#refreshing) {
			this.#refreshAgain = true;
			return;
		}
		const connection = this.#connection;
		// During the start they are asked for anyway.
		if (connection === undefined) return;
		this.#refreshing = true;
		const { clock, signal } = this.#around;
		const deadline = withDeadline(signal, this.spec.startupTimeoutMs, clock);
		void this.#adopt(connection, deadline.signal)
			.catch((error: unknown) =>
				this.#around.log("warn", `${this.spec.name}: the tools were not listed again: ${toError(error).message}`),
			)
			.finally(() => {
				deadline.dispose();
				clock.timer(refreshGapMs, () => {
					this.#refreshing = false;
					const again = this.#refreshAgain;
					this.#refreshAgain = false;
					if (again) this.#refresh();
				});
			});
	}

	async #elicit(request: ElicitationRequest, signal: AbortSignal): Promise<ElicitationAnswer> {
		// The protocol does not say for which call a server asks: the latest one is the likeliest.
		const caller = this.#callers.at(-1);
		return caller === undefined ? { action: "decline" } : await caller.elicit(request, signal);
	}

	#logged(level: string, line: string): void {
		this.#logLines += 1;
		if (this.#logLines > maxLogLines) return;
		this.#around.log("debug", this.#around.redact(`${this.spec.name} (${level}): ${line}`));
	}

	/** The log does not get the same sentence twice in a row; listeners see to that themselves. */
	#tell(notice: string | undefined): void {
		const fresh = notice === undefined || notice === this.#told ? undefined : notice;
		if (notice !== undefined) this.#told = notice;
		if (fresh !== undefined) this.#around.log("warn", fresh);
		for (const listener of this.#listeners) listener(notice);
	}
}

function asClientError(thrown: unknown): McpClientError {
	if (thrown instanceof McpClientError) return thrown;
	return new McpClientError("start_failed", toError(thrown).message, thrown);
}

/** Whether it speaks against the server. */
function isFailure(thrown: unknown): boolean {
	const { code } = asClientError(thrown);
	return code === "start_failed" || code === "connection_lost" || code === "timeout" || code === "login";
}

/** The start goes on for others when one of those who wait gives up. */
async function orAborted<T>(promise: Promise<T>, signal: AbortSignal): Promise<T> {
	let onAbort = (): void => undefined;
	const aborted = new Promise<never>((_, reject) => {
		onAbort = () => reject(new McpClientError("aborted", "aborted"));
		if (signal.aborted) onAbort();
		signal.addEventListener("abort", onAbort, { once: true });
	});
	try {
		return await Promise.race([promise, aborted]);
	} finally {
		signal.removeEventListener("abort", onAbort);
	}
}
