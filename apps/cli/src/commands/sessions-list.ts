// `code sessions list`, `search` and `reindex`.

import { type ExitCode, exitCodes } from "@codex/protocol";
import {
	createRuntime,
	type FoundSession,
	type IndexedSession,
	listSessions,
	type Runtime,
	reindexSessions,
	type SessionList,
	type StartError,
	searchSessions,
} from "@codex/runtime";
import { hasFlag, positiveNumber } from "../arguments/read-options.ts";
import type { Invocation } from "../arguments/select-command.ts";
import type { CliIo } from "../cli-io.ts";
import { printable } from "../terminal/printable.ts";
import { answerError, answerJson } from "./json-answer.ts";

// A screenful.
const defaultLimit = 50;

type Listed = SessionList | SessionList<FoundSession> | StartError;

function find(invocation: Invocation, runtime: Runtime, limit: number): Promise<Listed> {
	switch (invocation.command.path[1]) {
		case "search":
			return searchSessions(runtime, invocation.positionals.join(" "), limit);
		case "reindex":
			return reindexSessions(runtime);
		default: {
			const { cwd } = runtime.environment;
			return listSessions(runtime, { limit, ...(hasFlag(invocation, "here") ? { cwd } : {}) });
		}
	}
}

/** One line a session; the excerpt of a search on the next. */
function textOf(session: IndexedSession | FoundSession): string {
	const { id, startedAt, title, turns, calls, damagedLines, isNewer } = session;
	const marks = [
		`${turns} turns`,
		`${calls} calls`,
		...(damagedLines > 0 ? [`${damagedLines} damaged lines`] : []),
		...(isNewer ? ["of a newer version"] : []),
	];
	const when = startedAt.slice(0, 16).replace("T", " ").padEnd(16);
	const line = `${id}  ${when}  ${title || "(no prompt)"}  (${marks.join(", ")})`;
	return "excerpt" in session ? `${line}\n    ${session.excerpt}` : line;
}

/** Runs one of the commands. */
export async function runSessionsList(invocation: Invocation, io: CliIo): Promise<ExitCode> {
	const json = hasFlag(invocation, "json");
	const command = invocation.command.path.join(" ");
	const limit = positiveNumber(invocation, "limit", true);
	if (limit.kind === "error") {
		return answerError(io, json, { command, exitCode: exitCodes.usage, reason: "usage_error", lines: [limit.message] });
	}
	const made = createRuntime(io.runtimeOptions);
	const listed = made.kind === "error" ? made : await find(invocation, made.runtime, limit.value ?? defaultLimit);
	if (listed.kind === "error") {
		const { exitCode, lines } = listed;
		return answerError(io, json, { command, exitCode, reason: "sessions_error", lines });
	}
	const { sessions, total, notices } = listed;
	for (const notice of notices) io.stderr.write(`notice: ${printable(notice)}\n`);
	const exitCode = exitCodes.done;
	if (command === "sessions reindex") {
		if (json) return answerJson(io, { command, exitCode, reason: "ok", data: { indexed: total } });
		io.stdout.write(`${total} sessions are in the index\n`);
		return exitCode;
	}
	if (json) return answerJson(io, { command, exitCode, reason: "ok", data: { sessions, total } });
	const lines = sessions.map(textOf);
	io.stdout.write(`${printable(lines.length === 0 ? "no sessions" : lines.join("\n"))}\n`);
	if (total > sessions.length) io.stderr.write(`${total - sessions.length} more: raise \`--limit\`\n`);
	return exitCode;
}
