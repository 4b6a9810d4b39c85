// Chooses the processor and connects it to the process.

import { hasFlag, lastValue } from "../arguments/read-options.ts";
import type { Invocation } from "../arguments/select-command.ts";
import type { CliIo } from "../cli-io.ts";
import { printable } from "../terminal/printable.ts";
import { type ColorChoice, createStyle, wantsColor } from "../terminal/style.ts";
import type { EventProcessor } from "./event-processor.ts";
import { createHumanProcessor } from "./human.ts";
import { createJsonlProcessor } from "./jsonl.ts";

/** What `--color` says. */
export function colorChoice(invocation: Invocation): ColorChoice {
	const value = lastValue(invocation, "color");
	return value === "always" || value === "never" ? value : "auto";
}

/** JSONL on stdout. The person who reads stderr gets what a person needs: why nothing runs, and warnings. */
function jsonProcessor(io: CliIo): EventProcessor {
	const jsonl = createJsonlProcessor((line) => io.stdout.write(`${line}\n`));
	const say = (line: string): void => io.stderr.write(`${printable(line)}\n`);
	return {
		startFailed: (lines) => {
			jsonl.startFailed(lines);
			for (const line of lines) say(line);
		},
		started: (info) => {
			const lines = [
				`using ${info.provider}${info.because === "" ? "" : ` (${info.because})`}`,
				...info.warnings.map((text) => `warning: ${text}`),
			];
			for (const line of lines) say(line);
			jsonl.started(info);
		},
		take: (event) => jsonl.take(event),
		end: (outcome) => {
			jsonl.end(outcome);
			if (outcome.kind === "failed") say(`error: ${outcome.message}`);
		},
	};
}

/** The processor for an invocation. `plain`: the environment asks for no colour. */
export function chooseProcessor(invocation: Invocation, io: CliIo, plain: boolean): EventProcessor {
	if (hasFlag(invocation, "json")) return jsonProcessor(io);
	return createHumanProcessor({
		progress: (text) => io.stderr.write(text),
		answer: (text) => io.stdout.write(text.endsWith("\n") ? text : `${text}\n`),
		style: createStyle(wantsColor(colorChoice(invocation), io.stderr, plain)),
	});
}
