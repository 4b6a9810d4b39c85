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
function hitsOf(text: string): readonly MemoryHit[] {
	const parsed: unknown = JSON.parse(text);
	const list = typeof parsed === "object" && parsed !== null && "results" in parsed ? parsed.results : parsed;
	return Array.isArray(list) ? list.flatMap((each: unknown) => hitOf(each) ?? []) : [];
}

/** Opens the memory at its first use. */
export function createHostMemory(context: RuntimeContext, loaded: LoadedConfig, root: string): HostMemory {
	let view: Promise<McpView> | undefined;
	const call = async (tool: string, args: JsonObject, signal: AbortSignal): Promise<string> => {
		view ??= openView(context, loaded, root);
		const opened = await view;
		const { isError, parts } = await opened.call({ name: `${memoryServer}__${tool}`, args }, signal);
		const text = parts.flatMap((part) => (part.kind === "text" ? [part.text] : [])).join("\n");
		if (isError) throw new RuntimeError("memory_unusable", `the memory says: ${text.slice(0, 200)}`);
		return text;
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
