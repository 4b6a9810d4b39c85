// Fills core's port with a session's view of the pool. Errors become sentences here; notices wait until the session can
// carry them.

import { pathToFileURL } from "node:url";
import type { LoadedConfig } from "@codex/config";
import type { McpAnswer, McpTools } from "@codex/core";
import type { McpResource, McpView } from "@codex/mcp-client";
import { toError } from "@codex/protocol";
import type { RuntimeContext } from "../runtime-context.ts";
import { knownServers } from "./built-in-servers.ts";
import { hasServers, toServerSpecs } from "./server-specs.ts";

/** The MCP servers of a session that is being started. */
export interface SessionMcp {
	readonly tools: McpTools;
	/** Sentences for the user about the settings. */
	readonly warnings: readonly string[];
	/** Why required servers do not run; empty when they do. Waits for them. */
	missing(signal: AbortSignal): Promise<readonly string[]>;
	/** Hands out what was noticed, now and from now on. Called once. */
	connect(warn: (sentence: string) => void): void;
	/** Lets go; the servers stay for other sessions. */
	close(): void;
}

async function answered(work: () => Promise<McpAnswer>): Promise<McpAnswer> {
	try {
		return await work();
	} catch (error) {
		return { kind: "failed", message: toError(error).message };
	}
}

function resourceLine({ server, uri, name, title, description, isTemplate }: McpResource): string {
	const said = [title ?? name, description].filter((part) => part !== undefined && part !== "").join(" – ");
	return `${server}\t${isTemplate ? "template " : ""}${uri}${said === "" ? "" : `\t${said}`}`;
}

function toPort(view: McpView): McpTools {
	const text = (lines: readonly string[], none: string): McpAnswer => ({
		kind: "ok",
		isError: false,
		parts: [{ kind: "text", text: lines.length === 0 ? none : lines.join("\n") }],
	});
	return {
		tools: () => view.tools(),
		get isStarting() {
			return view.isStarting;
		},
		get hasResources() {
			return view.hasResources;
		},
		settled: (signal) => view.settled(signal),
		call: (name, args, signal) => answered(async () => ({ kind: "ok", ...(await view.call({ name, args }, signal)) })),
		listResources: (server, signal) =>
			answered(async () => text((await view.listResources(server, signal)).map(resourceLine), "no resources")),
		readResource: (server, uri, signal) =>
			answered(async () => ({ kind: "ok", isError: false, parts: await view.readResource(server, uri, signal) })),
	};
}

/** The servers of a session in `cwd`; `undefined` when it has none, and then nothing was loaded. Waits for no server. */
export async function openSessionMcp(
	context: RuntimeContext,
	{ loaded, cwd }: { readonly loaded: LoadedConfig; readonly cwd: string },
): Promise<SessionMcp | undefined> {
	if (!hasServers(loaded)) return undefined;
	const [{ serverEnvironment }, pool] = await Promise.all([import("@codex/mcp-client"), context.mcp.pool()]);
	const { specs, warnings } = toServerSpecs({
		loaded,
		servers: knownServers(loaded, context.program),
		environment: context.environment,
		cwd,
		serverEnvironment,
		addSecret: context.redactor.add,
	});
	const early: string[] = [];
	let warn = (sentence: string): void => void early.push(sentence);
	const view = await pool.open({
		servers: specs,
		root: pathToFileURL(cwd).href,
		onNotice: (sentence) => warn(sentence),
	});
	return {
		tools: toPort(view),
		warnings,
		missing: (signal) => view.missing(signal),
		connect: (listener) => {
			warn = listener;
			for (const sentence of early.splice(0)) listener(sentence);
		},
		close: () => view.close(),
	};
}
