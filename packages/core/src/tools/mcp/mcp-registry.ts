// The registry of a session with MCP servers: the built-in tools first, those of the servers after them. The specs are
// made again only when the servers' tools changed, so that prompts stay byte-stable; running code loads with the first call.

import type { JsonValue, ToolSpec } from "@codex/protocol";
import type { McpToolInfo, McpTools } from "../../ports/mcp-tools.ts";
import type { ToolRegistry } from "../registry.ts";
import type { Tool, ToolContext, ToolResult } from "../tool.ts";
import { createResourceSpecs } from "./resource-specs.ts";

const running = () => import("./run.ts");

type Run = (args: JsonValue, context: ToolContext) => Promise<ToolResult>;

function toTool(spec: ToolSpec, parallel: boolean, run: Run): Tool {
	return Object.freeze({ spec: Object.freeze(spec), aliases: [], parallel, run });
}

function serverTool(mcp: McpTools, tool: McpToolInfo): Tool {
	const { name, description, parameters, parallel } = tool;
	return toTool({ name, description, parameters }, parallel, async (args, context) =>
		(await running()).runMcpTool({ mcp, tool }, args, context),
	);
}

function resourceTools(mcp: McpTools): readonly Tool[] {
	const runs: readonly Run[] = [
		async (args, context) => (await running()).runListResources(mcp, args, context),
		async (args, context) => (await running()).runReadResource(mcp, args, context),
	];
	return createResourceSpecs().flatMap((spec, at) => {
		const run = runs[at];
		return run === undefined ? [] : [toTool(spec, true, run)];
	});
}

/** `builtIn` with the tools of `mcp` after its own. A built-in name wins. */
export function withMcpTools(builtIn: ToolRegistry, mcp: McpTools): ToolRegistry {
	const resources = resourceTools(mcp);
	let madeOf: readonly McpToolInfo[] | undefined;
	let madeWithResources = false;
	let tools = new Map<string, Tool>();
	let specs: readonly ToolSpec[] = builtIn.specs();

	const refresh = (): void => {
		const now = mcp.tools();
		if (now === madeOf && madeWithResources === mcp.hasResources) return;
		madeOf = now;
		madeWithResources = mcp.hasResources;
		const all = [...(madeWithResources ? resources : []), ...now.map((tool) => serverTool(mcp, tool))];
		tools = new Map();
		for (const tool of all) {
			const { name } = tool.spec;
			if (builtIn.find(name) === undefined && !tools.has(name)) tools.set(name, tool);
		}
		const next = [...builtIn.specs(), ...[...tools.values()].map(({ spec }) => spec)];
		// A server that came back with the same tools changes nothing.
		if (JSON.stringify(next) !== JSON.stringify(specs)) specs = Object.freeze(next);
	};
	return {
		specs: () => {
			refresh();
			return specs;
		},
		find: (name) => {
			refresh();
			const found = builtIn.find(name) ?? tools.get(name);
			if (found !== undefined || !mcp.isStarting) return found;
			const spec = { name, description: "", parameters: {} };
			return toTool(spec, true, async (args, context) => (await running()).runAwaited({ mcp, name }, args, context));
		},
	};
}
