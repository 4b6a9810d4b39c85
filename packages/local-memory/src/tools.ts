// What the tools do: check the arguments, call the store, shape the answer as other memory servers do. Everything that
// goes wrong is an answer with `isError`, never an exception.

import { toMemoryError } from "./memory-error.ts";
import type { MemoryStore } from "./memory-store.ts";
import {
	type Parsed,
	parseId,
	parseSearch,
	parseStore,
	parseUpdate,
	type ToolName,
	toolNames,
} from "./tools-schema.ts";

/** The answer of a tool, in the shape of MCP's CallToolResult. */
export interface ToolAnswer {
	readonly content: { readonly type: "text"; readonly text: string }[];
	readonly structuredContent?: Record<string, unknown>;
	readonly isError?: true;
	readonly [key: string]: unknown;
}

/** One sentence for the model of each tool. */
export const toolDescriptions: Readonly<Record<ToolName, string>> = {
	store_memory: "Store a memory that later sessions can find",
	search: "Find memories by words and labels, best first",
	get_memory: "Read one memory by its id",
	update_memory: "Change a memory; what is left out stays",
	delete_memory: "Delete a memory for good",
	stats: "Count what is stored",
};

const failed = (code: string, message: string): ToolAnswer => ({
	content: [{ type: "text", text: message }],
	structuredContent: { success: false, error: { code, message } },
	isError: true,
});

const answered = (data: Record<string, unknown>, text: unknown = data): ToolAnswer => ({
	content: [{ type: "text", text: JSON.stringify(text) }],
	structuredContent: data,
});

const notFound = (id: string): ToolAnswer => failed("not_found", `there is no memory with the id ${id}`);

function withArguments<T>(parsed: Parsed<T>, run: (value: T) => ToolAnswer): ToolAnswer {
	return parsed.kind === "ok" ? run(parsed.value) : failed("invalid_arguments", parsed.message);
}

type Tool = (store: MemoryStore, given: unknown) => ToolAnswer;

const tools: Readonly<Record<ToolName, Tool>> = {
	store_memory: (store, given) =>
		withArguments(parseStore(given), (value) => {
			const memory = store.add(value);
			return answered({ success: true, id: memory.id, memory });
		}),
	search: (store, given) =>
		withArguments(parseSearch(given), (value) => {
			const results = store.search(value);
			// The text is the bare array that consensus clients read.
			return answered({ results, total: results.length }, results);
		}),
	get_memory: (store, given) =>
		withArguments(parseId(given), ({ id }) => {
			const memory = store.get(id);
			return memory === undefined ? notFound(id) : answered({ memory });
		}),
	update_memory: (store, given) =>
		withArguments(parseUpdate(given), ({ id, ...change }) => {
			const memory = store.update(id, change);
			return memory === undefined ? notFound(id) : answered({ success: true, id, memory });
		}),
	delete_memory: (store, given) =>
		withArguments(parseId(given), ({ id }) => (store.remove(id) ? answered({ success: true, id }) : notFound(id))),
	stats: (store) => answered({ ...store.stats() }),
};

/** Runs a tool. An unknown name, bad arguments and a store that fails are answers with `isError`. */
export function callTool(store: MemoryStore, name: string, given: unknown): ToolAnswer {
	const known = toolNames.find((tool) => tool === name);
	if (known === undefined) return failed("unknown_tool", `there is no tool ${name.slice(0, 100)}`);
	try {
		return tools[known](store, given ?? {});
	} catch (thrown) {
		const { code, message } = toMemoryError(thrown);
		return failed(code, message);
	}
}
