// Puts the prompt of a call together: the role's task, the schema, why it is asked again, the goal and the material.
// Deterministic; an unresolved placeholder is an error.

import type { JsonObject } from "@codex/protocol";
import type { AgentName } from "../agent.ts";
import type { AnswerSchema } from "../consensus/answer.ts";
import { openConflicts } from "../consensus/settle.ts";
import type { Call } from "../pipeline/state.ts";
import type { MergedIssue } from "../quality/merged-issue.ts";
import { answerSchema } from "../schema/answers-schema.ts";
import { gateSchema, validatorSchema } from "../schema/issues-schema.ts";
import type { Gate, Stage } from "../stage.ts";
import type { Verdict } from "../verdict.ts";
import { promptText as aggregator } from "./aggregator.gen.ts";
import { promptText as analyze } from "./analyze.gen.ts";
import { promptText as arbiter } from "./arbiter.gen.ts";
import { promptText as audit } from "./audit.gen.ts";
import { promptText as checklist } from "./checklist.gen.ts";
import { promptText as clarify } from "./clarify.gen.ts";
import { cutMiddle } from "./context-text.ts";
import { promptText as frame } from "./frame.gen.ts";
import { promptText as gateValidator } from "./gate-validator.gen.ts";
import { promptText as implement } from "./implement.gen.ts";
import type { ModelMetadata } from "./model-metadata.ts";
import { promptText as plan } from "./plan.gen.ts";
import { fillPrompt, type PromptFile, readPromptFile } from "./prompt-file.ts";
import { promptText as repair } from "./repair.gen.ts";
import { promptText as retry } from "./retry.gen.ts";
import { promptText as tasks } from "./tasks.gen.ts";
import { promptText as unlock } from "./unlock.gen.ts";
import { promptText as validate } from "./validate.gen.ts";

/** Names of the prompt files. */
export type PromptName = Stage | Gate | "aggregator" | "arbiter" | "gate-validator";

const texts: Readonly<Record<PromptName, string>> = {
	plan,
	tasks,
	implement,
	validate,
	audit,
	unlock,
	clarify,
	checklist,
	analyze,
	aggregator,
	arbiter,
	"gate-validator": gateValidator,
};

/** A prompt file of the package. */
export function promptFile(name: PromptName): PromptFile {
	return readPromptFile(texts[name]);
}

/** What a call is about. */
export type PromptSubject =
	| { readonly kind: "stage"; readonly stage: Stage }
	| { readonly kind: "gate"; readonly gate: Gate; readonly stage: Stage }
	| { readonly kind: "validator"; readonly issues: readonly MergedIssue[]; readonly stage: Stage }
	| { readonly kind: "aggregator" | "arbiter"; readonly verdict: Verdict; readonly stage: Stage };

/** Everything that a prompt is made of. */
export interface PromptInput {
	readonly specId: string;
	readonly goal: string;
	readonly call: Pick<Call, "agent" | "role" | "repair" | "failures">;
	readonly subject: PromptSubject;
	readonly model: ModelMetadata;
	/** The material as one text, cut to its limit. */
	readonly context: string;
	/** Why the stage is done again. */
	readonly retryReasons: readonly string[];
	/** Most characters that other agents' answers may take. */
	readonly maxAnswerChars: number;
}

/** A prompt, and what its answer must be. */
export interface BuiltPrompt {
	readonly text: string;
	readonly version: string;
	readonly schema: AnswerSchema;
	/** The part of the text whose JSON is no answer when it comes back: the schema, and not what other agents said. */
	readonly ownText: string;
}

const json = (value: unknown): string => JSON.stringify(value, null, 1);

const bullets = (lines: readonly string[]): string => lines.map((line) => `- ${line}`).join("\n") || "- nothing";

function agreementText(verdict: Verdict): string {
	const agreed = verdict.agreed.map(
		({ list, key, supporters }) => `${list} \`${key}\`: ${supporters.length} of ${verdict.present.length}`,
	);
	const dissent = verdict.dissent.map(
		({ list, key, positions }) => `${list} \`${key}\`: only ${positions.map(({ agent }) => agent).join(", ")}`,
	);
	const conflicts = openConflicts(verdict).map(
		({ list, key, attribute, values }) =>
			`${list} \`${key}\`, ${attribute}: ${values.map(({ agent, value }) => `${agent} says ${value}`).join("; ")}`,
	);
	return `Agreed:\n${bullets(agreed)}\n\nOnly some:\n${bullets(dissent)}\n\nContradictions:\n${bullets(conflicts)}`;
}

function answersText(verdict: Verdict, max: number): string {
	const each = Math.floor(max / Math.max(1, verdict.artifacts.length));
	return verdict.artifacts
		.map(({ agent, content }) => `${agent}:\n\n\`\`\`json\n${cutMiddle(json(content), each)}\n\`\`\``)
		.join("\n\n");
}

function conflictText(verdict: Verdict): string {
	const open: readonly JsonObject[] = openConflicts(verdict).map(({ list, key, attribute, values }) => ({
		list,
		key,
		attribute,
		values: values.map(({ agent, value }) => ({ agent, value })),
	}));
	return `\`\`\`text\n${json(open)}\n\`\`\``;
}

function issueText(issues: readonly MergedIssue[]): string {
	return issues
		.map((issue, index) => {
			const said = Object.entries(issue.answers).map(([agent, text]) => `   ${agent}: ${text}`);
			const why = Object.entries(issue.reasoning).map(([agent, text]) => `   ${agent} because: ${text}`);
			const lines = [`${index + 1}. ${issue.question}`, `   majority: ${issue.majorityAnswer}`, ...said, ...why];
			return lines.join("\n");
		})
		.join("\n");
}

interface Task {
	readonly file: PromptFile;
	readonly schema: AnswerSchema;
	readonly text: string;
}

function section(file: PromptFile, name: string): string {
	return file.sections.get(name) ?? "";
}

function taskOf({ subject, call, maxAnswerChars }: PromptInput): Task {
	switch (subject.kind) {
		case "stage": {
			const file = promptFile(subject.stage);
			const text = `${section(file, "common")}\n\n${section(file, call.role)}`;
			return { file, text, schema: answerSchema(subject.stage, call.role) };
		}
		case "gate": {
			const file = promptFile(subject.gate);
			const text = `${section(file, "common")}\n\n${section(file, call.agent)}`;
			return { file, text, schema: gateSchema(subject.gate) };
		}
		case "validator": {
			const file = promptFile("gate-validator");
			const text = fillPrompt(section(file, "common"), { ISSUES: issueText(subject.issues) });
			return { file, text, schema: validatorSchema() };
		}
		case "aggregator": {
			const file = promptFile("aggregator");
			const text = fillPrompt(section(file, "common"), {
				AGREEMENT: agreementText(subject.verdict),
				ANSWERS: answersText(subject.verdict, maxAnswerChars),
			});
			const stageTask = section(promptFile(subject.stage), "common");
			return {
				file,
				text: `${text}\n\n## The stage\n\n${stageTask}`,
				schema: answerSchema(subject.stage, "aggregator"),
			};
		}
		case "arbiter": {
			const file = promptFile("arbiter");
			const text = fillPrompt(section(file, "common"), { CONFLICTS: conflictText(subject.verdict) });
			return { file, text, schema: answerSchema(subject.stage, "arbiter") };
		}
	}
}

const titles: Readonly<Record<AgentName, string>> = {
	gemini: "Gemini",
	claude: "Claude",
	code: "Claude Code",
	gpt_codex: "GPT Codex",
	gpt_pro: "GPT Pro",
};

/** Builds the prompt of one call. Throws `template_unresolved` when a prompt file has a placeholder nobody fills. */
export function buildPrompt(input: PromptInput): BuiltPrompt {
	const { call, model, subject } = input;
	const task = taskOf(input);
	const reasons = [...input.retryReasons, ...call.failures];
	const schemaText = json(task.schema.jsonSchema);
	const repairText = call.repair === undefined ? "" : `${fillPrompt(repair, { ERRORS: bullets(call.repair) })}\n`;
	const retryText = reasons.length === 0 ? "" : `${fillPrompt(retry, { REASONS: bullets(reasons) })}\n`;
	const values = {
		AGENT: titles[call.agent],
		ROLE: call.role,
		SPEC_ID: input.specId,
		STAGE: subject.kind === "gate" ? `${subject.gate} before ${subject.stage}` : subject.stage,
		PROMPT_VERSION: task.file.version,
		MODEL: `Model: ${model.modelId} (${model.modelRelease}), reasoning: ${model.reasoningMode}.`,
		TASK: task.text.trim(),
		SCHEMA: schemaText,
		REPAIR: repairText,
		RETRY: retryText,
		GOAL: input.goal.trim() || "As the documents say.",
		CONTEXT: input.context,
	};
	return {
		text: fillPrompt(frame, values),
		version: task.file.version,
		schema: task.schema,
		ownText: `\`\`\`json\n${schemaText}\n\`\`\``,
	};
}
