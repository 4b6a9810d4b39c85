// Every command, once: its names, what it takes, what it costs. Both shells read this table; nothing else knows a name.

import type { AgentName } from "../agent.ts";
import { type Stage, stages, stageTitle } from "../stage.ts";
import type { CommandSpec, FlagSpec, Positional } from "./command.ts";

const spec: Positional = { kind: "spec", required: true };
const goal: Positional = { kind: "text", required: false, name: "goal" };

const flag = (name: FlagSpec["name"], summary: string, value?: string, aliases: readonly string[] = []): FlagSpec => ({
	name,
	aliases,
	summary,
	...(value === undefined ? {} : { value }),
});

const hal = flag("hal", "Whether HTTP smoke checks are made", "mock|live", ["hal-mode"]);
const manifest = flag("manifest-path", "Manifest of the project, for the build commands", "PATH");

const allowDirty = flag("allow-dirty", "Uncommitted changes are no failure");

const drafting: readonly AgentName[] = ["gemini", "claude", "code"];
const three: readonly AgentName[] = ["gemini", "claude", "gpt_pro"];

const does: Readonly<Record<Stage, string>> = {
	plan: "Work breakdown, acceptance mapping and risks, agreed between the agents",
	tasks: "Task list with coverage of every acceptance criterion",
	implement: "How the tasks are done, agreed; then they are carried out, checked and merged",
	validate: "Judges the work against every requirement",
	audit: "Compliance and go or no-go",
	unlock: "Final approval to merge",
};

function stageCommand(stage: Stage): CommandSpec {
	const takesGoal = stage === "plan" || stage === "tasks" || stage === "implement";
	return {
		name: stage,
		slash: `/speckit.${stage}`,
		aliases: [`/spec-${stage}`],
		words: [stage],
		summary: does[stage],
		tier: stage === "implement" ? "3" : "2",
		agents: stage === "implement" ? ["gemini", "claude", "gpt_codex", "gpt_pro"] : three,
		positionals: takesGoal ? [spec, goal] : [spec],
		flags: [hal],
		example: takesGoal ? "SPEC-KIT-065 keep the old interface --hal mock" : "SPEC-KIT-065 --hal mock",
	};
}

function guardrailCommand(stage: Stage): CommandSpec {
	const baseline: readonly FlagSpec[] = [
		flag("baseline-mode", "How much of the commands runs first", "no-run|quick|full|skip"),
		flag("skip-baseline", "The same as --baseline-mode skip"),
		flag("allow-fail", "A failed baseline is no failure"),
	];
	return {
		name: `guardrail.${stage}`,
		slash: `/guardrail.${stage}`,
		aliases: [`/spec-ops-${stage}`],
		words: ["guardrail", stage],
		summary: `Checks whether ${stageTitle(stage)} may begin`,
		tier: "0",
		agents: [],
		positionals: [spec],
		flags: [...(stage === "plan" ? baseline : []), allowDirty, manifest, hal],
		example: stage === "plan" ? "SPEC-KIT-065 --baseline-mode quick --allow-dirty" : "SPEC-KIT-065 --hal=live",
	};
}

const auto: CommandSpec = {
	name: "auto",
	slash: "/speckit.auto",
	aliases: ["/spec-auto"],
	words: ["auto"],
	summary: "All six stages, with quality gates and guardrails",
	tier: "4",
	agents: ["gemini", "claude", "code", "gpt_codex", "gpt_pro"],
	positionals: [spec, goal],
	flags: [
		flag("from", "First stage", "STAGE", ["resume-from"]),
		flag("to", "Last stage", "STAGE"),
		flag("stages", "Stages to run, in place of --from and --to", "STAGE,…"),
		hal,
		flag("no-quality-gates", "Leaves clarify, checklist and analyze out"),
	],
	example: "SPEC-KIT-065 add passwordless login --from tasks --hal mock --no-quality-gates",
};

function gateCommand(name: "clarify" | "checklist" | "analyze", summary: string): CommandSpec {
	const lite = name === "checklist";
	return {
		name,
		slash: `/speckit.${name}`,
		aliases: [],
		words: [name],
		summary,
		tier: lite ? "2-lite" : "2",
		agents: lite ? ["claude", "code"] : drafting,
		positionals: [spec],
		flags: [],
		example: "SPEC-KIT-065",
	};
}

const all: readonly CommandSpec[] = [
	{
		name: "new",
		slash: "/speckit.new",
		aliases: ["/new-spec"],
		words: ["new"],
		summary: "Makes a SPEC of a description: id, packet and tracker row, then plan and tasks",
		tier: "2",
		agents: drafting,
		positionals: [{ kind: "text", required: true, name: "description" }],
		flags: [],
		example: "Let users reset their password by mail",
	},
	{
		name: "specify",
		slash: "/speckit.specify",
		aliases: [],
		words: ["specify"],
		summary: "Writes the requirements of a SPEC down and lists what they leave open",
		tier: "2",
		agents: drafting,
		positionals: [spec, { kind: "text", required: false, name: "description" }],
		flags: [],
		example: "SPEC-KIT-065 Links are valid for 30 minutes",
	},
	gateCommand("clarify", "Lists what the documents leave ambiguous"),
	gateCommand("analyze", "Compares the documents with each other and proposes fixes"),
	gateCommand("checklist", "Judges how specific, testable, complete and clear each requirement is"),
	...stages.map(stageCommand),
	auto,
	{
		name: "status",
		slash: "/speckit.status",
		aliases: ["/spec-status"],
		words: ["status"],
		summary: "Where a SPEC stands: packet, tracker, stages, evidence",
		tier: "0",
		agents: [],
		positionals: [spec],
		flags: [flag("stale-hours", "Hours after which telemetry counts as old (default 24)", "HOURS")],
		example: "SPEC-KIT-065 --stale-hours 48",
	},
	...stages.map(guardrailCommand),
	{
		...auto,
		name: "guardrail.auto",
		slash: "/guardrail.auto",
		aliases: ["/spec-ops-auto"],
		words: ["guardrail", "auto"],
		summary: "The same as auto, without a goal",
		positionals: [spec],
		example: "SPEC-KIT-065 --from implement",
	},
	{
		name: "evidence.stats",
		slash: "/spec-evidence-stats",
		aliases: [],
		words: ["evidence", "stats"],
		summary: "How much evidence there is, by SPEC",
		tier: "0",
		agents: [],
		positionals: [],
		flags: [flag("spec", "One SPEC alone", "SPEC-ID")],
		example: "--spec SPEC-KIT-065",
	},
	{
		name: "consensus",
		slash: "/spec-consensus",
		aliases: [],
		words: ["consensus"],
		summary: "The latest verdict of a stage",
		tier: "0",
		agents: [],
		positionals: [spec, { kind: "stage", required: true }],
		flags: [],
		example: "SPEC-KIT-065 plan",
	},
];

/** Every command, in the order in which help lists them. */
export const commandCatalog: readonly CommandSpec[] = Object.freeze(all);
