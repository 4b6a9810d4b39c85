// Everything of `exec` before its session runs: options, files, start-up and prompt, side by side where that is possible.
// The first thing that is wrong ends it before any request is sent.

import { type ExitCode, exitCodes, type JsonObject, type UserInput } from "@codex/protocol";
import type { Runtime, SessionHandle } from "@codex/runtime";
import { allValues, lastValue } from "../arguments/read-options.ts";
import type { Invocation } from "../arguments/select-command.ts";
import type { CliIo } from "../cli-io.ts";
import { abortMessage } from "./event-processor.ts";
import { type FileResult, readImages, readOutputSchema } from "./files.ts";
import { type MessageFile, settleMessageFile } from "./message-file.ts";
import { buildPrompt, type PromptResult } from "./prompt.ts";
import { type ExecRequest, readExecRequest } from "./start-request.ts";

/** A run that is ready to start. */
export interface PreparedRun {
	readonly kind: "ok";
	readonly session: SessionHandle;
	readonly items: readonly UserInput[];
	readonly outputSchema: JsonObject | undefined;
	/** Where the final message goes; the caller closes it. */
	readonly messageFile: MessageFile | undefined;
}

/** Why there is no run. */
export interface PreparationError {
	readonly kind: "error";
	readonly exitCode: ExitCode;
	readonly lines: readonly string[];
}

// How long an idle pipe on stdin may take for its first byte. Start-up usually takes longer anyway.
const firstByteMs = 50;

const usageError = (message: string): PreparationError => ({
	kind: "error",
	exitCode: exitCodes.usage,
	lines: [message],
});

function startPrompt(
	request: ExecRequest,
	runtime: Runtime,
	io: CliIo,
	started: Promise<unknown>,
): Promise<PromptResult> {
	return buildPrompt({
		argument: request.prompt,
		waitForStdin: request.waitForStdin,
		stdin: io.stdin,
		say: (line) => io.stderr.write(`${line}\n`),
		patience: async () => {
			await Promise.all([runtime.clock.sleep(firstByteMs), started]);
			// Start-up may have kept the event loop busy: let it look at stdin once more.
			for (let turn = 0; turn < 2; turn += 1) await new Promise((resolve) => setImmediate(resolve));
		},
	});
}

async function readItems(
	prompt: Promise<PromptResult>,
	images: Promise<FileResult<readonly UserInput[]>>,
): Promise<FileResult<readonly UserInput[]>> {
	const [text, loaded] = await Promise.all([prompt, images]);
	if (text.kind === "error") return text;
	if (loaded.kind === "error") return loaded;
	return { kind: "ok", value: [...loaded.value, { type: "text", text: text.text }] };
}

/** The limit on the run counts while the prompt is awaited too. */
async function beforeTimeout<T>(
	work: Promise<T>,
	{ clock }: Runtime,
	timeoutMs: number | undefined,
): Promise<T | PreparationError> {
	if (timeoutMs === undefined) return work;
	const message = abortMessage({ kind: "limit", limit: "wall_clock", granted: timeoutMs });
	const timeUp: PreparationError = { kind: "error", exitCode: exitCodes.limit, lines: [message] };
	let cancel = (): void => undefined;
	const expired = new Promise<PreparationError>((resolve) => {
		cancel = clock.timer(timeoutMs, () => resolve(timeUp));
	});
	try {
		return await Promise.race([work, expired]);
	} finally {
		cancel();
	}
}

/** Prepares the run of an invocation of `exec`. Never rejects. */
export async function prepareRun(
	invocation: Invocation,
	runtime: Runtime,
	io: CliIo,
): Promise<PreparedRun | PreparationError> {
	const { cwd } = runtime.environment;
	const read = readExecRequest(invocation);
	if (read.kind === "error") return usageError(read.message);
	const messageName = lastValue(invocation, "output-last-message");
	const messageFile = messageName === undefined ? undefined : settleMessageFile(messageName, cwd);
	if (messageFile?.kind === "error") return usageError(messageFile.message);
	const schemaFile = lastValue(invocation, "output-schema");
	const schema = schemaFile === undefined ? undefined : await readOutputSchema(schemaFile, cwd);
	if (schema?.kind === "error") return usageError(schema.message);
	const outputSchema = schema?.value;
	const starting = runtime.startSession({
		...read.request.start,
		...(outputSchema === undefined ? {} : { outputSchema }),
	});
	const items = readItems(
		startPrompt(read.request, runtime, io, starting),
		readImages(allValues(invocation, "image"), cwd),
	);
	const started = await starting;
	if (started.kind === "error") return started;
	const ready = await beforeTimeout(items, runtime, read.request.start.limits.timeoutMs);
	if (ready.kind === "error") {
		await started.session.close();
		return "lines" in ready ? ready : usageError(ready.message);
	}
	return { kind: "ok", session: started.session, items: ready.value, outputSchema, messageFile: messageFile?.value };
}
