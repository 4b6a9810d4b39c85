// A server's tools as they are offered: filtered by the settings, with parameters every vendor takes, and the hash by
// which a change of their description is noticed.

import type { JsonObject } from "@codex/protocol";
import type { WireTool } from "../connection/wire.ts";
import { digest, type McpServerSpec } from "../server/server-spec.ts";
import type { ToolHash } from "../trust/trust-store.ts";
import { sanitizeParameters } from "./sanitize-parameters.ts";

// 4,096 characters: longer than any description that helps; vendors refuse some at 1,024 to 16,384.
const maxDescription = 4096;

/** One tool of a server. */
export interface ServerTool {
	/** The server's own name of it. */
	readonly tool: string;
	readonly description: string;
	readonly parameters: JsonObject;
	/** What the server claims; nobody has checked it. */
	readonly claims: { readonly readOnly: boolean; readonly destructive: boolean };
}

function describe({ title, description, name }: WireTool): string {
	const said = description ?? title ?? name;
	return said.length <= maxDescription ? said : `${said.slice(0, maxDescription)}…`;
}

/** The tools that the settings let through, each name once, the first one counts. */
export function offeredTools(spec: McpServerSpec, tools: readonly WireTool[]): readonly ServerTool[] {
	const { enabledTools, disabledTools } = spec;
	const byName = new Map<string, ServerTool>();
	for (const tool of tools) {
		if (byName.has(tool.name) || disabledTools.includes(tool.name)) continue;
		if (enabledTools !== undefined && !enabledTools.includes(tool.name)) continue;
		byName.set(tool.name, {
			tool: tool.name,
			description: describe(tool),
			parameters: sanitizeParameters(tool.inputSchema),
			claims: {
				readOnly: tool.annotations?.readOnlyHint === true,
				// The protocol's default: a tool that says nothing may destroy, one that only reads cannot.
				destructive: tool.annotations?.readOnlyHint !== true && tool.annotations?.destructiveHint !== false,
			},
		});
	}
	return [...byName.values()];
}

/** The hash of everything about a tool that a model or a person goes by. */
export function toolHash({ tool, description, parameters, claims }: ServerTool): ToolHash {
	return { name: tool, hash: digest({ description, parameters, claims }) };
}
