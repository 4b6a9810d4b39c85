// The public surface: the server over stdio and HTTP, and what a program brings to it.

export type { AgentPort, AgentThread, ThreadRequest, ThreadResult } from "./agent-port.ts";
export type { McpServer, ServerOptions } from "./connection.ts";
export { type HttpOptions, type HttpServerHandle, McpServerError, newToken, serveHttp } from "./serve-http.ts";
export { type StdioOptions, serveStdio } from "./serve-stdio.ts";
export { failedAnswer, type ServerTool, type ToolAnswer, type ToolCall } from "./tools/server-tool.ts";
