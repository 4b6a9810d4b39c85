// The environment of a session's commands: what the policy says, how deep we are in agents, and `apply_patch` on the PATH,
// so that a script that a model writes finds it as a call of the tool does.

import { chmod, mkdir, readFile, rename, writeFile } from "node:fs/promises";
import path from "node:path";
import { childEnvironment, type LoadedConfig } from "@codex/config";
import { toError } from "@codex/protocol";
import type { RuntimeContext } from "../runtime-context.ts";
import { deeperEnvironment } from "./agent-depth.ts";

const shellQuoted = (word: string): string => `'${word.replaceAll("'", "'\\''")}'`;

/**
 * The folder with an `apply_patch` that starts this program again; `undefined` when there is no such program or the folder
 * cannot be written. The patch goes wherever the command may write: its sandbox says where that is.
 */
async function ownTools({
	program,
	paths,
	log,
}: Pick<RuntimeContext, "program" | "paths" | "log">): Promise<string | undefined> {
	if (program === undefined) return undefined;
	const words = [program.command, ...program.args, "apply-patch", "--unconfined", "--"].map(shellQuoted).join(" ");
	const script = `#!/bin/sh\nexec ${words} "$@"\n`;
	const folder = path.join(paths.cacheDir, "bin");
	const file = path.join(folder, "apply_patch");
	const present = await readFile(file, "utf8").catch(() => undefined);
	if (present === script) return folder;
	try {
		await mkdir(folder, { recursive: true, mode: 0o700 });
		const made = `${file}.${process.pid}`;
		await writeFile(made, script, { mode: 0o700 });
		await chmod(made, 0o700);
		await rename(made, file);
		return folder;
	} catch (thrown) {
		log.write("info", "runtime", `apply_patch is not on the commands' PATH: ${toError(thrown).message}`);
		return undefined;
	}
}

/** The variables of a session's commands. A program called `apply_patch` that the user has comes first. */
export async function shellEnvironment(
	context: RuntimeContext,
	{ config }: Pick<LoadedConfig, "config">,
): Promise<Readonly<Record<string, string>>> {
	const env: Record<string, string> = {
		...childEnvironment(config, context.environment),
		...deeperEnvironment(context.environment),
	};
	const searchPath = env["PATH"];
	const tools = searchPath === undefined ? undefined : await ownTools(context);
	return tools === undefined ? env : { ...env, PATH: `${searchPath}${path.delimiter}${tools}` };
}
