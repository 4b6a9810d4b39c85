// Spec-Kit's commands as tools of `code mcp serve`: one tool a command, with progress notifications while a run goes on and
// questions to the client's person where the client can ask. A tool takes what the command line takes, nothing more.

import type { ServerTool, ToolAnswer, ToolCall } from "@codex/mcp-server";
import { exitCodes } from "@codex/protocol";
import {
	type CommandSpec,
	type ConfigFlags,
	type GivenAnswer,
	loadSpecKit,
	type Question,
	type Runtime,
	type SpecKit,
} from "@codex/runtime";
import { createStyle } from "../terminal/style.ts";
import type { GivenByPerson } from "./ask-terminal.ts";
import { performWords, problemOf } from "./perform.ts";
import { createProgressLines } from "./progress.ts";
import { verbHelp } from "./verb-help.ts";

/** What the tools work with. */
export interface SpecKitToolSet {
	readonly runtime: Runtime;
	/** The server's own flags; a call cannot change them. */
	readonly flags: ConfigFlags;
	/** Why no agent may be started here, in one sentence. */
	readonly refusal?: string;
}

// A person may be at lunch; a run that waits can be resumed.
const patienceMs = 600_000;

// Longer words are nobody's SPEC-ID or goal.
const mostWordChars = 20_000;

const plainStyle = createStyle(false);

const inputSchema: ServerTool["inputSchema"] = Object.freeze({
	type: "object",
	properties: {
		arguments: {
			type: "array",
			items: { type: "string", maxLength: mostWordChars },
			description: "The words after the command, for example a SPEC-ID, a goal and flags, as on the command line",
		},
		cwd: { type: "string", description: "A folder in the repository; relative to that of the server" },
		budget_usd: { type: "number", exclusiveMinimum: 0, description: "US dollars that a whole run may cost" },
		dry_run: { type: "boolean", description: "Only say what would be done" },
		answers: {
			type: "array",
			description: "Answers to the questions of a paused run",
			items: {
				type: "object",
				properties: { id: { type: "string" }, answer: { type: "string" } },
				required: ["id", "answer"],
				additionalProperties: false,
			},
		},
	},
	additionalProperties: false,
});

interface ToolInput {
	readonly words: readonly string[];
	readonly cwd: string | undefined;
	readonly budgetUsd: number | undefined;
	readonly dryRun: boolean;
	readonly answers: readonly GivenAnswer[] | undefined;
}

const isText = (value: unknown): value is string => typeof value === "string" && value.length <= mostWordChars;

const isAmount = (value: unknown): value is number => typeof value === "number" && value > 0 && Number.isFinite(value);

/** The arguments of a call, or what is wrong with them. */
function readInput(kit: SpecKit, given: ToolCall["arguments"]): ToolInput | string {
	const { arguments: words = [], cwd, budget_usd: budget, dry_run: dryRun = false, answers, ...more } = given;
	const [unknown] = Object.keys(more);
	if (unknown !== undefined) return `\`${unknown.slice(0, 100)}\` is not expected`;
	if (!Array.isArray(words) || !words.every(isText)) return "arguments: a list of texts is needed";
	if (cwd !== undefined && !isText(cwd)) return "cwd: a text is needed";
	if (budget !== undefined && !isAmount(budget)) return "budget_usd: a number above 0 is needed";
	if (typeof dryRun !== "boolean") return "dry_run: true or false is needed";
	const read = answers === undefined ? undefined : kit.readAnswers(JSON.stringify({ answers }));
	if (read?.ok === false) return `answers: ${read.message}`;
	return { words, cwd, budgetUsd: budget, dryRun, answers: read?.answers };
}

/** One question to the client's person. `undefined`: the client gives up. */
async function askOne(question: Question, call: ToolCall): Promise<GivenByPerson | undefined> {
	const { id, text, context, options, recommended } = question;
	const hint = options.map((option, at) => `${at + 1}. ${option}${at === recommended ? " (recommended)" : ""}`);
	const said = await call.ask(
		"elicitation/create",
		{
			message: [text, context, ...hint].filter((line) => line !== "").join("\n"),
			requestedSchema: {
				type: "object",
				properties: {
					answer: { type: "string", title: "Answer", description: "In your words, or an option's number" },
				},
				required: ["answer"],
			},
		},
		patienceMs,
	);
	const { action, content } = said;
	if (action === "decline") return { id, kind: "skipped" };
	const answer = typeof content === "object" && content !== null && "answer" in content ? content.answer : undefined;
	if (action !== "accept" || typeof answer !== "string" || answer.trim() === "") return undefined;
	const option = /^\d{1,2}$/.test(answer.trim()) ? options[Number(answer) - 1] : undefined;
	return { id, kind: "answered", text: option ?? answer.trim() };
}

async function askClient(questions: readonly Question[], call: ToolCall): Promise<readonly GivenByPerson[] | "nobody"> {
	const answers: GivenByPerson[] = [];
	for (const question of questions) {
		const answer = await askOne(question, call).catch(() => undefined);
		if (answer === undefined) return "nobody";
		answers.push(answer);
	}
	return answers;
}

const failed = (message: string): ToolAnswer => ({ content: [{ type: "text", text: message }], isError: true });

async function run(kit: SpecKit, words: readonly string[], { set, call }: Performed): Promise<ToolAnswer> {
	const input = readInput(kit, call.arguments);
	if (typeof input === "string") return failed(input);
	const warnings: string[] = [];
	try {
		const { exitCode, reason, data, text } = await performWords({
			kit,
			runtime: set.runtime,
			given: {
				words: [...words, ...input.words],
				flags: set.flags,
				cwd: input.cwd,
				dryRun: input.dryRun,
				budgetUsd: input.budgetUsd,
				size: undefined,
				recordings: undefined,
			},
			signal: call.signal,
			answers: input.answers,
			ask: call.canElicit ? (questions) => askClient(questions, call) : undefined,
			onProgress: createProgressLines({
				write: (line) => call.progress(line.trimEnd()),
				style: plainStyle,
				budgetUsd: input.budgetUsd,
			}),
			onWarning: (message) => void warnings.push(message),
		});
		const said = [...warnings.map((warning) => `warning: ${warning}`), text.trimEnd()].join("\n");
		return {
			content: [{ type: "text", text: said }],
			structuredContent: { ...data, exit_code: exitCode, exit_reason: reason },
			// A run that waits for answers went as it should.
			...(exitCode === exitCodes.done || exitCode === exitCodes.paused ? {} : { isError: true }),
		};
	} catch (thrown) {
		return failed(problemOf(thrown).message);
	}
}

interface Performed {
	readonly set: SpecKitToolSet;
	readonly call: ToolCall;
}

const usageOf = (kit: SpecKit, spec: CommandSpec): string => {
	const [, usage = ""] = kit.commandHelp(spec).split("\n");
	return spec.agents.length === 0
		? `\`${usage}\``
		: `\`${usage}\`; at least ${kit.expectedCalls(spec)} calls of agents`;
};

/** The tools. Loads Spec-Kit. */
export async function specKitTools(set: SpecKitToolSet): Promise<readonly ServerTool[]> {
	const kit = await loadSpecKit();
	const tool = (words: readonly string[], description: string, asksAgents: boolean): ServerTool => ({
		name: `speckit_${words.join("_")}`,
		title: `speckit ${words.join(" ")}`,
		description,
		inputSchema,
		run: async (call) => {
			if (asksAgents && set.refusal !== undefined) return failed(set.refusal);
			return await run(kit, words, { set, call });
		},
	});
	// A verb goes before a command of the same words.
	const catalog = kit.commandCatalog.filter(({ words }) => words.length > 0 && !verbHelp.has(words.join(" ")));
	return [
		...catalog.map((spec) => tool(spec.words, `${spec.summary}. ${usageOf(kit, spec)}`, spec.agents.length > 0)),
		...[...verbHelp].map(([name, { takes, summary }]) => {
			const usage = `\`code speckit ${name} ${takes}`.trimEnd();
			return tool(name.split(" "), `${summary}. ${usage}\``, name === "resume");
		}),
	];
}
