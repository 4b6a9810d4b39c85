// The two tools for resources of MCP servers as a model sees them. Offered only while a server has resources.

import type { ToolSpec } from "@codex/protocol";

/** The specs, in their order. */
export function createResourceSpecs(): readonly ToolSpec[] {
	return [
		{
			name: "list_mcp_resources",
			description:
				"Lists resources and resource templates that the connected MCP servers offer, one a line: server, URI, name and description.",
			parameters: {
				type: "object",
				properties: { server: { type: "string", description: "Only resources of this server." } },
				additionalProperties: false,
			},
		},
		{
			name: "read_mcp_resource",
			description: "Reads one resource of an MCP server.",
			parameters: {
				type: "object",
				properties: {
					server: { type: "string", minLength: 1, description: "Name of the server, as listed." },
					uri: { type: "string", minLength: 1, description: "URI of the resource, as listed or made from a template." },
				},
				required: ["server", "uri"],
				additionalProperties: false,
			},
		},
	];
}
