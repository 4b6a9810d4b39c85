// Reads what views show, through the runtime.

import { toError } from "@codex/protocol";
import {
	type ConfigFlags,
	earlierEvents,
	explainConfig,
	knownModels,
	listCustomPrompts,
	listMcpServers,
	listSessions,
	type Runtime,
	runDoctor,
	searchMemory,
	type StartError,
	testMcpServer,
	workingDiff,
} from "@codex/runtime";
import type { Action, Page } from "../app/action.ts";
import type { PageRequest } from "../app/effect.ts";

// As many as a person looks through.
const maxSessions = 200;

const titles: Readonly<Record<PageRequest["kind"], string>> = {
	sessions: "Sessions",
	session_preview: "Session",
	diff: "Changes",
	mcp: "MCP servers",
	mcp_tools: "MCP server",
	memory: "Memory",
	prompts: "Your prompts",
	models: "Models",
	config: "Settings",
	doctor: "Doctor",
};

/** Where the answers are looked for. */
export interface PageContext {
	readonly runtime: Runtime;
	readonly flags: ConfigFlags;
	/** The session's folder. */
	readonly cwd: string;
}

async function read({ runtime, flags, cwd }: PageContext, page: PageRequest): Promise<Page | StartError> {
	switch (page.kind) {
		case "sessions": {
			const list = await listSessions(runtime, { cwd, limit: maxSessions });
			return list.kind === "error" ? list : { kind: "sessions", sessions: list.sessions, total: list.total };
		}
		case "session_preview": {
			const earlier = await earlierEvents(runtime, page.id);
			return earlier.kind === "error" ? earlier : { kind: "session_preview", id: page.id, events: earlier.events };
		}
		case "diff": {
			const diff = await workingDiff(runtime, cwd);
			return diff.kind === "error" ? diff : { kind: "diff", text: diff.text, truncated: diff.truncated };
		}
		case "mcp": {
			const list = await listMcpServers(runtime, flags);
			return list.kind === "error" ? list : { kind: "mcp", servers: list.servers };
		}
		case "mcp_tools":
			return await readTools(runtime, flags, page.server);
		case "memory": {
			const found = await searchMemory(runtime, page.words);
			return found.kind === "error" ? found : { kind: "memory", lines: found.lines };
		}
		case "prompts":
			return { kind: "prompts", prompts: await listCustomPrompts(runtime) };
		case "models":
			return { kind: "models", models: await knownModels(runtime) };
		case "config": {
			const explained = await explainConfig(runtime, flags, page.key);
			return explained.kind === "error" ? explained : { kind: "config", entries: explained.entries, lines: explained.lines };
		}
		case "doctor":
			return { kind: "doctor", checks: await runDoctor(runtime, flags, { online: false }) };
	}
}

async function readTools(runtime: Runtime, flags: ConfigFlags, server: string): Promise<Page | StartError> {
	const trial = await testMcpServer(runtime, flags, { name: server, trust: false, keepsServers: true });
	if (trial.kind === "error") return trial;
	const tools = trial.tools.map(({ name, description }) => `${name}: ${description.split("\n", 1)[0] ?? ""}`);
	const none = tools.length === 0 ? ["It has no tools"] : [];
	return { kind: "mcp_tools", server, lines: [trial.server, ...trial.notices, "", ...tools, ...none] };
}

/** Reads a page; the answer is one action. Never rejects. */
export async function loadPage(context: PageContext, page: PageRequest): Promise<Action> {
	const title = titles[page.kind];
	try {
		const found = await read(context, page);
		if (found.kind === "error") return { type: "page_failed", title, lines: found.lines };
		return { type: "page_loaded", page: found };
	} catch (thrown) {
		return { type: "page_failed", title, lines: [toError(thrown).message] };
	}
}
