// The system prompt of each model family. Byte-stable: nothing of the machine, the day or the repository goes in here.

import { promptText as base } from "./prompts/base.gen.ts";
import { promptText as codex } from "./prompts/codex.gen.ts";

/** The base instructions for `model`: a terse text for models trained as coding agents, the full one for all others. */
export function baseInstructions(model: string): string {
	const name = model.toLowerCase();
	return /(^|[/-])codex(-|$)/.test(name) ? codex : base;
}
