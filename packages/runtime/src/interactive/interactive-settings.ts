// The settings that a screen needs, from the configuration of the folder it works in.

import path from "node:path";
import { type Config, type ConfigFlags, editConfig, formatProblem, loadConfig } from "@codex/config";
import { exitCodes, type ReasoningEffort, toError } from "@codex/protocol";
import type { RuntimeContext } from "../runtime-context.ts";
import { type StartError, startError } from "../session/start-request.ts";

/** What a screen reads of the configuration. */
export interface InteractiveSettings {
	readonly kind: "ok";
	readonly tui: Config["tui"];
	/** Whether quick typing is looked at for pastes that the terminal did not mark. */
	readonly pasteBurst: boolean;
	/** Whether prompts are kept in the history file. */
	readonly keepsHistory: boolean;
	readonly hidesReasoning: boolean;
	readonly effort: ReasoningEffort;
	/** The configured model; absent when the provider's own choice holds. */
	readonly model?: string;
}

/** Reads the settings. Never rejects. */
export async function readInteractiveSettings(
	context: RuntimeContext,
	flags: ConfigFlags,
	cwd: string | undefined,
): Promise<InteractiveSettings | StartError> {
	const { environment, paths } = context;
	const place = cwd === undefined ? environment.cwd : path.resolve(environment.cwd, cwd);
	const loaded = await loadConfig({ ...environment, cwd: place }, paths, flags);
	if (loaded.kind === "error") return startError(exitCodes.usage, ...loaded.problems.map(formatProblem));
	const { config } = loaded;
	return {
		kind: "ok",
		tui: config.tui,
		pasteBurst: !config.disable_paste_burst,
		keepsHistory: config.history.persistence === "save-all",
		hidesReasoning: config.hide_agent_reasoning,
		effort: config.model_reasoning_effort,
		...(config.model === undefined ? {} : { model: config.model }),
	};
}

/** Whether a setting was saved: the file, or one sentence that says why not. */
export type SavedSetting = { readonly kind: "ok"; readonly file: string } | StartError;

/** Saves the name of the theme in config.toml; its other settings stay. Never rejects. */
export async function saveTheme(context: RuntimeContext, name: string): Promise<SavedSetting> {
	try {
		const edit = await editConfig(context.paths, { path: ["tui", "theme"], table: { name } });
		if (edit.kind === "written") return { kind: "ok", file: edit.file };
		return startError(exitCodes.failed, edit.kind === "refused" ? edit.message : "there is nothing to change");
	} catch (thrown) {
		return startError(exitCodes.failed, toError(thrown).message);
	}
}
