// The process that kill.test.ts kills: restores one snapshot.

import { join } from "node:path";
import { createSnapshots, openRepository } from "../../src/index.ts";

const { root, store, id, env } = JSON.parse(process.argv[2] ?? "{}") as Record<string, string> & {
	env: Record<string, string>;
};
const options = { env, scratch: join(store ?? "", "..", "scratch") };
const opened = await openRepository(root ?? "", options);
const of = opened.kind === "repository" ? opened : ({ kind: "folder", path: root ?? "" } as const);
const snapshots = await createSnapshots(of, { store: store ?? "" });
await snapshots.restore(id ?? "");
