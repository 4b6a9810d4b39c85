// The one decision whether a tool of an MCP server is called: the server's settings × approval policy × sandbox. Pure, and
// the same for every front end. What a server claims of itself may only make the decision stricter.

import type { ApprovalPolicy, SandboxPolicy } from "@codex/protocol";
import type { McpToolInfo } from "../../ports/mcp-tools.ts";

/** What is known of a call. */
export interface McpCallQuestion {
	readonly tool: Pick<McpToolInfo, "name" | "server" | "tool" | "approval" | "origin" | "claims">;
	readonly approvalPolicy: ApprovalPolicy;
	readonly sandboxMode: SandboxPolicy["mode"];
}

/** What happens with it. */
export type McpCallDecision =
	| { readonly kind: "run" }
	/** A person is asked; with nobody there it is declined with the reason. */
	| { readonly kind: "ask"; readonly reason: string };

/** Decides. Total; the same input gives the same answer. */
export function decideMcpCall({ tool, approvalPolicy, sandboxMode }: McpCallQuestion): McpCallDecision {
	const { approval, origin, claims } = tool;
	const hint = `\`mcp_servers.${tool.server}.tools.${tool.tool}.approval_mode = "approve"\` lets it through`;
	const ask = (because: string): McpCallDecision => ({
		kind: "ask",
		reason: `\`${tool.name}\` needs approval: ${because}; ${hint}`,
	});
	if (approval === "approve") return { kind: "run" };
	if (approval === "prompt") return ask("its settings say that it is always asked about");
	if (sandboxMode === "danger-full-access" || approvalPolicy === "never") return { kind: "run" };
	if (approvalPolicy === "untrusted") return ask("the approval policy `untrusted` asks for every tool of a server");
	if (origin !== "user") return ask("its server was configured by the project and not by you");
	return claims.destructive ? ask("its server does not say that it destroys nothing") : { kind: "run" };
}
