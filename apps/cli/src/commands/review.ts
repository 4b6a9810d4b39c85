// `code review [PROMPT]`: a session of its own looks at a change; its findings go to stdout, what it does to stderr.

import path from "node:path";
import { type ExitCode, exitCodes } from "@codex/protocol";
import {
	createRuntime,
	type PreparedReview,
	prepareReview,
	type Review,
	type ReviewFinding,
	type ReviewTarget,
	type Runtime,
	readReview,
} from "@codex/runtime";
import { hasFlag, lastValue } from "../arguments/read-options.ts";
import type { Invocation } from "../arguments/select-command.ts";
import type { CliIo } from "../cli-io.ts";
import { createHumanProcessor } from "../exec/human.ts";
import { colorChoice } from "../exec/processors.ts";
import { runSession } from "../exec/run-session.ts";
import { type ExecRequest, readExecRequest } from "../exec/start-request.ts";
import { printable, printableLine } from "../terminal/printable.ts";
import { createStyle, type Style, wantsColor } from "../terminal/style.ts";
import { answerError, answerJson } from "./json-answer.ts";

const command = "review";

interface Wanted {
	readonly kind: "ok";
	readonly request: ExecRequest;
	readonly target: ReviewTarget;
	/** The least urgent priority that fails. */
	readonly failOn: number | undefined;
}

function readWanted(invocation: Invocation): Wanted | { readonly kind: "error"; readonly message: string } {
	const read = readExecRequest(invocation);
	if (read.kind === "error") return read;
	const [base, commit] = [lastValue(invocation, "base"), lastValue(invocation, "commit")];
	const named = [base !== undefined, commit !== undefined, hasFlag(invocation, "uncommitted")].filter(Boolean);
	if (named.length > 1) return { kind: "error", message: "give one of `--uncommitted`, `--base` and `--commit`" };
	const failOn = lastValue(invocation, "fail-on");
	return {
		kind: "ok",
		request: read.request,
		target:
			base !== undefined
				? { kind: "base", branch: base }
				: commit !== undefined
					? { kind: "commit", commit }
					: { kind: "uncommitted" },
		failOn: failOn === undefined ? undefined : Number(failOn),
	};
}

/** Runs the session to its end; the text is `null` when the model said nothing. */
async function converse(
	{ io, runtime, invocation }: { readonly io: CliIo; readonly runtime: Runtime; readonly invocation: Invocation },
	request: ExecRequest,
	{ start, prompt }: PreparedReview,
): Promise<{ readonly exitCode: ExitCode; readonly text: string | null; readonly lines: readonly string[] }> {
	const started = await runtime.startSession({ ...request.start, ...start });
	if (started.kind === "error") return { ...started, text: null };
	let text: string | null = null;
	const style = createStyle(wantsColor(colorChoice(invocation), io.stderr, runtime.plainOutput));
	const exitCode = await runSession({
		session: started.session,
		processor: createHumanProcessor({ progress: (line) => io.stderr.write(line), answer: () => undefined, style }),
		io,
		items: [{ type: "text", text: prompt }],
		onOutcome: (outcome) => {
			if (outcome.kind === "completed") text = outcome.lastAgentMessage;
			return Promise.resolve(true);
		},
	});
	const lines = exitCode === exitCodes.done && text === null ? ["the model gave no answer"] : [];
	return { exitCode, text, lines };
}

function place(root: string, { code_location: { absolute_file_path: file, line_range } }: ReviewFinding): string {
	const relative = path.relative(root, file);
	const shown = relative === "" || relative.startsWith("..") ? file : relative;
	const { start, end } = line_range;
	return `${shown}:${start === end ? start : `${start}-${end}`}`;
}

function textOf(review: Review, root: string, style: Style): string {
	const { findings, overall_correctness: verdict, overall_explanation: why } = review;
	const urgentFirst = findings.toSorted((left, right) => (left.priority ?? 4) - (right.priority ?? 4));
	const blocks = urgentFirst.map((finding) =>
		[
			style.bold(printableLine(finding.title, 200)),
			style.dim(printableLine(place(root, finding), 400)),
			printable(finding.body.trim()),
		].join("\n"),
	);
	const summary = [findings.length === 0 ? "no findings" : "", verdict].filter((part) => part !== "").join("; ");
	return [
		...blocks,
		[summary, why.trim()]
			.filter((part) => part !== "")
			.map(printable)
			.join("\n"),
	].join("\n\n");
}

function show(
	{ io, invocation, runtime }: { readonly io: CliIo; readonly invocation: Invocation; readonly runtime: Runtime },
	{ target, failOn }: Wanted,
	{ review, root, commit, structured }: ShownReview,
): ExitCode {
	const blocks = failOn !== undefined && review.findings.some(({ priority }) => (priority ?? 0) <= failOn);
	const exitCode = blocks ? exitCodes.gate : structured ? exitCodes.done : exitCodes.failed;
	if (hasFlag(invocation, "json")) {
		const reason = blocks ? "findings" : structured ? "ok" : "no_review";
		const data = { target: { ...target, ...(commit === undefined ? {} : { compared_with: commit }) }, root, ...review };
		return answerJson(io, { command, exitCode, reason, data });
	}
	const style = createStyle(wantsColor(colorChoice(invocation), io.stdout, runtime.plainOutput));
	if (!structured) io.stderr.write("error: the answer is not in the form of a review; it follows as it is\n");
	io.stdout.write(`${textOf(review, root, style)}\n`);
	return exitCode;
}

interface ShownReview {
	readonly review: Review;
	readonly root: string;
	readonly commit?: string | undefined;
	/** False: the answer was not in the form, and stands in the explanation. */
	readonly structured: boolean;
}

const emptyReview: Review = {
	findings: [],
	overall_correctness: "",
	overall_explanation: "there is no change to review",
	overall_confidence_score: null,
};

/** Runs the command. */
export async function runReview(invocation: Invocation, io: CliIo): Promise<ExitCode> {
	const json = hasFlag(invocation, "json");
	const fail = (exitCode: ExitCode, reason: string, lines: readonly string[]): ExitCode =>
		answerError(io, json, { command, exitCode, reason, lines });
	const wanted = readWanted(invocation);
	if (wanted.kind === "error") return fail(exitCodes.usage, "usage", [wanted.message]);
	const made = createRuntime(io.runtimeOptions);
	if (made.kind === "error") return fail(made.exitCode, "not_reviewed", made.lines);
	const { runtime } = made;
	const { request, target } = wanted;
	try {
		const { flags, cwd } = request.start;
		const prepared = await prepareReview(runtime, {
			target,
			flags,
			...(cwd === undefined ? {} : { cwd }),
			...(request.prompt === undefined ? {} : { instructions: request.prompt }),
		});
		if (prepared.kind === "error") return fail(prepared.exitCode, "not_reviewed", prepared.lines);
		const surroundings = { io, runtime, invocation };
		if (prepared.kind === "nothing") {
			return show(surroundings, wanted, { review: emptyReview, root: runtime.environment.cwd, structured: true });
		}
		const { exitCode, text, lines } = await converse(surroundings, request, prepared);
		if (text === null) {
			const code = exitCode === exitCodes.done ? exitCodes.failed : exitCode;
			if (lines.length > 0) return fail(code, "not_reviewed", lines);
			// What went wrong was said while it ran.
			return json ? answerJson(io, { command, exitCode: code, reason: "not_reviewed" }) : code;
		}
		const { root, commit } = prepared;
		return show(surroundings, wanted, { ...readReview(text), root, commit });
	} finally {
		await runtime.close();
	}
}
