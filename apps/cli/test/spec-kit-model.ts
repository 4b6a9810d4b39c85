// A scripted model for Spec-Kit's agents: it reads in the prompt who it is and what it is asked, and answers as an agent
// that has nothing to complain about, unless the test says otherwise.

import { type AgentName, type AgentRole, parseAgentName, type Stage } from "@codex/spec-kit";
import { healthyAnswer } from "@codex/spec-kit/testing";
import type { ReceivedRequest, ScriptEntry } from "@codex/test-support";

/** Who is asked, and what. */
export interface AskedAgent {
	readonly agent: AgentName;
	readonly role: AgentRole;
	/** Lower case: a stage. */
	readonly stage: Stage;
	readonly prompt: string;
}

/** Settings under which all agents are asked at the scripted server. */
export const oneVendor: string = ["gemini", "claude", "code", "gpt_codex", "gpt_pro"]
	.map((agent) => `[speckit.agents.${agent}]\nprovider = "openai"\nmodel = "gpt-5-codex"\n`)
	.join("\n");

/** Who a request asks. */
export function askedAgent({ body }: Pick<ReceivedRequest, "body">): AskedAgent {
	const prompt = JSON.stringify(body.input);
	const found = /You are ([\w -]+), asked as ([\w-]+) for [^,]+, stage ([\w-]+)(?: before ([\w-]+))?/.exec(prompt);
	if (found === null)
		throw new Error(
			`not a prompt of Spec-Kit: ${prompt.slice(prompt.indexOf("You are"), prompt.indexOf("You are") + 300)}`,
		);
	const [, name = "", role, first, second] = found;
	return JSON.parse(JSON.stringify({ agent: parseAgentName(name), role, stage: second ?? first, prompt }));
}

/** What the agent is asked that carries a task out. */
export interface AskedTask {
	/** `T001`; undefined for a repair. */
	readonly task: string | undefined;
	readonly prompt: string;
	/** Whether the tool that it called has answered. */
	readonly hasActed: boolean;
}

/** The task that a request is about; `undefined` for every other one. */
function askedTask({ body }: Pick<ReceivedRequest, "body">): AskedTask | undefined {
	const prompt = JSON.stringify(body.input);
	const isTask = prompt.includes("You carry out one task of");
	if (!isTask && !prompt.includes("does not pass its checks. Find the cause")) return undefined;
	const task = isTask ? /- \[ \] ([TR]\d{3,}) /.exec(prompt)?.[1] : undefined;
	return { task, prompt, hasActed: prompt.includes("function_call_output") };
}

/** A patch that adds a file of one line. */
function addFile(name: string, line: string): string {
	return `*** Begin Patch\n*** Add File: ${name}\n+${line}\n*** End Patch`;
}

/** A model that answers as `answer` says, and well where it says nothing. */
export function specKitModel(
	answer: (asked: AskedAgent) => object | string | undefined = () => undefined,
	/** The patch that carries a task out; `undefined`: none. */
	patch: (asked: AskedTask) => string | undefined = ({ task }) => addFile(`src/${task ?? "repair"}.ts`, "done"),
): Extract<ScriptEntry, (...args: never[]) => unknown> {
	return (request) => {
		const work = askedTask(request);
		if (work !== undefined) {
			const input = work.hasActed ? undefined : patch(work);
			if (input === undefined) return { text: "Done." };
			return { calls: [{ callId: "call_1", name: "apply_patch", arguments: { input } }] };
		}
		const asked = askedAgent(request);
		const { agent, role, stage } = asked;
		const said = answer(asked) ?? healthyAnswer({ agent, role, purpose: { stage } });
		return { text: typeof said === "string" ? said : JSON.stringify(said) };
	};
}
