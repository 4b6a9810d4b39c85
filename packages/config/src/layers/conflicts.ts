// Layers that contradict each other about approvals, the sandbox or the provider. A variable that is handed to every
// command under such a name claims a policy that the configuration also states: nobody can tell which one was meant.

import type { ConfigProblem } from "../check/problem.ts";
import { formatPath, isTable, type TomlTable, valueAt } from "../tree/tree.ts";
import { type Layer, type Place, problemAt } from "./layer.ts";
import { originOf } from "./merge.ts";

// Part of a variable's name, and the key that it competes with.
const contested = [
	{ part: "APPROVAL", key: "approval_policy" },
	{ part: "SANDBOX", key: "sandbox_mode" },
	{ part: "MODEL_PROVIDER", key: "model_provider" },
] as const;

function where(place: Place): string {
	return place.kind === "file" ? `${place.file}:${place.line}:${place.column}` : "the command line";
}

/** Problems of `shell_environment_policy.set` against keys that TOML (a file, the profile, `-c`) sets. */
export function policyConflicts(tomlLayers: readonly Layer[], merged: TomlTable): readonly ConfigProblem[] {
	const set = valueAt(merged, ["shell_environment_policy", "set"]);
	if (!isTable(set)) return [];
	const problems: ConfigProblem[] = [];
	for (const name of Object.keys(set)) {
		for (const { part, key } of contested) {
			const rival = name.toUpperCase().includes(part) ? originOf(tomlLayers, [key]) : undefined;
			if (rival === undefined) continue;
			const path = ["shell_environment_policy", "set", name];
			const origin = originOf(tomlLayers, path);
			if (origin === undefined) continue;
			const message = `\`${formatPath(path)}\` contradicts \`${key}\`, which is set at ${where(rival.place)}`;
			const hint = `remove the variable; commands learn the policy from \`${key}\``;
			problems.push(problemAt(origin.place, { key: formatPath(path), message, hint }));
		}
	}
	return problems;
}
