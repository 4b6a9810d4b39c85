// All built-in tools, in the order in which models see them. Holds their specs; the code behind a tool is loaded with its
// first call, so that a turn without tools pays for none.

import type { JsonValue, ToolSpec } from "@codex/protocol";
import { applyPatchAliases, createApplyPatchSpec } from "./apply-patch/spec.ts";
import { createGrepFilesSpec } from "./grep-files/spec.ts";
import { createListDirSpec } from "./list-dir/spec.ts";
import { createReadFileSpec } from "./read-file/spec.ts";
import { createShellSpec, shellAliases } from "./shell/spec.ts";
import type { Tool, ToolContext, ToolResult } from "./tool.ts";
import { createUpdatePlanSpec } from "./update-plan/spec.ts";
import { createViewImageSpec } from "./view-image/spec.ts";

/** The tools of a session. */
export interface ToolRegistry {
	/** What models are offered: the same frozen array on every call, so that prompts stay byte-stable. */
	specs(): readonly ToolSpec[];
	/** The tool of this name or alias. */
	find(name: string): Tool | undefined;
}

type Run = (args: JsonValue, context: ToolContext) => Promise<ToolResult>;

interface ToolRow {
	readonly spec: ToolSpec;
	readonly aliases?: readonly string[];
	/** Default true. */
	readonly parallel?: boolean;
	readonly load: () => Promise<Run>;
}

function toolRows(): readonly ToolRow[] {
	return [
		{
			spec: createShellSpec(),
			aliases: shellAliases,
			load: async () => (await import("./shell/run.ts")).runShell,
		},
		{
			spec: createApplyPatchSpec(),
			aliases: applyPatchAliases,
			parallel: false,
			load: async () => (await import("./apply-patch/run.ts")).runApplyPatch,
		},
		{ spec: createReadFileSpec(), load: async () => (await import("./read-file/run.ts")).runReadFile },
		{ spec: createListDirSpec(), load: async () => (await import("./list-dir/run.ts")).runListDir },
		{ spec: createGrepFilesSpec(), load: async () => (await import("./grep-files/run.ts")).runGrepFiles },
		{
			spec: createUpdatePlanSpec(),
			parallel: false,
			load: async () => (await import("./update-plan/run.ts")).runUpdatePlan,
		},
		{ spec: createViewImageSpec(), load: async () => (await import("./view-image/run.ts")).runViewImage },
	];
}

function toTool({ spec, aliases = [], parallel = true, load }: ToolRow): Tool {
	let run: Run | undefined;
	return Object.freeze({
		spec,
		aliases,
		parallel,
		run: async (args: JsonValue, context: ToolContext) => {
			run ??= await load();
			return await run(args, context);
		},
	});
}

function freezeDeep(value: unknown): void {
	if (typeof value !== "object" || value === null || Object.isFrozen(value)) return;
	Object.freeze(value);
	for (const member of Object.values(value)) freezeDeep(member);
}

/** Makes a registry of the built-in tools. */
export function createToolRegistry(): ToolRegistry {
	const tools = toolRows().map(toTool);
	const specs = tools.map(({ spec }) => spec);
	freezeDeep(specs);
	const byName = new Map<string, Tool>();
	for (const tool of tools) for (const name of [tool.spec.name, ...tool.aliases]) byName.set(name, tool);
	return { specs: () => specs, find: (name) => byName.get(name) };
}
