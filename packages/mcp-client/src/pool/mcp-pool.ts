// The pool: one for a runtime, shared by all its sessions. Two sessions with the same settings of a server have the same
// process. It makes nothing and starts nothing before a session brings servers.

import type { Clock } from "@codex/protocol";
import type { McpServerSpec } from "../server/server-spec.ts";
import { specIdentity } from "../server/server-spec.ts";
import type { KnownToolsStore } from "../tools/known-tools.ts";
import type { TrustStore } from "../trust/trust-store.ts";
import { createRunningLimit } from "./running-limit.ts";
import { ServerSlot, type ServerState, type SlotSurroundings } from "./server-slot.ts";
import { createSessionView, type McpView, type ViewRequest } from "./session-view.ts";

// Servers that run at a time, over all sessions.
const maxRunningServers = 20;

/** What a pool stands on. */
export interface McpPoolOptions extends Pick<SlotSurroundings, "version" | "clock" | "redact" | "log" | "authFor"> {
	readonly clock: Clock;
	readonly trust: TrustStore;
	readonly known: KnownToolsStore;
	/** Servers that run at a time, over all sessions; default 20. */
	readonly maxRunning?: number;
}

/** A server and how it is doing. */
export interface ServerStatus {
	readonly server: string;
	readonly state: ServerState;
	/** Tools that are offered. */
	readonly tools: number;
}

/** The pool. */
export interface McpPool {
	/** A session's view of its servers. Starts in the background what is not known from before. Never rejects. */
	open(request: ViewRequest): Promise<McpView>;
	/** The slot of a server, for commands that work on one. */
	slot(spec: McpServerSpec): ServerSlot;
	status(): readonly ServerStatus[];
	/** Ends all servers; none is left when it resolves, at most 2 s later. May be called again. */
	close(): Promise<void>;
}

/** Makes a pool. */
export function createMcpPool(options: McpPoolOptions): McpPool {
	const slots = new Map<string, ServerSlot>();
	const controller = new AbortController();
	const around: SlotSurroundings = {
		...options,
		signal: controller.signal,
		limit: createRunningLimit(options.maxRunning ?? maxRunningServers),
	};
	const slot = (spec: McpServerSpec): ServerSlot => {
		const identity = specIdentity(spec);
		const found = slots.get(identity) ?? new ServerSlot(spec, around);
		slots.set(identity, found);
		return found;
	};
	let closing: Promise<void> | undefined;
	const close = async (): Promise<void> => {
		controller.abort();
		await Promise.all([...slots.values()].map((each) => each.close()));
	};
	return {
		open: (request) => createSessionView(request.servers.map(slot), request),
		slot,
		status: () =>
			[...slots.values()].map(({ spec, state, tools }) => ({ server: spec.name, state, tools: tools.length })),
		close: () => {
			closing ??= close();
			return closing;
		},
	};
}
