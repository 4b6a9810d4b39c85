// The clean-tree check: nothing tracked is changed, except what the pipeline itself writes. Untracked files do not count.

import { trackerPath } from "../packet/packet-layout.ts";
import type { Stage } from "../stage.ts";
import { type CheckResult, checked, commandFailure, type GuardrailContext, isOn, passed } from "./guardrail.ts";

// 30 s: the status of very large repositories on slow disks.
const gitTimeoutMs = 30_000;

// From validate on the work itself may not be committed yet; only what is about to be approved must be.
const warnsOnly: ReadonlySet<Stage> = new Set<Stage>(["validate", "audit"]);

/** Changed paths of `git status --porcelain=v1 -z`, both sides of a rename. */
export function changedPaths(porcelain: string): readonly string[] {
	const paths: string[] = [];
	const entries = porcelain.split("\0");
	for (let index = 0; index < entries.length; index += 1) {
		const entry = entries[index] ?? "";
		if (entry.length < 4) continue;
		paths.push(entry.slice(3));
		if (/[RC]/.test(entry.slice(0, 2))) {
			index += 1;
			const origin = entries[index];
			if (origin !== undefined && origin !== "") paths.push(origin);
		}
	}
	return paths;
}

/** The paths that are not the pipeline's own: the packet, the evidence and the tracker. */
function foreignChanges(
	paths: readonly string[],
	own: { readonly packet: string; readonly evidenceDir: string },
): readonly string[] {
	const folders = [`${own.packet}/`, `${own.evidenceDir}/`];
	return paths.filter((path) => path !== trackerPath && !folders.some((folder) => path.startsWith(folder)));
}

async function git(context: GuardrailContext, name: string, args: readonly string[]): Promise<string | CheckResult> {
	const outcome = await context.host.runCommand(
		{
			id: `${context.runId}/${context.stage}/guardrail/git-${name}`,
			// No optional locks and no monitor: looking must not write, nor run what a repository configures.
			command: ["git", "--no-optional-locks", "-c", "core.fsmonitor=false", ...args],
			purpose: "git",
			timeoutMs: gitTimeoutMs,
			environment: { LC_ALL: "C" },
		},
		context.signal,
	);
	if (outcome.exitCode === 0) return outcome.stdout;
	if (/not a git repository/i.test(outcome.stderr))
		return checked("clean-tree", "skipped", "This is no git repository");
	const said = outcome.stderr.trim().split("\n")[0] ?? "";
	return checked("clean-tree", "failed", `git ${name}: ${commandFailure(outcome)}${said === "" ? "" : `, ${said}`}`);
}

/**
 * `clean-tree`: no tracked file outside packet, evidence and tracker is changed. Skipped when dirty trees are allowed
 * (`allowDirty` or `SPEC_OPS_ALLOW_DIRTY`) and outside of git. At validate and audit changes are a warning.
 */
export async function checkCleanTree(context: GuardrailContext): Promise<CheckResult> {
	const name = "clean-tree";
	const { config } = context.host;
	if (context.allowDirty ?? isOn(config.environment["SPEC_OPS_ALLOW_DIRTY"])) {
		return checked(name, "skipped", "Changes are allowed");
	}
	const prefix = await git(context, "rev-parse", ["rev-parse", "--show-prefix"]);
	if (typeof prefix !== "string") return prefix;
	const args = ["status", "--porcelain=v1", "-z", "--untracked-files=no", "--", "."];
	const status = await git(context, "status", args);
	if (typeof status !== "string") return status;
	// Paths come from the top of the repository, which may lie above ours.
	const top = prefix.replace(/\r?\n$/, "");
	const paths = changedPaths(status).map((path) => (path.startsWith(top) ? path.slice(top.length) : path));
	const foreign = foreignChanges(paths, { packet: context.packet, evidenceDir: config.evidenceDir });
	if (foreign.length === 0) return passed(name);
	const shown = foreign.slice(0, 5).join(", ") + (foreign.length > 5 ? ", …" : "");
	const files = foreign.length === 1 ? "1 file has" : `${foreign.length} files have`;
	return checked(name, warnsOnly.has(context.stage) ? "warning" : "failed", `${files} uncommitted changes: ${shown}`);
}
