// `code speckit trace`: the trace as a table, as JSON, and as a report for a browser.

import path from "node:path";
import { exitCodes } from "@codex/protocol";
import { printable } from "../terminal/printable.ts";
import { done, specOf, UsageProblem, type Verb, type VerbPlace } from "./verb.ts";

type SpecTrace = Awaited<ReturnType<VerbPlace["kit"]["traceSpec"]>>;

interface TraceWords {
	readonly rest: readonly string[];
	/** `""`: the usual place. */
	readonly html: string | undefined;
	readonly strict: boolean;
}

function readWords(words: readonly string[]): TraceWords {
	const rest: string[] = [];
	let html: string | undefined;
	let strict = false;
	for (let at = 0; at < words.length; at += 1) {
		const word = words[at] ?? "";
		const [, inline] = /^--html=(.+)$/s.exec(word) ?? [];
		if (inline !== undefined) html = inline;
		else if (word === "--html") {
			const next = words[at + 1];
			html = next?.endsWith(".html") === true ? next : "";
			if (html !== "") at += 1;
		} else if (word === "--strict") strict = true;
		else rest.push(word);
	}
	return { rest, html, strict };
}

function lines({ trace, runs, warnings }: SpecTrace): readonly string[] {
	const tasks = new Map(trace.tasks.map((task) => [task.id, task]));
	const cost = runs.costs.reduce((sum, { costUsd }) => sum + costUsd, 0);
	return [
		...trace.requirements.flatMap(({ id, text, tasks: ids, status }) => [
			`${id}  ${status ?? "not validated yet"}  ${text}`,
			...ids.flatMap((task) => {
				const found = tasks.get(task);
				if (found === undefined) return [];
				const files = found.files.map((file) => `${file.path}${file.exists ? "" : " (missing)"}`).join(", ");
				const commits = found.commits.map((commit) => commit.id.slice(0, 9)).join(", ");
				return [
					`    [${found.done ? "x" : " "}] ${task} ${found.title}`,
					...(files === "" ? [] : [`        files: ${files}`]),
					...(found.validation === "" ? [] : [`        validation: ${found.validation}`]),
					...(commits === "" ? [] : [`        commits: ${commits}`]),
				];
			}),
		]),
		...(trace.requirements.length === 0 ? ["no requirements: spec.md and PRD.md name none"] : []),
		...trace.gaps.map(({ message }) => `gap: ${message}`),
		...Object.entries(trace.evidence).map(([stage, paths]) => `evidence of ${stage}: ${paths.length} files`),
		`cost: $${cost.toFixed(4)}`,
		...warnings.map((warning) => `warning: ${warning}`),
	];
}

function dataOf({ trace, records, runs, warnings }: SpecTrace): Readonly<Record<string, unknown>> {
	return {
		spec_id: trace.specId,
		requirements: trace.requirements.map(({ because, ...rest }) => ({
			...rest,
			...(because === undefined ? {} : { evidence: because }),
		})),
		tasks: trace.tasks.map(({ commits, files, ...rest }) => ({
			...rest,
			files: files.map(({ isTest, ...file }) => ({ ...file, is_test: isTest })),
			commits: commits.map(({ id, atMs, message }) => ({
				id,
				at: new Date(atMs).toISOString(),
				subject: message.split("\n")[0] ?? "",
			})),
		})),
		gaps: trace.gaps,
		evidence: trace.evidence,
		verdicts: runs.verdicts.map(({ stage, status, decision, measures }) => ({
			stage,
			status,
			decision: decision ?? null,
			confidence: measures.confidence,
		})),
		costs: runs.costs.map(({ costUsd, ...cost }) => ({ ...cost, cost_usd: costUsd })),
		marginal_values: records.voters.map(({ costUsd, decisionChanged, ...voter }) => ({
			...voter,
			cost_usd: costUsd,
			decision_changed: decisionChanged,
		})),
		unpriced_calls: runs.unpricedCalls,
		candidates: records.candidates,
		warnings,
	};
}

/** The place of the report in the repository. */
function placeOf(root: string, cwd: string, named: string): string {
	const file = path.relative(root, path.resolve(cwd, named));
	if (file === "" || file.startsWith("..") || path.isAbsolute(file)) {
		throw new UsageProblem(`the report must lie in the repository, not in \`${named}\``);
	}
	return file.split(path.sep).join("/");
}

/** The verb. */
export const traceVerb: Verb = async ({ kit, ready, runtime, dryRun }, words) => {
	const { rest, html, strict } = readWords(words);
	const specId = specOf(kit, rest);
	if (rest.length > 1) throw new UsageProblem(`\`${rest[1]}\` is not expected`);
	const found = await kit.traceSpec(runtime, ready, specId);
	const place = html === undefined || html === "" ? undefined : placeOf(ready.root, runtime.environment.cwd, html);
	const report = html === undefined || dryRun ? undefined : await kit.writeReport(ready, found, place);
	const written = report === undefined ? [] : [`the report is ${path.join(ready.root, report)}`];
	const data = { ...dataOf(found), ...(report === undefined ? {} : { html: report }) };
	const result = done(data, [...lines(found), ...written].map(printable));
	if (!strict || found.trace.gaps.length === 0) return result;
	return { ...result, exitCode: exitCodes.gate, reason: "gaps" };
};
