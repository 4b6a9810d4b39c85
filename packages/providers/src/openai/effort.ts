// How hard a model thinks, in the vendor's words.

import type { ReasoningEffort } from "@codex/protocol";
import type { ReasoningEffort as WireEffort } from "openai/resources/shared";

/** The vendor's effort. `ultra` and `persistent` are Codex's own steps beyond what the API knows: the API's highest. */
export function toWireEffort(effort: ReasoningEffort): NonNullable<WireEffort> {
	return effort === "ultra" || effort === "persistent" ? "max" : effort;
}
