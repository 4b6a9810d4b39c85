// What `code sandbox` does: run a command under the policy that a session would have, prove what this machine enforces,
// and say what a policy allows.

import { realpath } from "node:fs/promises";
import path from "node:path";
import type { ConfigFlags } from "@codex/config";
import { childEnvironment, formatProblem, type LoadedConfig, loadConfig, resolveSandboxPolicy } from "@codex/config";
import { exitCodes, type SandboxPolicy, toError } from "@codex/protocol";
import type { CheckReport, PathExplanation, SandboxPlan } from "@codex/sandbox";
import type { RuntimeContext } from "../runtime-context.ts";
import { protectedFiles } from "../sandbox/protected-files.ts";
import { findHidden } from "../sandbox/sandboxed-runner.ts";
import { type StartError, startError } from "../session/start-request.ts";

/** Under which policy. */
export interface SandboxRequest {
	readonly flags: ConfigFlags;
	/** Default: the folder in which the program was started. */
	readonly cwd?: string;
	/** Writable besides the folder. */
	readonly writable: readonly string[];
	readonly network: boolean;
}

interface Place {
	readonly loaded: LoadedConfig;
	readonly cwd: string;
	readonly policy: SandboxPolicy;
	readonly plan: SandboxPlan;
	readonly env: Readonly<Record<string, string>>;
}

const usage = (...lines: readonly string[]): StartError => startError(exitCodes.usage, ...lines);

async function placeOf(context: RuntimeContext, request: SandboxRequest): Promise<Place | StartError> {
	const { environment, paths } = context;
	const named = path.resolve(environment.cwd, request.cwd ?? ".");
	let cwd: string;
	try {
		cwd = await realpath(named);
	} catch (thrown) {
		return usage(`the folder ${named} cannot be used: ${toError(thrown).message}`);
	}
	const loaded = await loadConfig({ ...environment, cwd }, paths, request.flags);
	if (loaded.kind === "error") return usage(...loaded.problems.map(formatProblem));
	const writable = request.writable.map((folder) => path.resolve(environment.cwd, folder));
	const asked = resolveSandboxPolicy(loaded.config, writable);
	const policy = asked.mode === "workspace-write" && request.network ? { ...asked, network_access: true } : asked;
	if (policy.mode !== "workspace-write" && (request.network || writable.length > 0)) {
		return usage(`\`--network\` and \`--writable\` need the policy workspace-write, not ${policy.mode}`);
	}
	const env = childEnvironment(loaded.config, environment);
	const { findDeniedReads, planSandbox } = await import("@codex/sandbox");
	const tmpdir = env["TMPDIR"];
	const home = environment.homedir;
	try {
		const deniedReads = loaded.config.sandbox_denied_reads;
		const hidden = await findHidden({ findDeniedReads }, { policy, cwd, home, deniedReads });
		const plan = planSandbox({
			policy,
			cwd,
			home,
			hidden,
			protectedPaths: protectedFiles(paths),
			gitWrites: loaded.config.sandbox_workspace_write.allow_git_writes,
			...(tmpdir === undefined ? {} : { tmpdir }),
		});
		return { loaded, cwd, policy, plan, env };
	} catch (thrown) {
		return usage(toError(thrown).message);
	}
}

const machine = (): { platform: string; arch: string } => ({ platform: process.platform, arch: process.arch });

/** How a command under a policy ended. */
export type SandboxRun =
	| { readonly kind: "ended"; readonly exitCode: number; readonly denial?: string }
	/** It was not run. */
	| { readonly kind: "refused"; readonly message: string };

// The end of what it wrote to stderr says why it failed.
const keptBytes = 65_536;

/** Runs a command with this program's own input and output; its stderr is passed on and its end looked at. */
export async function runInSandbox(
	context: RuntimeContext,
	request: SandboxRequest,
	argv: readonly string[],
): Promise<SandboxRun | StartError> {
	const place = await placeOf(context, request);
	if ("kind" in place) return place;
	const { classifyDenial, confineCommand, probeSandbox, readRefusal } = await import("@codex/sandbox");
	const { best, missing } = await probeSandbox({ machine: machine() });
	const { plan, cwd, env } = place;
	const why = missing === undefined ? {} : { missing };
	const command = confineCommand({ plan, mechanism: best, argv, env, ...why });
	if (command.kind === "refused") return { kind: "refused", message: command.message };
	const [file = "", ...args] = command.argv;
	const { spawn } = await import("node:child_process");
	const { constants } = await import("node:os");
	return new Promise((resolve) => {
		const child = spawn(file, args, { cwd, env: command.env, stdio: ["inherit", "inherit", "pipe"] });
		let tail = Buffer.alloc(0);
		child.stderr.on("data", (bytes: Buffer) => {
			tail = Buffer.concat([tail, bytes]).subarray(-keptBytes);
			if (!bytes.includes(`code-sandbox[${command.tag}]`)) process.stderr.write(bytes);
		});
		child.on("error", (error) => resolve({ kind: "refused", message: `it could not be started: ${error.message}` }));
		child.on("close", (code, signal) => {
			const exitCode = signal === null ? (code ?? 0) : 128 + (constants.signals[signal] ?? 0);
			const { output, refusal } = readRefusal(tail.toString("utf8"), command.tag);
			if (refusal !== undefined) return resolve({ kind: "refused", message: refusal.message });
			const denial = classifyDenial(plan, { exitCode, output, cwd });
			const said =
				denial === undefined
					? {}
					: { denial: `${denial.message}${denial.setting === undefined ? "" : `; allowed by ${denial.setting}`}` };
			resolve({ kind: "ended", exitCode, ...said });
		});
	});
}

/** What this machine enforces; the gaps in words. */
export interface SandboxCheck extends Omit<CheckReport, "gaps"> {
	readonly gaps: readonly { readonly id: string; readonly sentence: string }[];
}

/** Proves by trying what this machine enforces. */
export async function checkThisSandbox(context: RuntimeContext): Promise<SandboxCheck> {
	const { checkSandbox, gapSentences } = await import("@codex/sandbox");
	const { environment } = context;
	const scratch = environment.tmpdir;
	const searchPath = environment.env["PATH"] ?? "/usr/bin:/bin";
	const report = await checkSandbox({ machine: machine(), node: process.execPath, path: searchPath, scratch });
	return { ...report, gaps: report.gaps.map((id) => ({ id, sentence: gapSentences[id] })) };
}

/** What a policy says of a path or a host. */
export type SandboxExplanation =
	| { readonly kind: "path"; readonly explanation: PathExplanation; readonly policy: SandboxPolicy["mode"] }
	| {
			readonly kind: "host";
			readonly host: string;
			readonly allowed: boolean;
			readonly because: string;
			readonly setting?: string;
			readonly policy: SandboxPolicy["mode"];
	  };

/** Explains one path, or a host when the word is no path and nothing of that name exists. */
export async function explainSandbox(
	context: RuntimeContext,
	request: SandboxRequest,
	subject: string,
): Promise<SandboxExplanation | StartError> {
	const place = await placeOf(context, request);
	if ("kind" in place) return place;
	const { explainHost, explainPath } = await import("@codex/sandbox");
	const { plan, policy, cwd } = place;
	const isHost =
		/^(?:[a-z0-9-]+\.)+[a-z]{2,}(?::\d+)?$|^\d+\.\d+\.\d+\.\d+$|^localhost$|^\[?[0-9a-f:]*::[0-9a-f:]*\]?$/i.test(
			subject,
		);
	const real = await realpath(path.resolve(cwd, subject)).catch(() => undefined);
	if (isHost && real === undefined) {
		return { kind: "host", host: subject, ...explainHost(plan, subject), policy: policy.mode };
	}
	const wanted = real ?? path.resolve(cwd, subject);
	return { kind: "path", explanation: explainPath(plan, wanted), policy: policy.mode };
}
