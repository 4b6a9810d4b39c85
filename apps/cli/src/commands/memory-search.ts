// `code memory search` and `code memory list`: the same answer, with and without words.

import { type ExitCode, exitCodes } from "@codex/protocol";
import { allValues, hasFlag, lastValue, positiveNumber } from "../arguments/read-options.ts";
import type { Invocation } from "../arguments/select-command.ts";
import type { CliIo } from "../cli-io.ts";
import { printable } from "../terminal/printable.ts";
import { answerJson } from "./json-answer.ts";
import { withMemory } from "./memory-access.ts";

// What of a memory stands on one line.
const shownChars = 100;

/** Runs the command. */
export async function runMemorySearch(invocation: Invocation, io: CliIo): Promise<ExitCode> {
	const command = invocation.command.path.join(" ");
	const json = hasFlag(invocation, "json");
	return withMemory(io, { command, json }, ({ store, memory, usage }) => {
		const limit = positiveNumber(invocation, "limit", true);
		if (limit.kind === "error") return usage(limit.message);
		const domain = lastValue(invocation, "domain");
		const request = memory.parseSearch({
			query: invocation.positionals.join(" "),
			tags: allValues(invocation, "tags"),
			...(domain === undefined ? {} : { domain }),
			...(limit.value === undefined ? {} : { limit: limit.value }),
		});
		if (request.kind === "error") return usage(request.message);
		const results = store.search(request.value);
		if (json) {
			// `success` and `data.results` are what scripts written for other memory servers read.
			const data = { success: true, data: { results } };
			return answerJson(io, { command, exitCode: exitCodes.done, reason: "ok", data });
		}
		const lines = results.map(({ memory: { id, content, tags } }) => {
			const [first = ""] = content.split("\n", 1);
			const labels = tags.length === 0 ? "" : `  [${tags.join(", ")}]`;
			return printable(`${id}  ${first.slice(0, shownChars)}${labels}`);
		});
		io.stdout.write(`${lines.length === 0 ? "no memories" : lines.join("\n")}\n`);
		return exitCodes.done;
	});
}
