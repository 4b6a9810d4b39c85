// Spec-Kit's settings out of the program's: the table `speckit` of config.toml, and the variables of its families.

import type { LoadedConfig } from "@codex/config";
import { chooseEvidenceDir, parseSpecKitConfig, type SpecKitConfig } from "@codex/spec-kit";

/** The settings, or why they cannot be used. */
export type HostConfigResult =
	| { readonly ok: true; readonly config: SpecKitConfig }
	| { readonly ok: false; readonly errors: readonly string[] };

const families = /^(?:SPEC_OPS|SPEC_KIT|SPECKIT)_/;

/** The variables that the engine looks at: the process's, and over them those that the user sets for commands. */
function variables(loaded: LoadedConfig, env: Readonly<Record<string, string | undefined>>): Record<string, string> {
	const { secret_env: secret } = loaded.config.speckit.hal;
	const found: Record<string, string> = {};
	const sources = [Object.entries(env), Object.entries(loaded.config.shell_environment_policy.set)];
	for (const [name, value] of sources.flat()) {
		if (value !== undefined && (families.test(name) || name === secret)) found[name] = value;
	}
	return found;
}

const present = (values: Readonly<Record<string, unknown>>): Record<string, unknown> =>
	Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined));

/** Reads them. `forkFolderExists`: the repository has the evidence folder of the fork. */
export function hostConfig(
	loaded: LoadedConfig,
	env: Readonly<Record<string, string | undefined>>,
	forkFolderExists: boolean,
): HostConfigResult {
	const { speckit } = loaded.config;
	const { consensus, commands, hal, evidence, quality_gates: gates, retry } = speckit;
	const timed = (command: string | undefined): unknown =>
		command === undefined ? undefined : { command, timeout_ms: commands.timeout_seconds * 1000 };
	const table = present({
		rosters: speckit.rosters,
		gate_roster: speckit.gate_roster,
		aggregators: speckit.aggregators,
		arbiter: speckit.arbiter,
		consensus: present({
			mode: consensus.mode,
			threshold: consensus.threshold,
			similarity: consensus.similarity_threshold,
			quorum: consensus.quorum,
			allow_degraded: consensus.allow_degraded,
			majority: consensus.majority,
		}),
		quality_gates: { enabled: gates.enabled, max_questions: gates.max_questions },
		retries: { agent: retry.max_retries, validate: retry.validate },
		implement: { candidates: speckit.implement.candidates },
		commands: present({ build: timed(commands.build), lint: timed(commands.lint), test: timed(commands.test) }),
		hal: present({ mode: hal.mode === "mock" || hal.skip ? "mock" : "live", base_url: hal.base_url }),
		evidence: {
			max_evidence_age_days: Math.max(1, evidence.retention_days),
			soft_limit_mb: evidence.max_size_per_spec_mb,
			hard_limit_mb: evidence.max_size_per_spec_mb * 2,
		},
		max_context_chars: speckit.max_context_chars,
	});
	const evidenceDir = chooseEvidenceDir(speckit.evidence_dir, forkFolderExists);
	const parsed = parseSpecKitConfig(table, { environment: variables(loaded, env), evidenceDir });
	return parsed.ok ? { ok: true, config: parsed.config } : parsed;
}
