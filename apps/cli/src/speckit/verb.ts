// What a verb is: what it stands on, what it comes to, and how it says that its words are wrong.

import { type ExitCode, exitCodes } from "@codex/protocol";
import type { ReadySpecKitHost, Runtime, SpecKit } from "@codex/runtime";
import type { Data } from "./results.ts";

/** What a verb came to. */
export interface VerbResult {
	readonly exitCode: ExitCode;
	/** One word that scripts match. */
	readonly reason: string;
	readonly data: Data;
	/** For people; ends with a newline when it is not empty. */
	readonly text: string;
}

/** What verbs stand on. */
export interface VerbPlace {
	readonly kit: SpecKit;
	readonly ready: ReadySpecKitHost;
	readonly runtime: Runtime;
	readonly signal: AbortSignal;
	readonly dryRun: boolean;
	readonly limits: { readonly maxCostUsd?: number } | undefined;
	readonly answers: Parameters<SpecKit["resumeRun"]>[1]["answers"];
}

/** A sentence about how a verb is used wrongly; exit code 2. */
export class UsageProblem extends Error {
	override readonly name = "UsageProblem";
}

/** A verb that went well. */
export const done = (data: Data, lines: readonly string[]): VerbResult => ({
	exitCode: exitCodes.done,
	reason: "ok",
	data,
	text: lines.length === 0 ? "" : `${lines.join("\n")}\n`,
});

/** The SPEC-ID that the words begin with. */
export function specOf(kit: SpecKit, words: readonly string[]): string {
	const [id, ...rest] = words;
	if (id === undefined) throw new UsageProblem("a SPEC-ID is needed, for example SPEC-KIT-065");
	const parsed = kit.parseSpecId(id);
	if (!parsed.ok) throw new UsageProblem(parsed.reason);
	if (rest.length > 1) throw new UsageProblem(`\`${rest[1]}\` is not expected`);
	return parsed.specId;
}

/** What performs a verb; `words` are those behind it. */
export type Verb = (place: VerbPlace, words: readonly string[]) => Promise<VerbResult>;
