// One request, answered by one step of the scripted server over real HTTP.

import type { ModelServer, ScriptEntry } from "@codex/test-support";
import { expect } from "vitest";
import { aRequest, baseOf, type Collected, collect, providerFor, serve, type Wire } from "../harness.ts";
import { traitsOf } from "./traits.ts";

/** Text that is cut in the middle of characters by small writes. */
export const wide = "grüße 🙂 und 漢字, ";

/** An answer with one item of each kind. */
export const answer = {
	reasoning: "thinking",
	text: `${wide}done`,
	calls: [{ name: "shell", arguments: { command: ["true"] } }],
};

export interface Run extends Collected {
	readonly server: ModelServer;
}

/** Answers one request with `step` and takes the stream apart; fails unless exactly one request was made. */
export async function run(wire: Wire, step: ScriptEntry, over: Parameters<typeof aRequest>[0] = {}): Promise<Run> {
	const server = await serve([step]);
	const request = aRequest({ model: traitsOf(wire).model, ...over });
	const collected = await collect(providerFor(wire, baseOf(wire, server)), request);
	server.assertExhausted();
	expect(server.requests).toHaveLength(1);
	return { ...collected, server };
}
