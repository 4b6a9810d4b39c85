// Calls tools of MCP servers for the model, and reads their resources. Policy is decided in decide-call.ts; what comes back
// is stripped of terminal control and shortened like the output of our own tools.

import type { ContentPart, JsonObject, JsonValue } from "@codex/protocol";
import { truncateMiddle } from "../../context/truncate.ts";
import type { McpAnswer, McpToolInfo, McpTools } from "../../ports/mcp-tools.ts";
import { argumentsError, readArguments } from "../arguments.ts";
import { stripControls } from "../shell/plain-text.ts";
import type { ToolContext, ToolResult } from "../tool.ts";
import { abortedResult, type FramedCall, failed, runFramed } from "../tool-call.ts";
import { listResourcesArgsSchema, readResourceArgsSchema } from "./args-schema.ts";
import { decideMcpCall } from "./decide-call.ts";

// Characters that turn the direction of text round, so that it reads otherwise than it is.
const directionMarks = /[\u200e\u200f\u202a-\u202e\u2066-\u2069]/g;

/** Text of a server, fit for models and terminals. */
export function plainServerText(text: string): string {
	return stripControls(text).replace(directionMarks, "");
}

function isObject(value: JsonValue): value is JsonObject {
	return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** The answer as a result: text in the output, images after the round, where the model takes them. */
function toResult(answer: McpAnswer, { outputTokenLimit, model, signal }: ToolContext): ToolResult {
	if (answer.kind === "failed") return signal.aborted ? abortedResult : failed(`tool call error: ${answer.message}`);
	const texts: string[] = [];
	const images: ContentPart[] = [];
	for (const part of answer.parts) {
		if (part.kind === "text") texts.push(plainServerText(part.text));
		else if (model.supportsImages) {
			images.push({ type: "input_image", image_url: `data:${part.mimeType};base64,${part.data}` });
			texts.push("[an image, attached]");
		} else texts.push(`[an image, which the model \`${model.id}\` does not take]`);
	}
	const output = truncateMiddle(texts.join("\n"), outputTokenLimit * 4);
	return {
		output: output === "" ? "(the tool answered with nothing)" : output,
		status: answer.isError ? "failed" : "ok",
		...(images.length === 0 ? {} : { attach: images }),
	};
}

/** Asks a person about a call: why it is not made, or `undefined`. */
async function refusalOf(
	tool: McpToolInfo,
	args: JsonObject,
	reason: string,
	{ approvals, callId, cwd, emit, signal }: ToolContext,
): Promise<ToolResult | undefined> {
	const answer = await approvals.askCommand({
		// A call is shown, and remembered, like the command that it would be.
		argv: ["mcp", tool.name, JSON.stringify(args)],
		cwd,
		outsideSandbox: true,
		reason,
		programs: [tool.name],
		offers: [],
		callId,
		emit,
		signal,
	});
	switch (answer.kind) {
		case "approved":
			return undefined;
		case "aborted":
			return abortedResult;
		case "nobody":
			return { output: `${reason}; nobody can be asked here, so it was declined`, status: "declined" };
		case "denied": {
			const feedback = answer.feedback === undefined ? "" : `: ${answer.feedback}`;
			return { output: `tool call rejected by user${feedback}`, status: "declined" };
		}
	}
}

/** Runs one call of `tool`; see {@link Tool.run}. */
export async function runMcpTool(
	{ mcp, tool }: { readonly mcp: McpTools; readonly tool: McpToolInfo },
	args: JsonValue,
	context: ToolContext,
): Promise<ToolResult> {
	const call: FramedCall = { server: tool.server, tool: tool.tool, args };
	return await runFramed(call, context, async () => {
		if (!isObject(args)) return failed(argumentsError("the arguments are not an object"));
		const decision = decideMcpCall({ tool, ...context.policy });
		const refusal = decision.kind === "run" ? undefined : await refusalOf(tool, args, decision.reason, context);
		if (refusal !== undefined) return refusal;
		const problem = await context.beforeEffect?.();
		if (problem !== undefined) return failed(problem);
		return toResult(await mcp.call(tool.name, args, context.signal), context);
	});
}

/**
 * Runs a call of a tool that is not known while servers are starting: it may be one of theirs. Waits for them; a name that
 * is nobody's then is answered as any unknown one.
 */
export async function runAwaited(
	{ mcp, name }: { readonly mcp: McpTools; readonly name: string },
	args: JsonValue,
	context: ToolContext,
): Promise<ToolResult> {
	await mcp.settled(context.signal);
	const tool = mcp.tools().find((each) => each.name === name);
	if (tool !== undefined) return await runMcpTool({ mcp, tool }, args, context);
	const result = context.signal.aborted ? abortedResult : failed(`unsupported call: ${name}`);
	return await runFramed({ tool: name, args }, context, () => result);
}

/** Runs one list_mcp_resources call; see {@link Tool.run}. */
export async function runListResources(mcp: McpTools, args: JsonValue, context: ToolContext): Promise<ToolResult> {
	return await runFramed({ tool: "list_mcp_resources", args }, context, async () => {
		const read = readArguments(listResourcesArgsSchema, args, { renamed: {} });
		if (read.kind === "error") return failed(read.message);
		return toResult(await mcp.listResources(read.args.server, context.signal), context);
	});
}

/** Runs one read_mcp_resource call; see {@link Tool.run}. */
export async function runReadResource(mcp: McpTools, args: JsonValue, context: ToolContext): Promise<ToolResult> {
	return await runFramed({ tool: "read_mcp_resource", args }, context, async () => {
		const read = readArguments(readResourceArgsSchema, args, { renamed: { url: "uri" } });
		if (read.kind === "error") return failed(read.message);
		return toResult(await mcp.readResource(read.args.server, read.args.uri, context.signal), context);
	});
}
