// What one session sees of the pool: its own servers, their tools under qualified names in a fixed order, and the sentences
// for its user. The array of tools is the same while nothing changes, so that prompts stay byte-stable.

import type { JsonObject } from "@codex/protocol";
import type { CallProgress } from "../connection/connection.ts";
import type { WirePrompt, WireResource } from "../connection/wire.ts";
import { McpClientError } from "../mcp-client-error.ts";
import type { McpCallResult, ResultPart } from "../results/content.ts";
import type { Elicit } from "../server/elicitation.ts";
import type { ApprovalMode, McpServerSpec } from "../server/server-spec.ts";
import { hashedName, qualifiedName } from "../tools/qualified-name.ts";
import type { ServerTool } from "../tools/server-tool.ts";
import type { ServerSlot } from "./server-slot.ts";

/** A tool as a session sees it. */
export interface McpTool extends ServerTool {
	/** Unique in the view, 1 to 64 characters of `[A-Za-z0-9_-]`. */
	readonly name: string;
	readonly server: string;
	readonly approval: ApprovalMode;
	/** Who configured the server: `user` or a project's folder. */
	readonly origin: string;
	/** Whether it may run beside other calls. */
	readonly parallel: boolean;
}

/** A resource of a server. */
export interface McpResource extends WireResource {
	readonly server: string;
	/** `uri` is a template. */
	readonly isTemplate: boolean;
}

/** A prompt of a server. */
export interface McpPrompt extends WirePrompt {
	readonly server: string;
}

/** What a session brings. */
export interface ViewRequest {
	readonly servers: readonly McpServerSpec[];
	/** `file:` URL of the session's folder. */
	readonly root: string;
	/** Default: everything is declined. */
	readonly elicit?: Elicit;
	/** Takes one sentence for the user. Must not throw. */
	readonly onNotice: (sentence: string) => void;
}

/** A call of a tool. */
export interface McpCall {
	/** The qualified name. */
	readonly name: string;
	readonly args: JsonObject;
	readonly onProgress?: (progress: CallProgress) => void;
}

/** A session's servers. */
export interface McpView {
	/** Sorted by name. */
	tools(): readonly McpTool[];
	/** Whether a server is on its way that may bring tools. */
	readonly isStarting: boolean;
	/** Whether a server offers resources. */
	readonly hasResources: boolean;
	/** Resolves when no server starts any more, or `signal` aborts. Never rejects. */
	settled(signal: AbortSignal): Promise<void>;
	/** Names of required servers that do not run, with the reason, once they have settled. Never rejects. */
	missing(signal: AbortSignal): Promise<readonly string[]>;
	/** @throws McpClientError */
	call(call: McpCall, signal: AbortSignal): Promise<McpCallResult>;
	/** Of one server, or of all that run or can be started; a server that fails is left out. @throws McpClientError for one server. */
	listResources(server: string | undefined, signal: AbortSignal): Promise<readonly McpResource[]>;
	/** @throws McpClientError */
	readResource(server: string, uri: string, signal: AbortSignal): Promise<readonly ResultPart[]>;
	/** As {@link McpView.listResources}. */
	listPrompts(server: string | undefined, signal: AbortSignal): Promise<readonly McpPrompt[]>;
	/** @throws McpClientError */
	getPrompt(
		prompt: { readonly server: string; readonly name: string; readonly args: Readonly<Record<string, string>> },
		signal: AbortSignal,
	): Promise<readonly { readonly role: string; readonly part: ResultPart }[]>;
	/** Lets go; the servers stay for others. */
	close(): void;
}

const decline: Elicit = () => Promise.resolve({ action: "decline" });

function toMcpTool(slot: ServerSlot, tool: ServerTool, name: string): McpTool {
	const { name: server, approval, toolApproval, origin, parallel } = slot.spec;
	return Object.freeze({
		...tool,
		name,
		server,
		approval: toolApproval[tool.tool] ?? approval,
		origin,
		parallel: parallel || tool.claims.readOnly,
	});
}

/** All tools under names that are unique: of two with the same one, the second in order of server and tool is hashed. */
function mergeTools(slots: readonly ServerSlot[]): readonly McpTool[] {
	const byName = new Map<string, McpTool>();
	for (const slot of slots) {
		const sorted = slot.tools.toSorted((a, b) => (a.tool < b.tool ? -1 : 1));
		for (const tool of sorted) {
			const plain = qualifiedName(slot.spec.name, tool.tool);
			const name = byName.has(plain) ? hashedName(slot.spec.name, tool.tool) : plain;
			if (!byName.has(name)) byName.set(name, toMcpTool(slot, tool, name));
		}
	}
	return Object.freeze([...byName.values()].sort((a, b) => (a.name < b.name ? -1 : 1)));
}

class SessionView implements McpView {
	readonly #slots: readonly ServerSlot[];
	readonly #elicit: Elicit;
	readonly #leave: (() => void)[] = [];
	// The last sentence about each server: none is said twice in a row, unless it worked in between.
	readonly #told = new Map<ServerSlot, string>();
	readonly #onNotice: (sentence: string) => void;
	#tools: readonly McpTool[] | undefined;

	constructor(slots: readonly ServerSlot[], request: ViewRequest) {
		this.#slots = slots.toSorted((a, b) => (a.spec.name < b.spec.name ? -1 : 1));
		this.#elicit = request.elicit ?? decline;
		this.#onNotice = request.onNotice;
		for (const slot of this.#slots) {
			const stop = slot.listen((notice) => {
				this.#tools = undefined;
				if (notice !== undefined) this.tell(slot, notice);
			});
			this.#leave.push(stop, slot.addRoot(request.root));
		}
	}

	/** Says a sentence about a server, unless it was the last one. */
	tell(slot: ServerSlot, notice: string): void {
		if (this.#told.get(slot) === notice) return;
		this.#told.set(slot, notice);
		this.#onNotice(notice);
	}

	tools(): readonly McpTool[] {
		this.#tools ??= mergeTools(this.#slots);
		return this.#tools;
	}

	get isStarting(): boolean {
		return this.#slots.some(({ state }) => state.kind === "starting");
	}

	get hasResources(): boolean {
		return this.#slots.some(({ hasResources }) => hasResources);
	}

	async settled(signal: AbortSignal): Promise<void> {
		if (signal.aborted) return;
		const { promise: aborted, resolve } = Promise.withResolvers<void>();
		const onAbort = (): void => resolve();
		signal.addEventListener("abort", onAbort, { once: true });
		await Promise.race([Promise.all(this.#slots.map((slot) => slot.settled())), aborted]);
		signal.removeEventListener("abort", onAbort);
	}

	async missing(signal: AbortSignal): Promise<readonly string[]> {
		const required = this.#slots.filter(({ spec }) => spec.required);
		await Promise.all(required.map((slot) => slot.warm()));
		if (signal.aborted) return [];
		return required.flatMap(({ spec, state }) => {
			if (state.kind === "ready") return [];
			return ["message" in state ? state.message : `the MCP server \`${spec.name}\` does not run`];
		});
	}

	async call({ name, args, onProgress }: McpCall, signal: AbortSignal): Promise<McpCallResult> {
		const tool = this.tools().find((each) => each.name === name);
		if (tool === undefined) throw new McpClientError("unknown", `there is no tool \`${name}\``);
		const caller = {
			elicit: (request: Parameters<Elicit>[1], within: AbortSignal) => this.#elicit(tool.server, request, within),
			...(onProgress === undefined ? {} : { onProgress }),
		};
		const slot = this.#slot(tool.server);
		const result = await slot.call(tool.tool, args, caller, signal);
		this.#told.delete(slot);
		return result;
	}

	async listResources(server: string | undefined, signal: AbortSignal): Promise<readonly McpResource[]> {
		return await this.#ofEach(server, async (slot) => {
			const name = slot.spec.name;
			return await slot.use(async (connection, within) => {
				const plain = await connection.listResources(within);
				// Many servers have no templates and say so with an error.
				const templates = await connection.listTemplates(within).catch(() => []);
				return [
					...plain.map((resource): McpResource => ({ ...resource, server: name, isTemplate: false })),
					...templates.map((resource): McpResource => ({ ...resource, server: name, isTemplate: true })),
				];
			}, signal);
		});
	}

	async readResource(server: string, uri: string, signal: AbortSignal): Promise<readonly ResultPart[]> {
		return await this.#slot(server).use((connection, within) => connection.readResource(uri, within), signal);
	}

	async listPrompts(server: string | undefined, signal: AbortSignal): Promise<readonly McpPrompt[]> {
		return await this.#ofEach(server, async (slot) => {
			const prompts = await slot.use((connection, within) => connection.listPrompts(within), signal);
			return prompts.map((prompt): McpPrompt => ({ ...prompt, server: slot.spec.name }));
		});
	}

	async getPrompt(
		{
			server,
			name,
			args,
		}: { readonly server: string; readonly name: string; readonly args: Readonly<Record<string, string>> },
		signal: AbortSignal,
	): Promise<readonly { readonly role: string; readonly part: ResultPart }[]> {
		return await this.#slot(server).use((connection, within) => connection.getPrompt({ name, args }, within), signal);
	}

	close(): void {
		for (const leave of this.#leave.splice(0)) leave();
	}

	#slot(server: string): ServerSlot {
		const slot = this.#slots.find(({ spec }) => spec.name === server);
		if (slot === undefined) throw new McpClientError("unknown", `there is no MCP server \`${server}\``);
		return slot;
	}

	async #ofEach<T>(
		server: string | undefined,
		list: (slot: ServerSlot) => Promise<readonly T[]>,
	): Promise<readonly T[]> {
		if (server !== undefined) return await list(this.#slot(server));
		const lists = await Promise.all(this.#slots.map((slot) => list(slot).catch((): readonly T[] => [])));
		return lists.flat();
	}
}

/** Makes a view and starts in the background what is not known from before. Never rejects. */
export async function createSessionView(slots: readonly ServerSlot[], request: ViewRequest): Promise<McpView> {
	const known = await Promise.all(slots.map((slot) => slot.recall()));
	const view = new SessionView(slots, request);
	for (const [at, slot] of slots.entries()) {
		if (known[at] !== true || slot.spec.required) void slot.warm();
		// One that is left alone, and was so before this session came.
		if ("message" in slot.state) view.tell(slot, slot.state.message);
	}
	return view;
}
