// Writes text pictures of typical screens to docs/screens, at 80×24 and 140×45, from the app's reducer and views.
// usage: node --conditions=@codex/source scripts/screens.ts [FOLDER]
import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Action } from "../apps/tui/src/app/action.ts";
import { reduceApp } from "../apps/tui/src/app/reduce.ts";
import { type AppState, initialState } from "../apps/tui/src/app/state.ts";
import type { InputEvent } from "../apps/tui/src/keymap/key.ts";
import { makeKeymap } from "../apps/tui/src/keymap/keymap.ts";
import { createInputDecoder } from "../apps/tui/src/terminal/decode-input.ts";
import type { Size } from "../apps/tui/src/terminal/paint.ts";
import { darkTheme, themes } from "../apps/tui/src/theme/theme.ts";
import { createTranscriptLayout } from "../apps/tui/src/transcript/layout.ts";
import { screenView } from "../apps/tui/src/views/screen-view.ts";
import { statusItems } from "../apps/tui/src/views/status-line.ts";
import {
	asCallId,
	asSubmissionId,
	asTurnId,
	type EventMsg,
	tryParseSessionId,
} from "../packages/protocol/src/index.ts";
import { slashCommands } from "../packages/runtime/src/interactive/slash-commands.ts";

const folder = process.argv[2] ?? join(import.meta.dirname, "../docs/screens");
const sizes: readonly Size[] = [
	{ columns: 80, rows: 24 },
	{ columns: 140, rows: 45 },
];
const startMs = Date.UTC(2026, 10, 24, 12, 0, 0);
const sessionId = tryParseSessionId("01a20bb9-cdb6-7394-abac-cfd685580235");
if (sessionId === undefined) throw new Error("the sample's id is no id");
const turnId = asTurnId("turn-1");

type Step = Action | EventMsg | string;

const usage = {
	inputTokens: 48_200,
	cachedInputTokens: 41_000,
	cacheWriteInputTokens: 0,
	outputTokens: 1_930,
	reasoningOutputTokens: 640,
};

const ready: Action = {
	type: "session_started",
	effort: "medium",
	notices: [],
	earlier: [],
	info: {
		sessionId,
		model: "gpt-5.4",
		provider: "openai",
		cwd: "/home/ada/project",
		sandboxPolicy: {
			mode: "workspace-write",
			writable_roots: [],
			network_access: false,
			exclude_tmpdir_env_var: false,
			exclude_slash_tmp: false,
		},
		approvalPolicy: "on-request",
		rolloutPath: "/home/ada/.code/sessions/2026/11/24/rollout.jsonl",
		because: "",
		warnings: [],
		resumed: false,
	},
};

const branch: Action = { type: "branch_read", branch: "main" };
const tokens: EventMsg = {
	type: "token_count",
	turnId,
	last: usage,
	total: usage,
	totalCostUsd: 0.0634,
	contextWindow: 400_000,
	contextLeftPercent: 88,
};

const answer = [
	"## What is wrong",
	"",
	"`parseDate` takes the month **as written**, but `Date.UTC` counts months from 0. So every date is a month late:",
	"",
	"1. `2026-01-31` becomes the 3rd of March",
	"2. December becomes January of the next year",
	"",
	"```ts",
	'const [year, month, day] = text.split("-").map(Number);',
	"return Date.UTC(year, month - 1, day);",
	"```",
	"",
	"| input | before | after |",
	"| --- | --- | --- |",
	"| 2026-01-31 | 2026-03-03 | 2026-01-31 |",
	"| 2026-12-24 | 2027-01-24 | 2026-12-24 |",
].join("\n");

const diff = [
	"--- a/src/date.ts",
	"+++ b/src/date.ts",
	"@@ -3,5 +3,6 @@ export function parseDate(text: string): number {",
	' \tconst [year, month, day] = text.split("-").map(Number);',
	"-\treturn Date.UTC(year, month, day);",
	"+\t// Months count from 0.",
	"+\treturn Date.UTC(year, month - 1, day);",
	" }",
	"",
].join("\n");

const callId = asCallId("call_1");
const user = (text: string): EventMsg => ({
	type: "user_message",
	turnId,
	items: [{ type: "text", text }],
	steering: false,
});

const conversation: readonly Step[] = [
	ready,
	branch,
	{ type: "turn_started", turnId, contextWindow: 400_000 },
	user("Why are all dates in the report a month late?"),
	{ type: "agent_reasoning", text: "**Looking for where dates are made**\n\nThe report uses `parseDate`." },
	{
		type: "exec_command_begin",
		callId,
		command: ["bash", "-c", "rg -n parseDate src"],
		display: "rg -n parseDate src",
		cwd: "/home/ada/project",
	},
	{
		type: "exec_command_end",
		callId,
		outcome: { status: "exited", exitCode: 0 },
		aggregatedOutput:
			"src/date.ts:3:export function parseDate(text: string): number {\nsrc/report.ts:12:\tconst at = parseDate(row.date);\n",
		durationMs: 41,
	},
	{ type: "agent_message", message: answer },
	tokens,
	{ type: "turn_completed", turnId, lastAgentMessage: answer },
];

const patchTurn: readonly Step[] = [
	{ type: "turn_started", turnId, contextWindow: 400_000 },
	user("Fix it and test it"),
	{
		type: "plan_update",
		plan: [
			{ step: "Count months from 0 in parseDate", status: "completed" },
			{ step: "Add a test for January and December", status: "in_progress" },
			{ step: "Run the tests", status: "pending" },
		],
	},
	{
		type: "patch_apply_begin",
		callId,
		autoApproved: true,
		changes: [{ path: "src/date.ts", kind: "update", unifiedDiff: diff }],
	},
	{ type: "patch_apply_end", callId, status: "completed", stdout: "", stderr: "" },
	{ type: "exec_command_begin", callId, command: ["npm", "test"], display: "npm test", cwd: "/home/ada/project" },
	{
		type: "exec_command_output_delta",
		callId,
		stream: "stdout",
		chunk: "> test\n> vitest run\n\n ✓ test/date.test.ts (4 tests)\n",
	},
];

const approval: EventMsg = {
	type: "exec_approval_request",
	callId,
	command: ["bash", "-c", "npm install --save-dev fast-check && npm test"],
	cwd: "/home/ada/project",
	reason: "it is to run outside the sandbox",
	justification: "The registry must be reached",
	outsideSandbox: true,
	programs: ["npm install --save-dev fast-check", "npm test"],
	offers: [
		[
			{
				text: 'prefix_rule(pattern=["npm", "install", "--save-dev", "fast-check"], decision="allow", exact=True)',
				allows: ["npm install --save-dev fast-check"],
				doesNotAllow: ["npm install --save-dev fast-check more", "npm install"],
			},
			{
				text: 'prefix_rule(pattern=["npm", "test"], decision="allow", exact=True)',
				allows: ["npm test"],
				doesNotAllow: ["npm test more", "npm"],
			},
		],
	],
};

const session = (
	title: string,
	hours: number,
	turns: number,
): Extract<Extract<Action, { type: "page_loaded" }>["page"], { kind: "sessions" }>["sessions"][number] => ({
	path: "",
	id: `01a20bb9-cdb6-7394-abac-${String(hours).padStart(12, "0")}`,
	startedAt: "",
	changedMs: startMs - hours * 3_600_000,
	bytes: 1,
	cwd: "/home/ada/project",
	source: "cli",
	provider: "openai",
	model: "gpt-5.4",
	title,
	turns,
	calls: 3,
	damagedLines: 0,
	format: 2,
	isNewer: false,
	forkedFrom: undefined,
});

const enter = "\r";

/** The screens, each by what happens; a text is what is typed. */
const screens: readonly (readonly [name: string, about: string, steps: readonly Step[]])[] = [
	["01-welcome", "Before anything was said", [ready, branch]],
	["02-answer", "A question, a command, an answer in Markdown", conversation],
	[
		"03-working",
		"A turn that runs, with a plan, a patch, live output and a queued prompt",
		[ready, branch, ...patchTurn, "then update the changelog", "\t"],
	],
	["04-commands", "The list of commands while one is typed", [ready, branch, "/re"]],
	[
		"05-approval",
		"A command that is asked about",
		[...conversation, { type: "turn_started", turnId }, user("Add property tests"), approval],
	],
	[
		"06-patch-approval",
		"A patch that is asked about",
		[
			ready,
			branch,
			{ type: "turn_started", turnId },
			user("Fix it"),
			{
				type: "patch_approval_request",
				callId,
				reason: "the approval policy `untrusted` asks for every change",
				changes: [{ path: "/home/ada/project/src/date.ts", kind: "update", unifiedDiff: diff }],
			},
		],
	],
	[
		"07-feedback",
		"No, with words for the model",
		[
			ready,
			branch,
			{ type: "turn_started", turnId },
			user("Add property tests"),
			approval,
			"n",
			"use the runner that is there",
		],
	],
	[
		"08-sessions",
		"Earlier sessions",
		[
			...conversation,
			"/resume",
			enter,
			{
				type: "page_loaded",
				page: {
					kind: "sessions",
					total: 3,
					sessions: [
						session("Why are all dates in the report a month late?", 1, 2),
						session("Rename the package", 5, 4),
						session("Explain the build", 52, 1),
					],
				},
			},
			"\x1b[B",
			{
				type: "page_loaded",
				page: {
					kind: "session_preview",
					id: `01a20bb9-cdb6-7394-abac-${String(5).padStart(12, "0")}`,
					events: [user("Rename the package"), { type: "agent_message", message: "It is called `dates` now." }],
				},
			},
		],
	],
	[
		"09-diff",
		"What differs from the last commit",
		[
			...conversation,
			{
				type: "page_loaded",
				page: { kind: "diff", truncated: false, text: `diff --git a/src/date.ts b/src/date.ts\n${diff}` },
			},
		],
	],
	["10-transcript", "The whole transcript, searched", [...conversation, "\x14", "/dates", enter]],
	["11-status", "The session's settings", [...conversation, "/status", enter]],
	["12-keys", "All keys and commands", [ready, branch, "/keys", enter]],
	[
		"13-composer",
		"A prompt of several lines with a pasted block",
		[
			...conversation,
			`\x1b[200~${"log line\n".repeat(200)}\x1b[201~`,
			" is what it prints.",
			"\n",
			"What does",
			"\n",
			"it mean?",
		],
	],
	[
		"14-trouble",
		"No session: what is wrong and what to do",
		[
			{
				type: "session_failed",
				start: { kind: "new" },
				exitCode: 3,
				lines: [
					"No API key for the provider openai: set OPENAI_API_KEY, or choose another provider with `-c model_provider=…`",
				],
			},
		],
	],
];

const isAction = (step: Action | EventMsg): step is Action =>
	["session_started", "session_failed", "branch_read", "page_loaded"].includes(step.type);

function inputsOf(text: string): readonly InputEvent[] {
	const decoder = createInputDecoder();
	return [...decoder.push(new TextEncoder().encode(text)), ...decoder.flush()];
}

function actionsOf(step: Step, nowMs: number): readonly Action[] {
	if (typeof step === "string") return inputsOf(step).map((event) => ({ type: "input", event, nowMs }));
	if (isAction(step)) return [step];
	return [{ type: "events", events: [{ id: asSubmissionId(""), seq: 0, msg: step }], nowMs }];
}

function picture(steps: readonly Step[], size: Size): string {
	const layout = createTranscriptLayout();
	let state: AppState = initialState({
		settings: {
			keymap: makeKeymap({}).keymap,
			commands: slashCommands,
			themes,
			depth: "true",
			version: "0.1.0",
			animations: true,
			keepsHistory: true,
			notifications: [],
			notifiesAlways: false,
			statusLine: statusItems,
			home: "/home/ada",
		},
		size,
		nowMs: startMs,
		theme: darkTheme,
		vim: false,
		showsReasoning: false,
	});
	let nowMs = startMs;
	for (const step of steps) {
		nowMs += 1000;
		for (const action of actionsOf(step, nowMs)) ({ state } = reduceApp(state, action, { layout }));
	}
	const { lines, cursor } = screenView(state, layout);
	const rows = Array.from({ length: size.rows }, (_, at) =>
		(lines[at] ?? [])
			.map(({ text }) => text)
			.join("")
			.trimEnd(),
	);
	const place = cursor === undefined ? "hidden" : `row ${cursor.row + 1}, column ${cursor.column + 1}`;
	return `${rows.join("\n")}\n(cursor: ${place})\n`;
}

rmSync(folder, { recursive: true, force: true });
mkdirSync(folder, { recursive: true });
const index: string[] = [];
for (const [name, about, steps] of screens) {
	for (const size of sizes) {
		const text = picture(steps, size);
		writeFileSync(join(folder, `${name}-${size.columns}x${size.rows}.txt`), text);
	}
	const links = sizes.map(({ columns, rows }) => `[${columns}×${rows}](${name}-${columns}x${rows}.txt)`).join(", ");
	index.push(`| ${about} | ${links} |`);
}
writeFileSync(
	join(folder, "README.md"),
	`# Screens\n\nText pictures of the interactive screen, made by \`npx -y pnpm@12.21.0 screens\`; a test compares them.\n\n| what | sizes |\n| --- | --- |\n${index.join("\n")}\n`,
);
console.log(`${screens.length} screens in ${sizes.length} sizes`);
