// The composition root: reads the surroundings once and holds what sessions share. Shells get everything through it.

import { type Environment, readEnvironment, resolvePaths } from "@codex/config";
import { type Clock, exitCodes } from "@codex/protocol";
import { createRedactor } from "@codex/redact";
import { createSystemClock } from "@codex/resilience";
import { createLog } from "./log/log.ts";
import type { OwnProgram } from "./mcp/built-in-servers.ts";
import { createMcpHost } from "./mcp/mcp-host.ts";
import type { RuntimeContext } from "./runtime-context.ts";
import { type StartError, type StartRequest, type StartResult, startError } from "./session/start-request.ts";
import { startSession } from "./session/start-session.ts";

/** The runtime as shells see it. */
export interface Runtime extends RuntimeContext {
	/** The environment asks for no colour: NO_COLOR is set and not empty, or the terminal is dumb. */
	readonly plainOutput: boolean;
	/** Starts a session. Never rejects. */
	startSession(request: StartRequest): Promise<StartResult>;
	/** Ends the MCP servers and writes the rest of the log. */
	close(): Promise<void>;
}

/** How a runtime is made. */
export interface RuntimeOptions {
	/** Of the program. */
	readonly version: string;
	/** Default: that of the process. */
	readonly environment?: Environment;
	/** Default: the machine's. */
	readonly clock?: Clock;
	/** How this program is started again: with it the memory server is there without being configured. */
	readonly program?: OwnProgram;
}

/** A runtime, or why there is none (exit code 2). */
export type RuntimeResult = { readonly kind: "ok"; readonly runtime: Runtime } | StartError;

/** Makes a runtime. Reads the environment and looks for the home folder; creates nothing. */
export function createRuntime(options: RuntimeOptions): RuntimeResult {
	const environment = options.environment ?? readEnvironment();
	const resolved = resolvePaths(environment);
	if (resolved.kind === "error") return startError(exitCodes.usage, resolved.message);
	const { paths } = resolved;
	const redactor = createRedactor({ secrets: [] });
	const log = createLog({ file: paths.logFile, levels: environment.env["CODE_LOG"], redactor });
	const surroundings = {
		version: options.version,
		environment,
		paths,
		clock: options.clock ?? createSystemClock(),
		redactor,
		log,
	};
	const context: RuntimeContext = {
		...surroundings,
		...(options.program === undefined ? {} : { program: options.program }),
		mcp: createMcpHost(surroundings),
	};
	const runtime: Runtime = {
		...context,
		plainOutput: (environment.env["NO_COLOR"] ?? "") !== "" || environment.env["TERM"] === "dumb",
		startSession: (request) =>
			startSession(context, request, async (flags, loaded) => {
				const [{ createAgentRunner }, { createCommandAgents }] = await Promise.all([
					import("./agents/agent-runner.ts"),
					import("./agents/command-agents.ts"),
				]);
				return createAgentRunner(context, { flags, commands: createCommandAgents(context, loaded) });
			}),
		close: async () => {
			await context.mcp.close();
			await log.close();
		},
	};
	return { kind: "ok", runtime };
}
