// The complete public surface of @codex/mcp-client.

// errors
export { McpClientError, type McpClientErrorCode } from "./mcp-client-error.ts";
// logins
export { createAuthSource, type Logins, openLogins } from "./oauth/auth-source.ts";
// the pool
export { createMcpPool, type McpPool, type McpPoolOptions, type ServerStatus } from "./pool/mcp-pool.ts";
export type { ServerState } from "./pool/server-slot.ts";
export type { McpCall, McpPrompt, McpResource, McpTool, McpView, ViewRequest } from "./pool/session-view.ts";
export type { McpCallResult, ResultPart } from "./results/content.ts";
// servers
export type { Elicit, ElicitationAnswer, ElicitationRequest } from "./server/elicitation.ts";
export { serverEnvironment } from "./server/server-environment.ts";
export type { ApprovalMode, HttpTarget, McpServerSpec, StdioTarget } from "./server/server-spec.ts";
// tools
export { createKnownToolsFolder, type KnownToolsStore } from "./tools/known-tools.ts";
export { qualifiedName } from "./tools/qualified-name.ts";
export { sanitizeParameters } from "./tools/sanitize-parameters.ts";
// trust
export { createNullTrust, createTrustFile } from "./trust/trust-file.ts";
export type { TrustStore } from "./trust/trust-store.ts";
