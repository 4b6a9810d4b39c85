// A run in which everything happens: automatic, validated and human answers, a repaired answer, a failing agent, a
// conflict for the arbiter, a conflict for a person, a failing test that the second implementation mends. What agents say
// depends only on what they are asked, so that a run that was interrupted anywhere hears the same.

import { defaultSpecKitConfig } from "../../src/config.ts";
import type { AgentRequest } from "../../src/host.ts";
import {
	createFakeHost,
	type FakeHost,
	type FakeScript,
	healthyAnswer,
	healthyFiles,
} from "../../src/testing/fake-host.ts";
import { issue } from "./runs.ts";

const minor = issue();
const important = issue({
	id: "Q2",
	question: "How many reset mails may a user ask for in an hour?",
	answer: "Five",
	magnitude: "important",
	resolvability: "suggest-fix",
});
const critical = issue({
	id: "Q3",
	question: "Who may reset the password of an administrator?",
	answer: "Only another administrator",
	magnitude: "critical",
});

function gateAnswer(request: AgentRequest): Record<string, unknown> {
	const { agent, purpose } = request;
	if (!("gate" in purpose) || purpose.gate !== "clarify") return { agent, issues: [] };
	// All three find the first, two of three the second, one the third.
	const found = [minor, ...(agent === "code" ? [] : [important]), ...(agent === "claude" ? [critical] : [])];
	return { agent, issues: found };
}

// Three statuses against each other: the arbiter leaves it open, there is no majority, a person is asked.
function auditAnswer(request: AgentRequest): unknown {
	const { agent } = request;
	const statuses = { gemini: "passed", claude: "warning", gpt_pro: "skipped" } as const;
	const status = agent === "gemini" || agent === "claude" || agent === "gpt_pro" ? statuses[agent] : "passed";
	const checks = [{ id: "C1", item: "Tokens are single-use", status, severity: "high" }];
	return { ...healthyAnswer(request), checks };
}

function answer(request: AgentRequest): unknown {
	const { agent, role, purpose, prompt } = request;
	if (role === "gate") return gateAnswer(request);
	if (role === "gate-validator") {
		return {
			agent,
			judgements: [
				{
					issue_index: 1,
					agrees_with_majority: true,
					reasoning: "Right",
					recommended_answer: null,
					confidence: "high",
				},
			],
		};
	}
	const stage = "stage" in purpose ? purpose.stage : "plan";
	if (role === "arbiter") {
		const resolutions =
			stage === "plan"
				? [{ list: "decision", key: "decision", attribute: "decision", value: "go", reasoning: "It is clear" }]
				: [];
		return { agent, resolutions };
	}
	if (stage === "plan" && role !== "aggregator" && agent === "claude") {
		return { ...healthyAnswer(request), decision: "needs-clarification" };
	}
	if (stage === "audit" && role !== "aggregator") return auditAnswer(request);
	// One agent needs a second try at the schema: the repair prompt tells it so.
	if (stage === "tasks" && agent === "gemini" && !prompt.includes("It could not be used")) return { agent, tasks: 7 };
	return healthyAnswer(request);
}

/** The script of the eventful run; `extra` goes over it. */
export function eventfulHost(extra: FakeScript = {}): FakeHost {
	const mended = { value: false };
	return createFakeHost({
		files: healthyFiles(),
		config: {
			...defaultSpecKitConfig,
			commands: { test: { name: "test", command: "run the tests", timeoutMs: 1000 } },
		},
		agent: (request) => {
			if (
				"stage" in request.purpose &&
				request.purpose.stage === "implement" &&
				request.prompt.includes("asked again")
			) {
				mended.value = true;
			}
			const said = answer(request);
			return typeof said === "object" && said !== null ? JSON.parse(JSON.stringify(said)) : undefined;
		},
		command: ({ command }) =>
			command === "run the tests" && !mended.value ? { exitCode: 1, stderr: "1 failed" } : undefined,
		ask: (questions) =>
			questions.map(({ id, options }) => ({ id, kind: "answered", text: options[0] ?? "yes" }) as const),
		...extra,
	});
}
