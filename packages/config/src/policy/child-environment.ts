// The environment of the commands that the model runs: exactly what `shell_environment_policy` says, minus the keys of
// the providers, which no command ever needs to see.

import type { Config } from "../config.ts";
import type { ShellEnvironmentPolicyConfig } from "../config-sections.ts";
import type { Environment } from "../home/surroundings.ts";
import { keyVariableNames } from "../provider/credentials.ts";

const coreNames = new Set(["HOME", "LOGNAME", "PATH", "SHELL", "USER", "USERNAME", "TMPDIR", "TEMP", "TMP"]);
const defaultExcludes = ["*KEY*", "*SECRET*", "*TOKEN*"];

/** A glob of `*` and `?` on a whole name, any case. At worst the product of both lengths, however many stars there are. */
export function matchesGlob(glob: string, name: string): boolean {
	const pattern = glob.toUpperCase();
	const text = name.toUpperCase();
	let at = 0;
	let star = -1;
	let retry = 0;
	let index = 0;
	while (index < text.length) {
		if (pattern[at] === "*") {
			star = at;
			at += 1;
			retry = index;
		} else if (at < pattern.length && (pattern[at] === "?" || pattern[at] === text[index])) {
			at += 1;
			index += 1;
		} else if (star >= 0) {
			at = star + 1;
			retry += 1;
			index = retry;
		} else return false;
	}
	while (pattern[at] === "*") at += 1;
	return at === pattern.length;
}

// Shorter values are too common to be told from a key.
const shortestKey = 8;

type Variables = Record<string, string>;

function inherited(policy: ShellEnvironmentPolicyConfig, env: Environment["env"]): Variables {
	const excludes = policy.ignore_default_excludes ? policy.exclude : [...defaultExcludes, ...policy.exclude];
	const result: Variables = {};
	for (const [name, value] of policy.inherit === "none" ? [] : Object.entries(env)) {
		if (value === undefined || (policy.inherit === "core" && !coreNames.has(name))) continue;
		if (!excludes.some((glob) => matchesGlob(glob, name))) result[name] = value;
	}
	return result;
}

/** Whether a variable holds a provider's key, by its name or by its value. */
function createKeyTest(config: Config, env: Environment["env"]): (name: string, value: string) => boolean {
	const names = keyVariableNames(config.model_providers);
	const values = new Set<string>();
	for (const name of names) {
		const value = env[name];
		if (value !== undefined && value.length >= shortestKey) values.add(value);
	}
	return (name, value) => names.has(name) || values.has(value);
}

/**
 * The variables of a command, in the order of the reference: inherit (all, core or none); drop names like *KEY*,
 * *SECRET*, *TOKEN* unless `ignore_default_excludes`; drop `exclude`; add `set`; keep only `include_only` when it is not
 * empty. Last, and whatever the policy says, every variable that holds a provider's key is dropped, by name or by value.
 */
export function childEnvironment(config: Config, environment: Environment): Record<string, string> {
	const policy = config.shell_environment_policy;
	const all: Variables = { ...inherited(policy, environment.env), ...policy.set };
	const holdsKey = createKeyTest(config, environment.env);
	const result: Variables = {};
	for (const [name, value] of Object.entries(all)) {
		const isKept = policy.include_only.length === 0 || policy.include_only.some((glob) => matchesGlob(glob, name));
		if (isKept && !holdsKey(name, value)) result[name] = value;
	}
	return result;
}
