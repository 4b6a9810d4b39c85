// `code speckit drift`, `drift accept` and `converge`: what the branch and its SPECs say differently, and what is unbuilt.

import { exitCodes } from "@codex/protocol";
import { printable } from "../terminal/printable.ts";
import { done, specOf, UsageProblem, type Verb, type VerbPlace } from "./verb.ts";

interface DriftWords {
	readonly rest: readonly string[];
	readonly since: string;
	readonly reason: string | undefined;
}

function readWords(words: readonly string[]): DriftWords {
	const rest: string[] = [];
	const values = new Map<string, string>();
	for (let at = 0; at < words.length; at += 1) {
		const word = words[at] ?? "";
		const [, name, inline] = /^--(since|reason)(?:=(.*))?$/s.exec(word) ?? [];
		if (name === undefined) {
			if (word.startsWith("--")) throw new UsageProblem(`\`${word}\` is not expected`);
			rest.push(word);
			continue;
		}
		const value = inline ?? words[at + 1];
		if (inline === undefined) at += 1;
		if (value === undefined || value.trim() === "") throw new UsageProblem(`\`--${name}\` needs a value`);
		values.set(name, value);
	}
	return { rest, since: values.get("since") ?? "main", reason: values.get("reason") };
}

async function findingsOf(
	{ kit, ready, runtime }: VerbPlace,
	specId: string | undefined,
	since: string,
): Promise<Extract<Awaited<ReturnType<VerbPlace["kit"]["findDrift"]>>, { readonly kind: "ok" }>> {
	const found = await kit.findDrift(runtime, ready, { since, ...(specId === undefined ? {} : { specId }) });
	if (found.kind === "problem") throw new UsageProblem(found.message);
	return found;
}

/** What the branch and its SPECs say differently. */
export const driftVerb: Verb = async (place, words) => {
	const { rest, since } = readWords(words);
	const specId = rest.length === 0 ? undefined : specOf(place.kit, rest);
	const { findings, changed } = await findingsOf(place, specId, since);
	const open = findings.filter(({ accepted }) => !accepted);
	const data = {
		since,
		changed_files: changed,
		findings: findings.map(({ specId: id, ...finding }) => ({ ...finding, spec_id: id ?? null })),
		open: open.length,
	};
	const lines = [
		...open.map(({ id, message }) => `${id}  ${message}`),
		...(open.length === 0
			? [
					`no drift in ${changed} changed files since ${since}${findings.length === 0 ? "" : `, ${findings.length} accepted`}`,
				]
			: [`${open.length} findings; \`code speckit drift accept ID SPEC-ID --reason "…"\` keeps one as it is`]),
	];
	const result = done(data, lines.map(printable));
	return open.length === 0 ? result : { ...result, exitCode: exitCodes.gate, reason: "drift" };
};

/** Accepts one finding. */
export const acceptVerb: Verb = async (place, words) => {
	const { rest, since, reason } = readWords(words);
	const [id, ...more] = rest;
	if (id === undefined || !/^[0-9a-f]{10}$/.test(id)) throw new UsageProblem("the id of a finding is needed");
	if (reason === undefined) throw new UsageProblem("`--reason` is needed: why may it stay as it is?");
	const { findings } = await findingsOf(place, undefined, since);
	const finding = findings.find((each) => each.id === id);
	if (finding === undefined) throw new UsageProblem(`there is no finding ${id} since ${since}`);
	const specId = finding.specId ?? specOf(place.kit, more);
	if (place.dryRun) return done({ id, dry_run: true }, [`would accept: ${printable(finding.message)}`]);
	const path = await place.kit.keepAcceptance(place.ready, finding, { reason, specId });
	return done({ id, path, spec_id: specId, reason }, [`accepted in ${path}`]);
};

/** Appends what is unbuilt to the task list. */
export const convergeVerb: Verb = async ({ kit, ready, runtime, dryRun }, words) => {
	const specId = specOf(kit, words);
	const { unbuilt, path, open } = await kit.convergeSpec(runtime, ready, { specId, dryRun });
	const data = { spec_id: specId, unbuilt, path, open_tasks: open, dry_run: dryRun };
	const lines = [
		...unbuilt.map(({ id, title }) => `${dryRun ? "would append" : "appended"} ${id} ${title}`),
		unbuilt.length === 0
			? `nothing is unbuilt beyond ${open} open tasks`
			: `\`code speckit auto ${specId} --from implement\` builds them`,
	];
	return done(data, lines.map(printable));
};
