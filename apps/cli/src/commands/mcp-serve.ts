// `code mcp serve` and `code mcp`: the agent as an MCP server, on the real standard input and output, or with `--http` on
// an address of this machine.

import type { AgentPort, HttpServerHandle, ServerOptions, ThreadRequest, ThreadResult } from "@codex/mcp-server";
import { type ExitCode, exitCodes, tryParseSessionId } from "@codex/protocol";
import { createRuntime, depthRefusal, listSessions, noLimits, type Runtime, type StartRequest } from "@codex/runtime";
import { lastValue } from "../arguments/read-options.ts";
import type { Invocation } from "../arguments/select-command.ts";
import type { CliIo } from "../cli-io.ts";
import { configFlags } from "../exec/start-request.ts";
import { printable } from "../terminal/printable.ts";

type Flags = StartRequest["flags"];

/** The flags of the server, with what a call asks for over them. */
function flagsOf(base: Flags, request: ThreadRequest): Flags {
	const { model, profile, approvalPolicy, sandboxMode, overrides } = request;
	return {
		...base,
		...(model === undefined ? {} : { model }),
		...(profile === undefined ? {} : { profile }),
		...(approvalPolicy === undefined ? {} : { approvalPolicy }),
		...(sandboxMode === undefined ? {} : { sandboxMode }),
		overrides: [...base.overrides, ...overrides],
	};
}

async function open(
	runtime: Runtime,
	request: Omit<StartRequest, "source" | "additionalRoots" | "limits" | "ephemeral" | "requireRepository" | "canAsk">,
): Promise<ThreadResult> {
	const started = await runtime.startSession({
		...request,
		source: "mcp",
		additionalRoots: [],
		limits: noLimits,
		ephemeral: false,
		// The client chose the folder; it may be any.
		requireRepository: false,
		canAsk: true,
	});
	if (started.kind === "error") return { kind: "error", message: started.lines.join("\n") };
	const { session } = started;
	return {
		kind: "ok",
		thread: {
			id: session.id,
			submit: (op) => session.submit(op),
			subscribe: (listener) => session.subscribe(listener),
			close: async () => void (await session.close()),
		},
	};
}

/** The runtime's sessions as the server needs them. */
function agentPort(runtime: Runtime, base: Flags): AgentPort {
	return {
		start: (request) =>
			open(runtime, {
				flags: flagsOf(base, request),
				...(request.cwd === undefined ? {} : { cwd: request.cwd }),
				...(request.baseInstructions === undefined ? {} : { baseInstructions: request.baseInstructions }),
			}),
		resume: async (text) => {
			const id = tryParseSessionId(text);
			if (id === undefined) return undefined;
			const saved = await listSessions(runtime, { limit: Number.MAX_SAFE_INTEGER });
			const session = saved.kind === "ok" ? saved.sessions.find((each) => each.id === id) : undefined;
			if (session === undefined) return undefined;
			return open(runtime, { flags: base, cwd: session.cwd, resume: { kind: "id", id } });
		},
	};
}

/** `HOST:PORT`, or only a port. */
function readAddress(text: string): { readonly host: string; readonly port: number } | undefined {
	const match = /^(?:(?<host>\[::1\]|[^:]+):)?(?<port>\d{1,5})$/.exec(text);
	const port = Number(match?.groups?.["port"]);
	if (match === null || port > 65_535) return undefined;
	return { host: (match.groups?.["host"] ?? "127.0.0.1").replaceAll(/[[\]]/g, ""), port };
}

interface Serving {
	readonly io: CliIo;
	readonly runtime: Runtime;
	readonly options: ServerOptions;
}

async function serveStdio({ io, runtime, options }: Serving): Promise<ExitCode> {
	const { serveStdio: serve } = await import("@codex/mcp-server");
	const stop = new AbortController();
	const release = io.onInterrupt(() => stop.abort());
	try {
		const streams = { input: process.stdin, output: process.stdout };
		await serve({ ...options, ...streams, clock: runtime.clock, signal: stop.signal });
		return exitCodes.done;
	} finally {
		release();
	}
}

async function serveHttp({ io, runtime, options }: Serving, invocation: Invocation): Promise<ExitCode> {
	const fail = (exitCode: ExitCode, message: string): ExitCode => {
		io.stderr.write(`error: ${printable(message)}\n`);
		return exitCode;
	};
	const address = readAddress(lastValue(invocation, "http") ?? "");
	if (address === undefined) return fail(exitCodes.usage, "`--http` needs an address such as 127.0.0.1:8700");
	const variable = lastValue(invocation, "token-env-var");
	const given = variable === undefined ? undefined : runtime.environment.env[variable];
	if (variable !== undefined && (given ?? "").length < 16) {
		return fail(exitCodes.usage, `the variable ${variable} holds no token of at least 16 characters`);
	}
	const { McpServerError, newToken, serveHttp: serve } = await import("@codex/mcp-server");
	const token = given ?? newToken();
	let server: HttpServerHandle;
	try {
		server = await serve({ ...options, ...address, token });
	} catch (error) {
		if (!(error instanceof McpServerError)) throw error;
		return fail(error.code === "address" ? exitCodes.usage : exitCodes.infrastructure, error.message);
	}
	io.stderr.write(`listening on ${server.url}\n`);
	if (given === undefined) io.stderr.write(`clients send the header \`Authorization: Bearer ${token}\`\n`);
	await new Promise<void>((resolve) => void io.onInterrupt(resolve));
	await server.close();
	return exitCodes.done;
}

/** Runs the command. */
export async function runMcpServe(invocation: Invocation, io: CliIo): Promise<ExitCode> {
	const made = createRuntime(io.runtimeOptions);
	if (made.kind === "error") {
		io.stderr.write(`error: ${printable(made.lines.join("\n"))}\n`);
		return made.exitCode;
	}
	const { runtime } = made;
	const refusal = depthRefusal(runtime.environment);
	const refused = refusal === undefined ? {} : { refusal };
	const flags = configFlags(invocation);
	const options: ServerOptions = {
		agent: agentPort(runtime, flags),
		version: runtime.version,
		extraTools: async () => {
			const { specKitTools } = await import("../speckit/mcp-tools.ts");
			return await specKitTools({ runtime, flags, ...refused });
		},
		...refused,
	};
	try {
		const serving = { io, runtime, options };
		return await (lastValue(invocation, "http") === undefined ? serveStdio(serving) : serveHttp(serving, invocation));
	} finally {
		await runtime.close();
	}
}
