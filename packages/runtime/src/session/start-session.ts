// Settles everything a session needs, in the order in which a user can mend it, and starts it. What can run side by side
// does: the provider's code is loaded while files are read.

import path from "node:path";
import { formatProblem, formatProjectLayer, type LoadedConfig, loadConfig, resolveSandboxPolicy } from "@codex/config";
import {
	type CommandPermission,
	createDirectRunner,
	type FileGuard,
	type SessionPorts,
	type SessionSettings,
} from "@codex/core";
import { exitCodes, newSessionId, type SessionMeta, toError } from "@codex/protocol";
import type { AgentRunner } from "../agents/agent-task.ts";
import { findProgram } from "../find-program.ts";
import { openSessionMcp, type SessionMcp } from "../mcp/session-mcp.ts";
import { withSessionServers } from "../mcp/session-servers.ts";
import type { RuntimeContext } from "../runtime-context.ts";
import { RuntimeError } from "../runtime-error.ts";
import { loadCommandRules } from "../sandbox/command-rules.ts";
import { createLiveRules, type LiveRules } from "../sandbox/live-rules.ts";
import { protectedFiles } from "../sandbox/protected-files.ts";
import { createSandboxedFiles } from "../sandbox/sandboxed-files.ts";
import { createSandboxedRunner, type SandboxedRunner, type SandboxSettings } from "../sandbox/sandboxed-runner.ts";
import { depthRefusal } from "./agent-depth.ts";
import type { AnswerSource } from "./answer-source.ts";
import { existingRoots, resolveFolders, type SessionFolders } from "./folders.ts";
import { type InstructionsResult, readInstructions } from "./instructions.ts";
import { type OpenedProvider, openProvider } from "./provider-source.ts";
import { createSchemaCompiler, runSession, type SessionParts } from "./run-session.ts";
import { type EarlierSession, findEarlier, newMeta, openRollout } from "./saved-session.ts";
import { createSessionCheckpoints } from "./session-checkpoints.ts";
import { openSessionNotifier } from "./session-notifier.ts";
import { shellEnvironment } from "./shell-environment.ts";
import { type SessionInfo, type StartError, type StartRequest, type StartResult, startError } from "./start-request.ts";

interface Plan {
	readonly request: StartRequest;
	readonly loaded: LoadedConfig;
	readonly folders: SessionFolders;
	readonly earlier: EarlierSession | undefined;
	readonly meta: SessionMeta;
	readonly originator: string;
	readonly rules: LiveRules;
	readonly sandbox: SandboxedRunner;
	readonly files: FileGuard;
}

const usageError = (...lines: readonly string[]): StartError => startError(exitCodes.usage, ...lines);

const isError = (value: { readonly kind: string } | undefined): value is StartError => value?.kind === "error";

// What the Codex SDK calls its host program in the environment of the agent.
const originatorVariable = "CODEX_INTERNAL_ORIGINATOR_OVERRIDE";

function originatorOf(context: RuntimeContext, request: StartRequest): string {
	const named = context.environment.env[originatorVariable]?.trim() ?? "";
	// It goes into HTTP headers: anything that is not plain text there would fail every request.
	if (named !== "" && /^[\x20-\x7e]+$/.test(named)) return named;
	return request.originator ?? `code_${request.source}`;
}

async function openRecordedSource(
	context: RuntimeContext,
	{ request, loaded, folders }: Plan,
	replayFile: string,
): Promise<AnswerSource | StartError> {
	const file = path.resolve(context.environment.cwd, replayFile);
	const [{ loadRecording }, { createReplaySource }] = await Promise.all([
		import("../recording/load-recording.ts"),
		import("../recording/replay-source.ts"),
	]);
	const loadedFile = await loadRecording(file);
	if (loadedFile.kind === "error") return loadedFile;
	const model = loaded.origins(["model"])?.layer === "cli" ? loaded.config.model : request.flags.model;
	const { recording } = loadedFile;
	return createReplaySource(context, { recording, file, cwd: folders.cwd, ...(model === undefined ? {} : { model }) });
}

async function openRecordingSource(
	context: RuntimeContext,
	{ loaded, folders, meta }: Plan,
	opened: OpenedProvider,
	recordFile: string,
): Promise<AnswerSource | StartError> {
	const { createRecordSource } = await import("../recording/record-source.ts");
	const { config } = loaded;
	try {
		return createRecordSource(context, {
			file: path.resolve(context.environment.cwd, recordFile),
			cwd: folders.cwd,
			provider: opened.provider,
			source: opened.source,
			run: {
				codeVersion: context.version,
				sessionId: meta.id,
				model: opened.source.model,
				provider: opened.provider.provider,
				approvalPolicy: config.approval_policy,
				sandboxMode: config.sandbox_mode,
				...chosenReasoning(loaded),
			},
		});
	} catch (error) {
		if (error instanceof RuntimeError) return usageError(error.message);
		throw error;
	}
}

async function openSource(context: RuntimeContext, plan: Plan): Promise<AnswerSource | StartError> {
	const { request, loaded, meta, originator } = plan;
	if (request.replayFile !== undefined) return openRecordedSource(context, plan, request.replayFile);
	const { limits } = request;
	const allowUnpriced = request.allowUnpriced ?? false;
	const opened = openProvider(context, { loaded, limits, sessionId: meta.id, originator, allowUnpriced });
	if (opened.kind === "error") return opened;
	if (request.recordFile === undefined) return opened.source;
	return openRecordingSource(context, plan, opened, request.recordFile);
}

/** Reasoning settings that somebody chose; a default is left to the session, which knows what the model takes. */
function chosenReasoning({ config, origins }: LoadedConfig): Pick<SessionSettings, "effort" | "summary"> {
	return {
		...(origins(["model_reasoning_effort"]) === undefined ? {} : { effort: config.model_reasoning_effort }),
		...(origins(["model_reasoning_summary"]) === undefined ? {} : { summary: config.model_reasoning_summary }),
	};
}

type Instructions = Extract<InstructionsResult, { readonly kind: "ok" }>;

/** Nothing is asked and nothing confined under the flag that says so; otherwise each command is decided about. */
function permissionOf({ loaded, rules, sandbox }: Plan): CommandPermission {
	if (loaded.flags.bypass === true) return { kind: "run", confined: false };
	const { approval_policy: approvalPolicy, sandbox_mode: sandboxMode } = loaded.config;
	return {
		kind: "guarded",
		guard: {
			approvalPolicy,
			sandboxMode,
			// Asked for each command: an answer "always" adds to them.
			get rules() {
				return rules.now.rules;
			},
			get hasRestrictions() {
				return rules.now.hasRestrictions;
			},
			cannotConfine: () => sandbox.cannotConfine(),
		},
	};
}

function baseInstructionsOf(
	{ baseInstructions: asked }: StartRequest,
	{ base }: Instructions,
): Pick<SessionSettings, "baseInstructions"> {
	const baseInstructions = asked ?? base;
	return baseInstructions === undefined ? {} : { baseInstructions };
}

async function sessionSettings(
	context: RuntimeContext,
	plan: Plan,
	source: AnswerSource,
	instructions: Instructions,
): Promise<SessionSettings> {
	const { loaded, folders, earlier, meta, request } = plan;
	const { config } = loaded;
	const shellEnv = await shellEnvironment(context, loaded);
	const configured = await existingRoots(config.sandbox_workspace_write.writable_roots, folders.cwd);
	const recorded = {
		...(source.effort === undefined ? {} : { effort: source.effort }),
		...(source.summary === undefined ? {} : { summary: source.summary }),
	};
	return {
		sessionId: meta.id,
		cwd: folders.cwd,
		model: source.model,
		approvalPolicy: config.approval_policy,
		sandboxPolicy: resolveSandboxPolicy(config, folders.additionalRoots),
		permission: permissionOf(plan),
		canAsk: request.canAsk ?? false,
		additionalRoots: [...new Set([...folders.additionalRoots, ...configured])],
		...recorded,
		...chosenReasoning(loaded),
		...(config.model_verbosity === undefined ? {} : { verbosity: config.model_verbosity }),
		...baseInstructionsOf(request, instructions),
		...(instructions.user === undefined ? {} : { userInstructions: instructions.user }),
		projectDocMaxBytes: config.project_doc_max_bytes,
		projectDocFallbackNames: config.project_doc_fallback_filenames,
		shellEnv,
		// 10,000: the reference's limit of one tool's output.
		toolOutputTokenLimit: config.tool_output_token_limit ?? 10_000,
		...(config.model_auto_compact_token_limit === undefined
			? {}
			: { autoCompactTokenLimit: config.model_auto_compact_token_limit }),
		...(config.compact_prompt === undefined ? {} : { compactPrompt: config.compact_prompt }),
		...(request.limits.maxTurns === undefined ? {} : { maxTurns: request.limits.maxTurns }),
		requestMaxRetries: source.requestMaxRetries,
		streamMaxRetries: source.streamMaxRetries,
		shellName: findProgram("bash", shellEnv["PATH"]) === undefined ? "sh" : "bash",
		timezone: new Intl.DateTimeFormat().resolvedOptions().timeZone,
		meta: { ...meta, model_provider: source.stream.provider },
		...(earlier === undefined ? {} : { resume: { history: earlier.history, usage: earlier.usage } }),
	};
}

function warningsOf(plan: Plan, instructions: Instructions, mcp: SessionMcp | undefined): string[] {
	const { projectLayer } = plan.loaded;
	const hint = projectLayer.state.startsWith("ignored") ? " (`code config trust` shows them)" : "";
	const project = formatProjectLayer(projectLayer);
	const warnings = [
		...(project === undefined ? [] : [`${project}${hint}`]),
		...plan.rules.now.warnings,
		...plan.loaded.warnings.map(formatProblem),
		...instructions.warnings,
		...(mcp?.warnings ?? []),
		...(plan.earlier?.warnings ?? []),
	];
	return warnings;
}

/** The configuration and the folders: what everything else rests on. */
async function makePlan(context: RuntimeContext, request: StartRequest): Promise<Plan | StartError> {
	const { environment, paths } = context;
	// Of the folder that the session works in, wherever it was started.
	const place = request.cwd === undefined ? environment.cwd : path.resolve(environment.cwd, request.cwd);
	const [configured, located] = await Promise.all([
		loadConfig({ ...environment, cwd: place }, paths, request.flags),
		resolveFolders(environment.cwd, request.cwd, request.additionalRoots),
	]);
	if (configured.kind === "error") return usageError(...configured.problems.map(formatProblem));
	const loaded = withSessionServers(configured, request.mcpServers);
	if (located.kind === "error") return usageError(located.message);
	const { folders } = located;
	if (request.requireRepository && request.flags.bypass !== true && !folders.insideRepository) {
		return usageError("Not inside a trusted directory and --skip-git-repo-check was not specified.");
	}
	const rules = await loadCommandRules(paths, loaded);
	if (rules.kind === "error") return usageError(...rules.lines);
	const originator = originatorOf(context, request);
	// Last: from here on the earlier session is held.
	const { experimental_resume: file } = loaded.config;
	const named = file === undefined ? undefined : ({ kind: "file", path: path.resolve(place, file) } as const);
	const resume = request.resume ?? named;
	const earlier = resume === undefined ? undefined : await findEarlier(context, resume, folders.cwd);
	if (isError(earlier)) return earlier;
	const meta =
		earlier?.meta ?? newMeta(context, { cwd: folders.cwd, source: request.source, originator, id: request.sessionId });
	const sandboxSettings: SandboxSettings = {
		policy: resolveSandboxPolicy(loaded.config, folders.additionalRoots),
		cwd: folders.cwd,
		home: environment.homedir,
		cacheRoot: path.join(paths.cacheDir, "sandbox"),
		protectedPaths: protectedFiles(paths),
		gitWrites: loaded.config.sandbox_workspace_write.allow_git_writes,
		deniedReads: loaded.config.sandbox_denied_reads,
	};
	const sandbox = createSandboxedRunner(createDirectRunner(context.clock), sandboxSettings);
	const files = createSandboxedFiles(sandboxSettings);
	return {
		request,
		loaded,
		folders,
		earlier,
		meta,
		originator,
		rules: createLiveRules(rules, paths, loaded),
		sandbox,
		files,
	};
}

async function checkSchema(
	request: StartRequest,
	compile: SessionPorts["compileSchema"],
): Promise<StartError | undefined> {
	if (request.outputSchema === undefined) return undefined;
	try {
		await compile(request.outputSchema);
		return undefined;
	} catch (error) {
		return usageError(toError(error).message);
	}
}

/** The servers, which go on starting in the background. Only required ones, and recordings, wait for them. */
async function openServers(context: RuntimeContext, plan: Plan): Promise<SessionMcp | StartError | undefined> {
	const { loaded, folders, request } = plan;
	const mcp = await openSessionMcp(context, { loaded, cwd: folders.cwd });
	if (mcp === undefined) return undefined;
	const patience = new AbortController().signal;
	const missing = await mcp.missing(patience);
	if (missing.length > 0) {
		mcp.close();
		return startError(exitCodes.infrastructure, ...missing);
	}
	// What a request offers must not depend on how fast a server starts when it is to be compared with another run.
	if (request.recordFile !== undefined || request.replayFile !== undefined) await mcp.tools.settled(patience);
	return mcp;
}

async function start(
	context: RuntimeContext,
	request: StartRequest,
	makeRunner: MakeAgentRunner | undefined,
): Promise<StartResult> {
	const plan = await makePlan(context, request);
	if ("kind" in plan) return plan;
	let isStarted = false;
	try {
		const result = await startPlanned(context, plan, makeRunner);
		isStarted = result.kind === "ok";
		return result;
	} finally {
		if (!isStarted) await plan.earlier?.release();
	}
}

/** Makes agents for the model of a session; who starts agents' own sessions leaves it out. */
export type MakeAgentRunner = (flags: StartRequest["flags"], loaded: LoadedConfig) => Promise<AgentRunner>;

/** The servers, with the agents' tools where the user wants them. */
async function withAgents(
	context: RuntimeContext,
	plan: Plan,
	{ mcp, makeRunner }: { readonly mcp: SessionMcp | undefined; readonly makeRunner: MakeAgentRunner | undefined },
): Promise<SessionMcp | undefined> {
	const { loaded, folders, request } = plan;
	if (makeRunner === undefined || !loaded.config.tools.agents || depthRefusal(context.environment) !== undefined)
		return mcp;
	const [{ agentToolSeats, withAgentTools }, { seatOf }, { modelMetadata }] = await Promise.all([
		import("../agents/agent-tools.ts"),
		import("../spec-kit-host/seats.ts"),
		import("@codex/spec-kit"),
	]);
	const { maxTurns, maxCostUsd, maxTokens, timeoutMs } = request.limits;
	return withAgentTools(mcp, {
		runner: () => makeRunner(request.flags, loaded),
		seats: agentToolSeats(loaded.config, (agent) => {
			const found = seatOf(loaded.config, agent, modelMetadata(agent, undefined, {}));
			return found.kind === "ok" ? found.seat : undefined;
		}),
		cwd: folders.cwd,
		limits: {
			...(maxTurns === undefined ? {} : { maxAttempts: maxTurns }),
			...(timeoutMs === undefined ? {} : { maxWallMs: timeoutMs }),
			...(maxCostUsd === undefined ? {} : { maxCostUsd }),
			...(maxTokens === undefined ? {} : { maxTokens }),
		},
		clock: context.clock,
		newId: newSessionId,
	});
}

async function startPlanned(
	context: RuntimeContext,
	plan: Plan,
	makeRunner: MakeAgentRunner | undefined,
): Promise<StartResult> {
	const { request } = plan;
	const compileSchema = createSchemaCompiler();
	const badSchema = await checkSchema(request, compileSchema);
	if (badSchema !== undefined) return badSchema;
	const source = await openSource(context, plan);
	if ("kind" in source) return source;
	void source.warm();
	const instructions = await readInstructions(plan.loaded.config, context.paths);
	if (instructions.kind === "error") return usageError(instructions.message);
	const servers = await openServers(context, plan);
	if (servers !== undefined && "kind" in servers) return servers;
	const mcp = await withAgents(context, plan, { mcp: servers, makeRunner });
	const settings = await sessionSettings(context, plan, source, instructions);
	const { earlier, loaded, originator: client } = plan;
	const { sessionId: threadId, cwd } = settings;
	const told = openSessionNotifier(context, { loaded, source: request.source, cwd, threadId, client });
	const info: SessionInfo = {
		sessionId: settings.sessionId,
		model: source.model,
		provider: source.stream.provider,
		cwd: settings.cwd,
		sandboxPolicy: settings.sandboxPolicy,
		approvalPolicy: settings.approvalPolicy,
		because: source.because,
		warnings: [...warningsOf(plan, instructions, mcp), ...told.warnings],
		resumed: earlier !== undefined,
		...(source.answersFrom === undefined ? {} : { answersFrom: source.answersFrom }),
	};
	const { meta } = settings;
	const { ephemeral, limits } = request;
	const { clock, log } = context;
	const parts: SessionParts = {
		settings,
		info,
		source,
		rollout: (onProblem) => openRollout(context, { ephemeral, meta, earlier, onProblem }),
		repairs: ephemeral ? [] : (earlier?.repairs ?? []),
		limits,
		runner: plan.sandbox,
		files: plan.files,
		...(request.editor === undefined ? {} : { editor: request.editor }),
		saveRules: (rules) => plan.rules.save(rules),
		// Without a session file nobody would know what belongs to which turn.
		...(ephemeral ? {} : { checkpoints: createSessionCheckpoints(context, settings.cwd) }),
		mcp,
		notifier: told.notifier,
		clock,
		log,
	};
	return { kind: "ok", session: runSession(parts, compileSchema) };
}

/** Starts a session. Never rejects: what a user can mend is an error with its exit code, anything else exit code 1. */
export async function startSession(
	context: RuntimeContext,
	request: StartRequest,
	makeRunner?: MakeAgentRunner,
): Promise<StartResult> {
	try {
		return await start(context, request, makeRunner);
	} catch (thrown) {
		const error = toError(thrown);
		context.log.write("error", "runtime", "the start failed", { stack: error.stack });
		return startError(exitCodes.failed, `internal error: ${error.message}`);
	}
}
