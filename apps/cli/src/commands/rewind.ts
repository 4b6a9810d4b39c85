// `code rewind [ID]`: the conversation, the files or both go back to the end of an earlier turn; `--redo` takes it back.

import { type ExitCode, exitCodes } from "@codex/protocol";
import { createRuntime, type RewindRequest, type Rewound, rewindSession } from "@codex/runtime";
import { allValues, hasFlag, lastValue } from "../arguments/read-options.ts";
import type { Invocation } from "../arguments/select-command.ts";
import type { CliIo } from "../cli-io.ts";
import { printable } from "../terminal/printable.ts";
import { answerError, answerJson } from "./json-answer.ts";

const command = "rewind";

function requestOf(invocation: Invocation): RewindRequest | string {
	const [id] = invocation.positionals;
	const to = lastValue(invocation, "to");
	if (to !== undefined && !/^\d{1,9}$/.test(to))
		return `--to needs the number of the last turn that stays, not \`${to}\``;
	const only = lastValue(invocation, "only");
	const redo = hasFlag(invocation, "redo");
	if (redo && (to !== undefined || only !== undefined))
		return "--redo takes back what was done: it goes with neither --to nor --only";
	return {
		...(id === undefined ? {} : { id }),
		...(to === undefined ? {} : { turns: Number(to) }),
		what: only === "files" || only === "conversation" ? only : "both",
		redo,
		preview: hasFlag(invocation, "preview"),
		overwrite: hasFlag(invocation, "overwrite-all") ? "all" : allValues(invocation, "overwrite"),
	};
}

function linesOf(rewound: Rewound, { preview, redo }: RewindRequest): readonly string[] {
	const { turns, droppedTurns, changed, left, notices } = rewound;
	const would = preview ? "would be " : "";
	const turnWord = turns === 1 ? "turn" : "turns";
	return [
		...droppedTurns.map((title) => `turn ${would}taken back: ${title === "" ? "(no words)" : title}`),
		...changed.map((file) => `file ${would}put back: ${file}`),
		...left.map(({ path, message }) => `file left: ${path}: ${message}`),
		...notices,
		...(left.length === 0 ? [] : ["to put files back that you changed: --overwrite FILE, or --overwrite-all"]),
		`${preview ? "nothing was changed" : redo ? "the rewind was taken back" : `${turns} ${turnWord} of the conversation left`}`,
	];
}

/** Runs the command. */
export async function runRewind(invocation: Invocation, io: CliIo): Promise<ExitCode> {
	const json = hasFlag(invocation, "json");
	const request = requestOf(invocation);
	if (typeof request === "string") {
		return answerError(io, json, { command, exitCode: exitCodes.usage, reason: "usage", lines: [request] });
	}
	const made = createRuntime(io.runtimeOptions);
	const rewound = made.kind === "error" ? made : await rewindSession(made.runtime, request);
	if (rewound.kind === "error") {
		const { exitCode, lines } = rewound;
		return answerError(io, json, { command, exitCode, reason: "not_rewound", lines });
	}
	const { kind: _, droppedTurns, ...data } = rewound;
	const exitCode = rewound.left.length === 0 ? exitCodes.done : exitCodes.approvalNeeded;
	if (json) {
		const reason = rewound.left.length === 0 ? "ok" : "files_left";
		return answerJson(io, {
			command,
			exitCode,
			reason,
			data: { ...data, dropped_turns: droppedTurns, preview: request.preview },
		});
	}
	io.stdout.write(`${linesOf(rewound, request).map(printable).join("\n")}\n`);
	return exitCode;
}
