// What `code config explain` says: what a key is set to, by whom and where, and who lost. Secrets are masked by config.

import {
	type ConfigFlags,
	explainAll,
	explainKey,
	formatPlace,
	formatProblem,
	loadConfig,
	type ValueExplanation,
} from "@codex/config";
import { exitCodes } from "@codex/protocol";
import type { RuntimeContext } from "../runtime-context.ts";
import { type StartError, startError } from "../session/start-request.ts";

/** An explanation for people and for programs. */
export interface ConfigExplanation {
	readonly kind: "ok";
	/** For people. */
	readonly lines: readonly string[];
	/** For programs. */
	readonly entries: readonly ValueExplanation[];
}

const show = (value: unknown): string => (value === undefined ? "(not set)" : JSON.stringify(value));

function entryLines(entry: ValueExplanation): readonly string[] {
	const { origin, losers } = entry;
	return [
		`${entry.key} = ${show(entry.value)}`,
		`  from ${origin.layer}: ${formatPlace(origin.place)}`,
		...losers.map(
			(loser) => `  over ${show(loser.value)} from ${loser.origin.layer}: ${formatPlace(loser.origin.place)}`,
		),
		...(entry.default === undefined || origin.layer === "default" ? [] : [`  default ${show(entry.default)}`]),
		...(entry.expected === undefined ? [] : [`  expects ${entry.expected}`]),
		...(entry.doc === undefined ? [] : [`  ${entry.doc}`]),
	];
}

/** Explains one key, or all that are set or have a default when `key` is undefined. */
export async function explainConfig(
	context: RuntimeContext,
	flags: ConfigFlags,
	key: string | undefined,
): Promise<ConfigExplanation | StartError> {
	const loaded = await loadConfig(context.environment, context.paths, flags);
	if (loaded.kind === "error") return startError(exitCodes.usage, ...loaded.problems.map(formatProblem));
	if (key === undefined) {
		const entries = explainAll(loaded);
		return {
			kind: "ok",
			entries,
			lines: entries.map((entry) => `${entry.key} = ${show(entry.value)}  (${entry.origin.layer})`),
		};
	}
	const explanation = explainKey(loaded, key);
	switch (explanation.kind) {
		case "value":
			return { kind: "ok", entries: [explanation], lines: entryLines(explanation) };
		case "table":
			return { kind: "ok", entries: explanation.entries, lines: explanation.entries.flatMap(entryLines) };
		case "unknown": {
			const near = explanation.nearest.map((name) => `\`${name}\``).join(", ");
			const hint = near === "" ? "" : `; did you mean ${near}?`;
			return startError(exitCodes.usage, `there is no key \`${explanation.key}\`${hint}`);
		}
	}
}
