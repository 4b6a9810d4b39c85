// Compares what is built with what was agreed, and appends what is unbuilt to the task list.

import { appendTasks, specPacket, type UnbuiltTask, unbuiltTasks } from "@codex/spec-kit";
import type { RuntimeContext } from "../runtime-context.ts";
import type { ReadySpecKitHost } from "../spec-kit-host/create-host.ts";
import { traceSpec } from "./trace-spec.ts";

/** What was unbuilt. */
export interface Convergence {
	readonly unbuilt: readonly UnbuiltTask[];
	/** The task list, relative to the repository. */
	readonly path: string;
	/** Open tasks that the list had already. */
	readonly open: number;
}

/** Does it; `dryRun`: writes nothing. Rejects as `traceSpec` does. */
export async function convergeSpec(
	context: RuntimeContext,
	ready: ReadySpecKitHost,
	{ specId, dryRun }: { readonly specId: string; readonly dryRun: boolean },
): Promise<Convergence> {
	const { trace } = await traceSpec(context, ready, specId);
	const { folder } = await specPacket(ready.host, specId);
	const path = `${folder}/tasks.md`;
	const text = (await ready.host.files.read(path)) ?? "";
	const unbuilt = unbuiltTasks(trace, text);
	if (unbuilt.length > 0 && !dryRun) await ready.host.files.write(path, appendTasks(text, unbuilt));
	return { unbuilt, path, open: trace.tasks.filter(({ done }) => !done).length };
}
