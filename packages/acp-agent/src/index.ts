// The complete public surface of @codex/acp-agent.

export type {
	AcpPort,
	AgentSession,
	AgentSessionRequest,
	ChosenSettings,
	ClientServer,
	EditorFiles,
	ListedSession,
	PortError,
} from "./port.ts";
export { type ServeAcpOptions, serveAcp } from "./serve-acp.ts";
