// `code config trust [DIR] [--yes] [--hash H] [--remove] [--list] [--json]`: shows, asks, trusts.

import { type ExitCode, exitCodes } from "@codex/protocol";
import {
	createRuntime,
	endTrust,
	listTrust,
	type Runtime,
	type TrustView,
	trustViewed,
	viewTrust,
} from "@codex/runtime";
import { hasFlag, lastValue } from "../arguments/read-options.ts";
import type { Invocation } from "../arguments/select-command.ts";
import type { CliIo } from "../cli-io.ts";
import { printable } from "../terminal/printable.ts";
import { answerError, answerJson } from "./json-answer.ts";

const command = "config trust";

interface Call {
	readonly invocation: Invocation;
	readonly io: CliIo;
	readonly json: boolean;
}

function fail({ io, json }: Call, error: { readonly exitCode: ExitCode; readonly lines: readonly string[] }): ExitCode {
	return answerError(io, json, { command, exitCode: error.exitCode, reason: "not_trusted", lines: error.lines });
}

function answer({ io, json }: Call, data: Readonly<Record<string, unknown>>, line: string): ExitCode {
	if (json) return answerJson(io, { command, exitCode: exitCodes.done, reason: "ok", data });
	io.stdout.write(`${printable(line)}\n`);
	return exitCodes.done;
}

/** Runs the command. */
export async function runConfigTrust(invocation: Invocation, io: CliIo): Promise<ExitCode> {
	const call: Call = { invocation, io, json: hasFlag(invocation, "json") };
	const made = createRuntime(io.runtimeOptions);
	if (made.kind === "error") return fail(call, made);
	const { runtime } = made;
	const [folder] = invocation.positionals;
	if (hasFlag(invocation, "list")) {
		const folders = await listTrust(runtime);
		const lines = folders.map(({ root, trustedAt }) => `${root}  since ${trustedAt}`);
		return answer(call, { folders }, lines.length === 0 ? "no folder is trusted" : lines.join("\n"));
	}
	if (hasFlag(invocation, "remove")) {
		const ended = await endTrust(runtime, folder);
		if (ended.kind === "error") return fail(call, ended);
		const { root, wasTrusted } = ended;
		return answer(
			call,
			{ root, was_trusted: wasTrusted },
			`${root} ${wasTrusted ? "is" : "was"} not trusted${wasTrusted ? " any more" : ""}`,
		);
	}
	const view = await viewTrust(runtime, folder);
	return view.kind === "error" ? fail(call, view) : await trust(call, runtime, view);
}

const dataOf = ({ root, state, hash, files }: TrustView): Readonly<Record<string, unknown>> => ({
	root,
	state,
	hash,
	files,
});

async function trust(call: Call, runtime: Runtime, view: TrustView): Promise<ExitCode> {
	const { invocation, io, json } = call;
	if (view.state === "trusted" || view.files.length === 0) return answer(call, dataOf(view), view.lines.join("\n"));
	const hash = lastValue(invocation, "hash");
	if (hash !== undefined && hash !== view.hash) {
		const lines = [`the content of ${view.root} is ${view.hash}, not ${hash}: nothing was trusted`];
		return fail(call, { exitCode: exitCodes.usage, lines });
	}
	if (!json) io.stdout.write(`${printable(view.lines.join("\n"))}\n`);
	const isAgreed = hash !== undefined || hasFlag(invocation, "yes") || (!json && (await isConfirmed(io)));
	if (!isAgreed) {
		if (json) {
			return answerJson(io, { command, exitCode: exitCodes.approvalNeeded, reason: "not_trusted", data: dataOf(view) });
		}
		io.stderr.write(`not trusted; to trust exactly this: code config trust --hash ${view.hash}\n`);
		return exitCodes.approvalNeeded;
	}
	const problem = await trustViewed(runtime, view);
	if (problem !== undefined) return fail(call, problem);
	return answer(call, { ...dataOf(view), state: "trusted" }, `${view.root} is trusted with exactly this content`);
}

/** Asks on a terminal; anywhere else nobody is there to say yes. */
async function isConfirmed(io: CliIo): Promise<boolean> {
	if (io.stdin.kind !== "terminal") return false;
	io.stderr.write("Trust this folder with exactly this content? [y/N] ");
	// A terminal hands over whole lines; an answer is a short one.
	const reading = io.stdin.read(1024);
	await reading.begun;
	reading.stop();
	const read = await reading.bytes;
	return read.kind === "ok" && /^y(?:es)?\s*$/i.test(read.bytes.toString("utf8"));
}
