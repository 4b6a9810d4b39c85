// Fills the editor agent's port from the runtime. Approvals are asked, nothing needs a repository: the user opened the
// folder in the editor.

import { realpath } from "node:fs/promises";
import type { AcpPort, AgentSession, AgentSessionRequest, ClientServer, PortError } from "@codex/acp-agent";
import { exitCodes, tryParseSessionId } from "@codex/protocol";
import {
	type ConfigFlags,
	deleteSession,
	listSessions,
	missingCredentials,
	noLimits,
	type Runtime,
	readSessionEvents,
	type SessionHandle,
	type SessionServer,
	type StartError,
	type StartRequest,
} from "@codex/runtime";

function reasonOf({ lacksCredentials, unknownSession, exitCode }: StartError): PortError["reason"] {
	if (lacksCredentials === true) return "auth";
	if (unknownSession === true) return "unknown";
	return exitCode === exitCodes.usage ? "usage" : "failed";
}

const portError = (error: StartError): PortError => ({
	kind: "error",
	reason: reasonOf(error),
	message: error.lines.join("\n"),
});

const unknownSession = (id: string): PortError => ({
	kind: "error",
	reason: "unknown",
	message: `no session with id ${id}`,
});

function sessionServer(server: ClientServer): SessionServer {
	if (server.kind === "http") return { kind: "http", url: server.url, headers: server.headers };
	return { kind: "stdio", command: server.command, args: server.args, env: server.env };
}

function flagsFor(
	flags: ConfigFlags,
	{ approvalPolicy, sandboxMode, effort }: AgentSessionRequest["chosen"],
): ConfigFlags {
	const { fullAuto: _fullAuto, bypass: _bypass, ...rest } = flags;
	// What the person chose in the editor wins over the command line, on which it was started long ago.
	const base = approvalPolicy === undefined && sandboxMode === undefined ? flags : rest;
	return {
		...base,
		...(approvalPolicy === undefined ? {} : { approvalPolicy }),
		...(sandboxMode === undefined ? {} : { sandboxMode }),
		...(effort === undefined ? {} : { overrides: [...(flags.overrides ?? []), `model_reasoning_effort="${effort}"`] }),
	};
}

function startRequest(flags: ConfigFlags, request: AgentSessionRequest): StartRequest {
	const { from, files } = request;
	const id = from.kind === "new" ? undefined : tryParseSessionId(from.id);
	return {
		source: "acp",
		flags: flagsFor(flags, request.chosen),
		cwd: request.cwd,
		additionalRoots: request.additionalDirectories,
		limits: noLimits,
		ephemeral: false,
		requireRepository: false,
		canAsk: true,
		mcpServers: Object.fromEntries(request.mcpServers.map((server) => [server.name, sessionServer(server)])),
		...(files === undefined ? {} : { editor: files }),
		...(from.kind === "resume" ? { resume: { kind: "id", id: from.id } } : {}),
		...(from.kind === "again" && id !== undefined ? { sessionId: id } : {}),
	};
}

function agentSession(session: SessionHandle): AgentSession {
	const { id, info } = session;
	return {
		id,
		cwd: info.cwd,
		approvalPolicy: info.approvalPolicy,
		sandboxMode: info.sandboxPolicy.mode,
		warnings: info.warnings,
		submit: (op) => session.submit(op),
		subscribe: (listener, ready) => session.subscribe(listener, ready),
		interrupt: () => session.interrupt(),
		close: () => session.close(),
	};
}

/** Makes the port. `flags` are those of the command line. */
export function createAcpPort(runtime: Runtime, flags: ConfigFlags): AcpPort {
	return {
		startSession: async (request) => {
			const { from } = request;
			if (from.kind !== "new" && tryParseSessionId(from.id) === undefined) return unknownSession(from.id);
			const result = await runtime.startSession(startRequest(flags, request));
			return result.kind === "error" ? portError(result) : { kind: "ok", session: agentSession(result.session) };
		},
		listSessions: async (cwd) => {
			const listed = await listSessions(runtime, {
				// As sessions name it.
				...(cwd === undefined ? {} : { cwd: await realpath(cwd).catch(() => cwd) }),
				limit: Number.MAX_SAFE_INTEGER,
			});
			return listed.kind === "error" ? portError(listed) : { kind: "ok", sessions: listed.sessions };
		},
		readEvents: async (id) => {
			if (tryParseSessionId(id) === undefined) return unknownSession(id);
			const read = await readSessionEvents(runtime, id);
			return read.kind === "error" ? portError(read) : read;
		},
		deleteSession: async (id) => {
			if (tryParseSessionId(id) === undefined) return unknownSession(id);
			const deleted = await deleteSession(runtime, id);
			return deleted.kind === "error" ? portError(deleted) : { kind: "ok" };
		},
		missingCredentials: async () => {
			const missing = await missingCredentials(runtime, flags);
			return missing === undefined ? undefined : portError(missing);
		},
	};
}
