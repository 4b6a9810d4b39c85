// Spec-Kit's long-term memory: the MCP server `local-memory`, ours or one that the user configured. It may fail; whoever
// asks goes on without it.

import { pathToFileURL } from "node:url";
import type { LoadedConfig } from "@codex/config";
import type { McpView } from "@codex/mcp-client";
import type { JsonObject } from "@codex/protocol";
import type { MemoryHit, SpecKitMemory } from "@codex/spec-kit";
import { knownServers, memoryServer } from "../mcp/built-in-servers.ts";
import { toServerSpecs } from "../mcp/server-specs.ts";
import type { RuntimeContext } from "../runtime-context.ts";
import { RuntimeError } from "../runtime-error.ts";

/** The memory, until it is closed. */
export interface HostMemory extends SpecKitMemory {
	close(): void;
}

async function openView(context: RuntimeContext, loaded: LoadedConfig, root: string): Promise<McpView> {
	const all = knownServers(loaded, context.program);
	const server = all[memoryServer];
	const own = loaded.config.mcp_servers[memoryServer];
	const isOff = own?.enabled === false && (own.command !== undefined || own.url !== undefined);
	if (server === undefined || isOff) throw new RuntimeError("memory_unusable", "there is no server `local-memory`");
	const [{ serverEnvironment }, pool] = await Promise.all([import("@codex/mcp-client"), context.mcp.pool()]);
	const { specs } = toServerSpecs({
		loaded,
		servers: { [memoryServer]: { ...server, enabled: true } },
		environment: context.environment,
		cwd: root,
		serverEnvironment,
		addSecret: context.redactor.add,
	});
	return pool.open({
		servers: specs,
		root: pathToFileURL(root).href,
		onNotice: (sentence) => context.log.write("warn", "speckit", sentence),
	});
}

function hitOf(value: unknown): MemoryHit | undefined {
	if (typeof value !== "object" || value === null) return undefined;
	const memory = "memory" in value ? value.memory : value;
	if (typeof memory !== "object" || memory === null || !("content" in memory)) return undefined;
	const { content } = memory;
	if (typeof content !== "string") return undefined;
	return "id" in memory && typeof memory.id === "string" ? { id: memory.id, content } : { content };
}

/** The hits in an answer: a bare list, or a list under `results`. */
function hitsOf(value: unknown): readonly MemoryHit[] {
	const list = typeof value === "object" && value !== null && "results" in value ? value.results : value;
	return Array.isArray(list) ? list.flatMap((each: unknown) => hitOf(each) ?? []) : [];
}

/** The first part that is JSON: servers also say the same in words, or in structured content after the text. */
function firstJson(texts: readonly string[]): unknown {
	for (const text of texts) {
		try {
			return JSON.parse(text);
		} catch {
			// Words; the next part may be the data.
		}
	}
	return undefined;
}

/** Opens the memory at its first use. */
export function createHostMemory(context: RuntimeContext, loaded: LoadedConfig, root: string): HostMemory {
	let view: Promise<McpView> | undefined;
	const call = async (tool: string, args: JsonObject, signal: AbortSignal): Promise<unknown> => {
		view ??= openView(context, loaded, root);
		const opened = await view;
		// The server starts in the background, and its tools are known when it has.
		await opened.settled(signal);
		const { isError, parts } = await opened.call({ name: `${memoryServer}__${tool}`, args }, signal);
		const texts = parts.flatMap((part) => (part.kind === "text" ? [part.text] : []));
		if (isError) throw new RuntimeError("memory_unusable", `the memory says: ${texts.join(" ").slice(0, 200)}`);
		return firstJson(texts);
	};
	return {
		search: async ({ text, tags, limit }, signal) =>
			hitsOf(await call("search", { query: text, tags, limit, search_type: "hybrid" }, signal)),
		store: async ({ content, domain, tags, importance }, signal) => {
			await call("store_memory", { content, domain, tags, importance }, signal);
		},
		close: () => {
			void view?.then(
				(opened) => opened.close(),
				() => undefined,
			);
		},
	};
}
