// The verbs that are no command of the engine's catalog: what they do with runs, evidence and the repository's files.

import { exitCodes } from "@codex/protocol";
import { acceptVerb, convergeVerb, driftVerb } from "./drift-verbs.ts";
import { questionData, questionLines, resultText, runData, spendData } from "./results.ts";
import { traceVerb } from "./trace-verb.ts";
import { done, specOf, type Verb } from "./verb.ts";

const init: Verb = async ({ kit, ready, dryRun }) => {
	const { created, kept, commands } = await kit.initRepository(ready, dryRun);
	const { wanted, keep } = ready.seatMapping;
	const mapped = dryRun || wanted.length === 0 ? {} : await keep();
	const seats = wanted.map(({ agent, provider, model }) => `${agent} on ${provider}/${model}`).join(", ");
	const would = dryRun ? "would make" : "made";
	const found = Object.entries(commands).map(([name, command]) => `${name}: ${command}`);
	return done({ created, kept, commands, agents: wanted, dry_run: dryRun }, [
		...created.map((file) => `${would} ${file}`),
		...kept.map((file) => `kept ${file}`),
		...(found.length === 0 ? ["no build, lint or test command was found: set them in .code/config.toml"] : found),
		...(seats === ""
			? []
			: [`${dryRun ? "would map" : "mapped"} ${seats}${mapped.file === undefined ? "" : ` in ${mapped.file}`}`]),
		...(mapped.problem === undefined ? [] : [`the agents were not mapped: ${mapped.problem}`]),
		...(dryRun
			? []
			: ["look at .code/config.toml, then `code config trust`: its commands run only when you trust them"]),
	]);
};

const runs: Verb = async ({ kit, ready }, words) => {
	const specId = specOf(kit, words);
	const found = await kit.listRuns(ready, specId);
	const data = found.map(({ runId, state, isRunning, startedAt, stages, questions, reason, spend }) => ({
		run_id: runId,
		state,
		running: isRunning,
		started_at: startedAt,
		stages,
		questions: questions.map(questionData),
		...(reason === undefined ? {} : { reason }),
		spend: spendData(spend),
	}));
	const lines = found.map(
		({ runId, state, isRunning, startedAt, spend }) =>
			`${runId}  ${startedAt}  ${isRunning ? "running" : state}  ${spend.attempts} calls, $${spend.costUsd.toFixed(4)}`,
	);
	return done({ spec_id: specId, runs: data }, lines.length === 0 ? [`${specId} has no runs`] : lines);
};

const resume: Verb = async (place, words) => {
	const { kit, ready, signal, limits, answers } = place;
	const specId = specOf(kit, words);
	const [, runId] = words;
	const resumed = await kit.resumeRun(ready, {
		specId,
		signal,
		...(runId === undefined ? {} : { runId }),
		...(answers === undefined ? {} : { answers }),
		...(limits === undefined ? {} : { limits }),
	});
	if (resumed.kind === "none") {
		return {
			exitCode: exitCodes.usage,
			reason: "no_run",
			data: { message: resumed.message },
			text: `${resumed.message}\n`,
		};
	}
	const { result } = resumed;
	return {
		exitCode: kit.pipelineExitCode(result.outcome),
		reason: result.outcome.kind,
		data: runData(result),
		text: resultText({ kind: "run", result }),
	};
};

const cancel: Verb = async ({ kit, ready, runtime }, words) => {
	const specId = specOf(kit, words);
	const [, runId] = words;
	const request = { specId, ...(runId === undefined ? {} : { runId }) };
	const result = await kit.cancelRun(ready, request, runtime.clock);
	switch (result.kind) {
		case "ended":
			return done({ run_id: result.runId }, [
				`the run ${result.runId} was cancelled; \`code speckit resume ${specId}\` goes on`,
			]);
		case "idle":
			return {
				exitCode: exitCodes.usage,
				reason: "no_run",
				data: { message: result.message },
				text: `${result.message}\n`,
			};
		case "stubborn":
			return {
				exitCode: exitCodes.failed,
				reason: "still_running",
				data: { run_id: result.runId },
				text: `the run ${result.runId} was told to end and has not yet\n`,
			};
	}
};

/** The chain of a SPEC, and what waits for a person. */
const verify: Verb = async ({ kit, ready }, words) => {
	const specId = specOf(kit, words);
	const { ok, records, hash, failure, unchained } = await kit.verifyEvidenceOf(ready, specId);
	const data = {
		spec_id: specId,
		ok,
		records,
		hash: hash ?? null,
		unchained,
		...(failure === undefined ? {} : { failure }),
	};
	const said = ok
		? `the evidence of ${specId} is as it was written: ${records} records${unchained === 0 ? "" : `, ${unchained} older files without a chain`}`
		: `the evidence of ${specId} is not as it was written: ${JSON.stringify(failure)}`;
	return { exitCode: ok ? exitCodes.done : exitCodes.gate, reason: ok ? "ok" : "changed", data, text: `${said}\n` };
};

const stats: Verb = async ({ kit, ready }, words) => {
	const specId = words.length === 0 ? undefined : specOf(kit, words);
	const { totalBytes, specs } = await kit.statsOfEvidence(ready, specId);
	const mib = (bytes: number): string => `${(bytes / 1024 / 1024).toFixed(2)} MiB`;
	return done({ total_bytes: totalBytes, specs }, [
		`evidence: ${mib(totalBytes)}`,
		...specs.map(
			({ specId: id, commandsBytes, consensusBytes, commandsFiles, consensusFiles, level }) =>
				`${id}: commands ${mib(commandsBytes)} in ${commandsFiles} files, consensus ${mib(consensusBytes)} in ${consensusFiles} files (${level})`,
		),
	]);
};

const collect: Verb = async ({ kit, ready, dryRun }, words) => {
	const specId = words.length === 0 ? undefined : specOf(kit, words);
	const { specs, failed } = await kit.collectEvidence(ready, { dryRun, ...(specId === undefined ? {} : { specId }) });
	const failures = failed.map(({ specId: id, error }) => ({ spec_id: id, message: error.message }));
	const lines = [
		...specs.map(({ specId: id, archived, archivePath }) =>
			archived.length === 0
				? `${id}: nothing to archive`
				: `${id}: ${archived.length} files ${dryRun ? "would go" : `went to ${archivePath}`}`,
		),
		...failures.map(({ spec_id, message }) => `${spec_id}: ${message}`),
	];
	const result = done({ dry_run: dryRun, specs, failed: failures }, lines);
	return failed.length === 0 ? result : { ...result, exitCode: exitCodes.failed, reason: "failed" };
};

/** What waits for a person: open questions, and the verdicts with dissent. */
const review: Verb = async ({ kit, ready }, words) => {
	const specId = specOf(kit, words);
	const latest = (await kit.listRuns(ready, specId)).at(-1);
	const verdicts: { readonly stage: string; readonly status: string; readonly conflicts: readonly string[] }[] = [];
	for (const stage of kit.stages) {
		try {
			const found = await kit.performCommand(ready.host, { name: "consensus", specId, stage });
			if (found.kind === "verdict")
				verdicts.push({ stage, status: found.verdict.status, conflicts: found.verdict.conflicts });
		} catch {
			// No verdict of this stage yet.
		}
	}
	const questions = latest?.questions ?? [];
	const open = questions.length > 0 || verdicts.some(({ status }) => status !== "ok");
	const data = {
		spec_id: specId,
		run: latest?.runId ?? null,
		state: latest?.state ?? null,
		verdicts,
		questions: questions.map(questionData),
	};
	const lines = [
		latest === undefined ? `${specId} has no runs` : `run ${latest.runId}: ${latest.state}`,
		...verdicts.flatMap(({ stage, status, conflicts }) => [
			`${stage}: ${status}`,
			...conflicts.map((conflict) => `  conflict: ${conflict}`),
		]),
		...questionLines(questions),
	];
	const result = done(data, lines);
	return open ? { ...result, exitCode: exitCodes.paused, reason: "waiting" } : result;
};

/** Whether each agent can run. */
const doctor: Verb = async ({ kit, ready }) => {
	const auto = kit.commandCatalog.find(({ name }) => name === "auto");
	const seats = auto === undefined ? [] : kit.planOfCommand(ready, auto);
	const missing = seats.filter((seat) => seat.missing !== undefined);
	const lines = seats.map(({ agent, on, missing: why }) =>
		why === undefined ? `ok      ${agent} on ${on}` : `missing ${agent}: ${why}`,
	);
	const result = done({ agents: seats }, lines);
	return Promise.resolve(
		missing.length === 0 ? result : { ...result, exitCode: exitCodes.infrastructure, reason: "missing" },
	);
};

/** Verbs by their words. */
export const verbs: ReadonlyMap<string, Verb> = new Map<string, Verb>([
	["init", init],
	["runs", runs],
	["resume", resume],
	["cancel", cancel],
	["verify", verify],
	["review", review],
	["trace", traceVerb],
	["converge", convergeVerb],
	["drift accept", acceptVerb],
	["drift", driftVerb],
	["doctor", doctor],
	["evidence stats", stats],
	["evidence verify", verify],
	["evidence archive", collect],
	["evidence gc", collect],
]);

/** The verb that the words begin with, and what is left. */
export function findVerb(
	words: readonly string[],
): { readonly name: string; readonly verb: Verb; readonly rest: readonly string[] } | undefined {
	for (const length of [2, 1]) {
		const name = words.slice(0, length).join(" ");
		const verb = verbs.get(name);
		if (verb !== undefined && words.length >= length) return { name, verb, rest: words.slice(length) };
	}
	return undefined;
}
