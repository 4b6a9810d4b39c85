// `code doctor`: a list of checks to which later parts of the program add theirs. Checks look and change nothing; one that
// fails by itself is a finding like any other.

import { type ConfigFlags, formatProblem, loadConfig } from "@codex/config";
import { type DoctorCheck, toError } from "@codex/protocol";
import type { RuntimeContext } from "../runtime-context.ts";
import type { DoctorSubject } from "./finding.ts";
import { checkDisk, checkHome, checkLog, checkNode, checkPrograms } from "./machine-checks.ts";
import { checkProvider, checkReachable } from "./provider-checks.ts";
import { checkSessions } from "./session-checks.ts";

/** One entry of the registry. */
export interface DoctorProbe {
	/** Names the check when the probe itself fails. */
	readonly name: string;
	/** May answer with several lines. */
	run(subject: DoctorSubject): readonly DoctorCheck[] | Promise<readonly DoctorCheck[]>;
}

function checkConfig({ loaded }: DoctorSubject): readonly DoctorCheck[] {
	if (loaded.warnings.length > 0) {
		return loaded.warnings.map((problem) => ({
			name: "config",
			status: "warning",
			detail: formatProblem(problem),
			hint: problem.hint,
		}));
	}
	const detail = loaded.files.length === 0 ? "there is no config file, so the defaults hold" : loaded.files.join(", ");
	return [{ name: "config", status: "ok", detail }];
}

/** The checks of this version, in the order of the answer. */
export const doctorProbes: readonly DoctorProbe[] = [
	{ name: "node", run: checkNode },
	{ name: "home", run: checkHome },
	{ name: "config", run: checkConfig },
	{ name: "provider", run: checkProvider },
	{ name: "reachable", run: checkReachable },
	{ name: "programs", run: checkPrograms },
	{ name: "log", run: checkLog },
	{ name: "disk", run: checkDisk },
	{ name: "sessions", run: checkSessions },
];

async function runProbe(probe: DoctorProbe, subject: DoctorSubject): Promise<readonly DoctorCheck[]> {
	try {
		return await probe.run(subject);
	} catch (error) {
		const detail = `the check itself failed: ${toError(error).message}`;
		return [{ name: probe.name, status: "failed", detail, hint: "please report this" }];
	}
}

/** Runs all checks. A configuration that cannot be read is a finding, and the rest runs without its files. Never rejects. */
export async function runDoctor(
	context: RuntimeContext,
	flags: ConfigFlags,
	options: { readonly online: boolean; readonly probes?: readonly DoctorProbe[] },
): Promise<readonly DoctorCheck[]> {
	const checks: DoctorCheck[] = [];
	let loaded = await loadConfig(context.environment, context.paths, flags);
	const isBroken = loaded.kind === "error";
	if (loaded.kind === "error") {
		for (const problem of loaded.problems) {
			checks.push({ name: "config", status: "failed", detail: formatProblem(problem), hint: problem.hint });
		}
		loaded = await loadConfig(context.environment, context.paths, { overrides: [], ignoreUserConfig: true });
	}
	if (loaded.kind === "error") return checks;
	const subject: DoctorSubject = { context, loaded, online: options.online };
	for (const probe of options.probes ?? doctorProbes) {
		if (probe.name === "config" && isBroken) continue;
		checks.push(...(await runProbe(probe, subject)));
	}
	return checks;
}
