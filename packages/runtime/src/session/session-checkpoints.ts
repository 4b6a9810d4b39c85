// Plugs the snapshots of the session's folder into core's port.

import type { Checkpoint, Checkpoints } from "@codex/core";
import type { Snapshots } from "@codex/git-tooling";
import { toError } from "@codex/protocol";
import type { RuntimeContext } from "../runtime-context.ts";
import { openFolderSnapshots } from "../sessions/folder-snapshots.ts";

// Two for a turn: the last hundred turns in a folder can be taken back.
const keptSnapshots = 200;

/** Makes the checkpoints of a session; nothing is opened before the first. */
export function createSessionCheckpoints(context: RuntimeContext, cwd: string): Checkpoints {
	let opening: ReturnType<typeof openFolderSnapshots> | undefined;
	const take = async (work: (snapshots: Snapshots) => ReturnType<Snapshots["take"]>): Promise<Checkpoint> => {
		try {
			opening ??= openFolderSnapshots(context, cwd);
			const opened = await opening;
			if (opened.kind === "problem") return opened;
			const { id, partial } = await work(opened.snapshots);
			return { kind: "ok", id, partial };
		} catch (thrown) {
			return { kind: "problem", message: toError(thrown).message };
		}
	};
	let isTidy = false;
	const tidy = async (snapshots: Snapshots): Promise<void> => {
		if (isTidy) return;
		isTidy = true;
		const all = await snapshots.list();
		if (all.length > keptSnapshots) await snapshots.drop(all.slice(0, all.length - keptSnapshots).map(({ id }) => id));
	};
	return {
		before: (label, signal) => take((snapshots) => snapshots.take(label, { changedBy: "user", signal })),
		after: (label) =>
			take(async (snapshots) => {
				const taken = await snapshots.take(label, { changedBy: "us" });
				await tidy(snapshots);
				return taken;
			}),
	};
}
