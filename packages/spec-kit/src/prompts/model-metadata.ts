// Which model a seat is meant for, by default and by the environment's overrides. A wish: what really answers is recorded
// from the outcome of the call.

import type { AgentName } from "../agent.ts";
import { type Stage, stageKey } from "../stage.ts";

/** What a seat asks of whoever fills it. */
export interface ModelMetadata {
	readonly modelId: string;
	readonly modelRelease: string;
	readonly reasoningMode: string;
}

const defaults: Readonly<Record<AgentName, ModelMetadata>> = {
	gemini: { modelId: "gemini-2.5-pro", modelRelease: "2025-05-14", reasoningMode: "thinking" },
	claude: { modelId: "claude-4.5-sonnet", modelRelease: "2025-09-29", reasoningMode: "balanced" },
	code: { modelId: "claude-sonnet-4-5", modelRelease: "2025-10-22", reasoningMode: "extended" },
	gpt_codex: { modelId: "gpt-5-codex", modelRelease: "2025-09-29", reasoningMode: "auto" },
	gpt_pro: { modelId: "gpt-5", modelRelease: "2025-08-06", reasoningMode: "high" },
};

const light: ModelMetadata = { modelId: "gemini-2.5-flash", modelRelease: "2025-05-14", reasoningMode: "fast" };

/**
 * The metadata of a seat. For each field: `SPECKIT_<FIELD>_<AGENT>_<STAGE>` (`SPECKIT_MODEL_ID_GPT_PRO_SPEC_PLAN`), then
 * `SPECKIT_<FIELD>_<AGENT>`, then the default; `FIELD` is `MODEL_ID`, `MODEL_RELEASE` or `REASONING_MODE`. Empty variables
 * do not count. Outside a stage (a quality gate) only the agent's own variables do.
 */
export function modelMetadata(
	agent: AgentName,
	stage: Stage | undefined,
	environment: Readonly<Record<string, string>>,
): ModelMetadata {
	const isLight = agent === "gemini" && (stage === "tasks" || stage === "unlock");
	const base = isLight ? light : defaults[agent];
	const suffix = stage === undefined ? undefined : stageKey(stage).replaceAll("-", "_").toUpperCase();
	const fieldOf = (field: string, fallback: string): string => {
		const name = `SPECKIT_${field}_${agent.toUpperCase()}`;
		const own = suffix === undefined ? "" : (environment[`${name}_${suffix}`]?.trim() ?? "");
		return own || environment[name]?.trim() || fallback;
	};
	return {
		modelId: fieldOf("MODEL_ID", base.modelId),
		modelRelease: fieldOf("MODEL_RELEASE", base.modelRelease),
		reasoningMode: fieldOf("REASONING_MODE", base.reasoningMode),
	};
}
