// What the user tells every session: AGENTS.md of the home, `instructions` of the configuration, and the file that
// replaces the base instructions.

import type { Stats } from "node:fs";
import { readFile, stat } from "node:fs/promises";
import path from "node:path";
import { type Config, type Paths, pathForReading } from "@codex/config";
import { toError } from "@codex/protocol";

// 1 MiB: far more than any model should be told with every request; more is a mistake.
const maxBytes = 1024 * 1024;

/** The instructions, or one sentence that says why a named file cannot be used. */
export type InstructionsResult =
	| {
			readonly kind: "ok";
			/** Replaces the built-in base instructions. */
			readonly base: string | undefined;
			readonly user: string | undefined;
			readonly warnings: readonly string[];
	  }
	| { readonly kind: "error"; readonly message: string };

type TextResult =
	| { readonly kind: "ok"; readonly text: string }
	| { readonly kind: "missing" }
	| { readonly kind: "problem"; readonly reason: string };

async function tryStat(file: string): Promise<Stats | undefined> {
	try {
		return await stat(file);
	} catch {
		// Missing or out of reach: for us there is no such file.
		return undefined;
	}
}

/** Reads a text file of the user's. Never waits for a FIFO. */
async function readUserText(file: string): Promise<TextResult> {
	const facts = await tryStat(file);
	if (facts === undefined) return { kind: "missing" };
	if (!facts.isFile()) return { kind: "problem", reason: "it is not a regular file" };
	if (facts.size > maxBytes) return { kind: "problem", reason: "it is larger than 1 MiB" };
	try {
		return { kind: "ok", text: (await readFile(file, "utf8")).replace(/^\uFEFF/, "") };
	} catch (error) {
		return { kind: "problem", reason: toError(error).message };
	}
}

/** Reads the instructions. A missing AGENTS.md is no problem, a missing `experimental_instructions_file` is an error. */
export async function readInstructions(config: Config, paths: Paths): Promise<InstructionsResult> {
	const agentsFile = pathForReading(paths, paths.agentsFile);
	const agents = await readUserText(agentsFile);
	const parts = [config.instructions, agents.kind === "ok" ? agents.text : undefined];
	const user = parts.filter((part) => part !== undefined && part.trim() !== "").join("\n\n");
	const warnings = agents.kind === "problem" ? [`${agentsFile} was not read: ${agents.reason}`] : [];
	const named = config.experimental_instructions_file;
	const base = named === undefined ? undefined : await readUserText(path.resolve(paths.home, named));
	if (base !== undefined && base.kind !== "ok") {
		const reason = base.kind === "missing" ? "there is no such file" : base.reason;
		return { kind: "error", message: `\`experimental_instructions_file\` = ${named} cannot be used: ${reason}` };
	}
	return { kind: "ok", base: base?.text, user: user === "" ? undefined : user, warnings };
}
