// The environment and folders that the tests of this package hand to it.

import { join } from "node:path";
import type { TempDir } from "@codex/test-support";
import type { GitOptions } from "../src/index.ts";

/** Options whose home and scratch are in `dir`. */
export function gitOptions(dir: TempDir): GitOptions {
	return { env: { PATH: process.env.PATH, HOME: join(dir.path, "home") }, scratch: join(dir.path, "scratch") };
}
