// Spec-Kit's long-term memory: the MCP server `local-memory`, ours or one that the user configured. It may fail; whoever
// asks goes on without it.

import { pathToFileURL } from "node:url";
import type { LoadedConfig } from "@codex/config";
import type { McpView } from "@codex/mcp-client";
import type { JsonObject } from "@codex/protocol";
import type { MemoryHit, SpecKitFiles, SpecKitMemory } from "@codex/spec-kit";
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

type Memory = Parameters<SpecKitMemory["store"]>[0];

// So many wait at most; the oldest go first.
const mostWaiting = 200;

/** What could not be stored, one a line, until it can be. */
class Unstored {
	readonly #files: SpecKitFiles;
	readonly #path: string;

	constructor(files: SpecKitFiles, evidenceDir: string) {
		this.#files = files;
		this.#path = `${evidenceDir}/runs/unstored-memories.jsonl`;
	}

	async #lines(): Promise<readonly string[]> {
		const text = (await this.#files.read(this.#path).catch(() => undefined)) ?? "";
		return text.split("\n").filter((line) => line !== "");
	}

	async #write(lines: readonly string[]): Promise<void> {
		const kept = lines.slice(-mostWaiting);
		// Where nothing can be written, the run itself says so.
		await this.#files.write(this.#path, kept.map((line) => `${line}\n`).join("")).catch(() => undefined);
	}

	async add(memory: Memory): Promise<void> {
		await this.#write([...(await this.#lines()), JSON.stringify(memory)]);
	}

	/** Stores what waits, oldest first, up to the first that fails. */
	async flush(store: (memory: Memory) => Promise<void>): Promise<void> {
		const lines = await this.#lines();
		let done = 0;
		for (const line of lines) {
			const memory = memoryOf(line);
			try {
				if (memory !== undefined) await store(memory);
			} catch {
				break; // It is gone again: the rest waits on.
			}
			done += 1;
		}
		if (done > 0) await this.#write(lines.slice(done));
	}
}

function memoryOf(line: string): Memory | undefined {
	try {
		const value: unknown = JSON.parse(line);
		if (typeof value !== "object" || value === null || !("content" in value) || typeof value.content !== "string") {
			return undefined;
		}
		const tags =
			"tags" in value && Array.isArray(value.tags) ? value.tags.filter((tag) => typeof tag === "string") : [];
		const importance = "importance" in value && typeof value.importance === "number" ? value.importance : 8;
		return { content: value.content, domain: "spec-kit", tags, importance };
	} catch {
		return undefined; // Cut off by a crash.
	}
}

/** What a memory needs of the repository. */
export interface MemoryPlace {
	/** Absolute. */
	readonly root: string;
	readonly files: SpecKitFiles;
	readonly evidenceDir: string;
}

/** Opens the memory at its first use. What cannot be stored is stored later, when the memory is there again. */
export function createHostMemory(
	context: RuntimeContext,
	loaded: LoadedConfig,
	{ root, files, evidenceDir }: MemoryPlace,
): HostMemory {
	const unstored = new Unstored(files, evidenceDir);
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
		store: async (memory, signal) => {
			const store = async ({ content, domain, tags, importance }: Memory): Promise<void> => {
				await call("store_memory", { content, domain, tags: [...tags], importance }, signal);
			};
			try {
				await store(memory);
			} catch (error) {
				await unstored.add(memory);
				throw error;
			}
			await unstored.flush(store);
		},
		close: () => {
			void view?.then(
				(opened) => opened.close(),
				() => undefined,
			);
		},
	};
}
