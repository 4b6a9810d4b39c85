// How deep we are in agents that start agents: counted in a variable that every program of a session inherits, so that an
// agent that finds itself among its own tools cannot go on without end.

import type { Environment } from "@codex/config";

// Absent or no number means 0.
const agentDepthVariable = "CODE_AGENT_DEPTH";

// A session may use an agent, and that agent one more; deeper there was nothing but loops.
const maxDepth = 2;

// How many sessions are around this program.
function agentDepth({ env }: Pick<Environment, "env">): number {
	const text = env[agentDepthVariable] ?? "";
	return /^\d{1,3}$/.test(text) ? Number(text) : 0;
}

/** The variable for the programs of a session that is started here. */
export function deeperEnvironment(environment: Pick<Environment, "env">): Readonly<Record<string, string>> {
	return { [agentDepthVariable]: String(agentDepth(environment) + 1) };
}

/** Why no agent may be served from here, as a sentence; `undefined` when one may. */
export function depthRefusal(environment: Pick<Environment, "env">): string | undefined {
	const depth = agentDepth(environment);
	if (depth <= maxDepth) return undefined;
	return `this agent runs inside ${depth} others; not more than ${maxDepth} may be around one (${agentDepthVariable})`;
}
