// What each slash command does, for the names of the catalog. Pure. A name that is not in the catalog is text for the model.

import type { ApprovalPolicy, ReasoningEffort, SandboxMode } from "@codex/protocol";
import { initPrompt } from "../commands/init-prompt.ts";
import { contextPage, costPage, statusPage } from "../commands/status-pages.ts";
import { helpPage } from "../overlays/help-page.ts";
import { type ListItem, makeList, makePager, type Overlay } from "../overlays/overlay.ts";
import { transcriptMarkdown } from "../transcript/export.ts";
import { typeText } from "../composer/reduce.ts";
import type { PageRequest, SessionChoice } from "./effect.ts";
import { sendNow } from "./send-now.ts";
import type { AppState } from "./state.ts";
import { hinted, only, type Step, withEffects } from "./step.ts";

/** What became of a text that may be a command. */
export type SlashOutcome =
	| { readonly kind: "done"; readonly step: Step }
	/** It cannot be done now; the text stays in the composer. */
	| { readonly kind: "refused"; readonly message: string };

type Command = (state: AppState, argument: string) => Step;

const efforts: readonly ReasoningEffort[] = ["none", "minimal", "low", "medium", "high", "xhigh", "max"];

const policies: readonly (readonly [ApprovalPolicy, string])[] = [
	["untrusted", "asks before every command that is not known to be harmless"],
	["on-request", "asks when the model wants more than the sandbox allows"],
	["on-failure", "asks when the sandbox stopped a command"],
	["never", "never asks: what would be asked about is declined"],
];

const modes: readonly (readonly [SandboxMode, string])[] = [
	["read-only", "commands and patches write nothing"],
	["workspace-write", "they write in the working folder"],
	["danger-full-access", "nothing is confined"],
];

/** Puts a view on top. */
export const openOverlay = (state: AppState, overlay: Overlay): AppState => ({
	...state,
	overlays: [...state.overlays, overlay],
});

const open = (state: AppState, overlay: Overlay): Step => only(openOverlay(state, overlay));

function load(state: AppState, page: PageRequest, overlay?: Overlay): Step {
	return withEffects(overlay === undefined ? state : openOverlay(state, overlay), { type: "load_page", page });
}

const item = (id: string, label: string, detail: string, isCurrent: boolean): ListItem => ({ id, label, detail, isCurrent });

/** The session starts again with another choice; what was said stays on the screen. */
export function choose(state: AppState, choice: SessionChoice, said: string): Step {
	const next = { ...state.choice, ...choice };
	const { session } = state;
	const start =
		session.status === "ready" && state.turns > 0 && session.info.rolloutPath !== undefined
			? ({ kind: "resume", id: session.info.sessionId } as const)
			: ({ kind: "new" } as const);
	const changed: AppState = { ...state, choice: next, session: { status: "starting" }, hint: said };
	return withEffects(changed, { type: "start_session", start, choice: next, replays: false });
}

function modelCommand(state: AppState, argument: string): Step {
	if (argument !== "") return choose(state, { model: argument }, `Model: ${argument}`);
	return load(state, { kind: "models" }, makeList("models", "Model", [], { isLoading: true, takesOther: true }));
}

function reasoningCommand(state: AppState, argument: string): Step {
	const level = efforts.find((known) => known === argument);
	if (level !== undefined) return choose(state, { effort: level }, `Reasoning: ${level}`);
	if (argument !== "") return hinted(state, `\`${argument}\` is no level: ${efforts.join(", ")}`);
	const current = state.session.status === "ready" ? state.session.effort : "";
	return open(state, makeList("reasoning", "Reasoning", efforts.map((name) => item(name, name, "", name === current))));
}

function approvalsCommand(state: AppState, argument: string): Step {
	const policy = policies.find(([name]) => name === argument)?.[0];
	if (policy !== undefined) return choose(state, { approvalPolicy: policy }, `Approvals: ${policy}`);
	if (argument !== "") return hinted(state, `\`${argument}\` is no policy: ${policies.map(([name]) => name).join(", ")}`);
	const current = state.session.status === "ready" ? state.session.info.approvalPolicy : "";
	const items = policies.map(([name, detail]) => item(name, name, detail, name === current));
	return open(state, makeList("approvals", "When you are asked", items));
}

function sandboxCommand(state: AppState, argument: string): Step {
	const mode = modes.find(([name]) => name === argument)?.[0];
	if (mode !== undefined) return choose(state, { sandboxMode: mode }, `Sandbox: ${mode}`);
	if (argument !== "") return hinted(state, `\`${argument}\` is no mode: ${modes.map(([name]) => name).join(", ")}`);
	const current = state.session.status === "ready" ? state.session.info.sandboxPolicy.mode : "";
	const items = modes.map(([name, detail]) => item(name, name, detail, name === current));
	return open(state, makeList("sandbox", "What commands may touch", items));
}

function themeCommand(state: AppState, argument: string): Step {
	const { themes } = state.settings;
	const named = themes.find(({ name }) => name === argument);
	if (named !== undefined) {
		return withEffects({ ...state, theme: named }, { type: "restyle" }, { type: "save_theme", name: named.name });
	}
	if (argument !== "") return hinted(state, `\`${argument}\` is no theme: ${themes.map(({ name }) => name).join(", ")}`);
	const items = themes.map(({ name, label }) => item(name, label, name, name === state.theme.name));
	return open(state, makeList("themes", "Theme", items, { context: state.theme.name }));
}

/** The user's prompts of this conversation, oldest first, one a turn. */
export function promptsOf(state: AppState): readonly { readonly turn: number; readonly text: string }[] {
	let turn = 0;
	return state.transcript.cells.flatMap((cell) => {
		if (cell.kind !== "user" || cell.steering) return [];
		turn += 1;
		return [{ turn, text: cell.text }];
	});
}

function rewindCommand(state: AppState): Step {
	const prompts = promptsOf(state);
	if (prompts.length === 0) return hinted(state, "There is no turn to go back to");
	const items = prompts
		.toReversed()
		.map(({ turn, text }) => item(String(turn - 1), text.replace(/\s+/g, " ").slice(0, 200), `turn ${turn}`, false));
	return open(state, makeList("rewind_turn", "Go back to before this prompt", items));
}

/** Asks what goes back with the turns after `turns`. */
export function askWhat(state: AppState, turns: number): Step {
	const dropped = promptsOf(state).length - turns;
	const title = `Take ${dropped} turn${dropped === 1 ? "" : "s"} back`;
	const items = [
		item("both", "Conversation and files", "files that you changed since stay", true),
		item("conversation", "Conversation only", "files stay as they are", false),
		item("files", "Files only", "the conversation stays", false),
	];
	return open(state, makeList("rewind_what", title, items, { context: String(turns) }));
}

function undoCommand(state: AppState): Step {
	const count = promptsOf(state).length;
	return count === 0 ? hinted(state, "There is no turn to take back") : askWhat(state, count - 1);
}

function restart(state: AppState, kind: "fork" | "redo"): Step {
	if (state.session.status !== "ready" || state.turns === 0) return hinted(state, "Nothing was said yet");
	const id = state.session.info.sessionId;
	const start =
		kind === "fork" ? ({ kind: "fork", id } as const) : ({ kind: "rewind", id, turns: 0, what: "both", redo: true } as const);
	const next: AppState = { ...state, session: { status: "starting" } };
	return withEffects(next, { type: "start_session", start, choice: state.choice, replays: true });
}

/** Another session begins; what is on the screen goes. */
export function startNew(state: AppState): Step {
	const next: AppState = { ...state, session: { status: "starting" } };
	return withEffects(next, { type: "start_session", start: { kind: "new" }, choice: state.choice, replays: true });
}

function resumeCommand(state: AppState, argument: string): Step {
	if (argument === "") return load(state, { kind: "sessions" }, makeList("sessions", "Sessions", [], { isLoading: true }));
	const start = argument === "--last" ? ({ kind: "last" } as const) : ({ kind: "resume", id: argument } as const);
	const next: AppState = { ...state, session: { status: "starting" } };
	return withEffects(next, { type: "start_session", start, choice: state.choice, replays: true });
}

function notificationsCommand(state: AppState, argument: string): Step {
	const notifies = argument === "" ? !state.notifies : argument !== "off";
	return hinted({ ...state, notifies }, `Notifications are ${notifies ? "on" : "off"}`);
}

function exportCommand(state: AppState, argument: string): Step {
	const id = state.session.status === "ready" ? state.session.info.sessionId : "session";
	const file = argument === "" ? `code-${id}.md` : argument;
	return withEffects(state, { type: "export", markdown: transcriptMarkdown(state.transcript), file });
}

function vimCommand(state: AppState): Step {
	const mode = state.composer.vim.mode === "off" ? "insert" : "off";
	return hinted({ ...state, composer: { ...state.composer, vim: { mode } } }, `Vim mode is ${mode === "off" ? "off" : "on"}`);
}

const commands: Readonly<Record<string, Command>> = {
	new: startNew,
	resume: resumeCommand,
	fork: (state) => restart(state, "fork"),
	redo: (state) => restart(state, "redo"),
	rewind: rewindCommand,
	undo: undoCommand,
	diff: (state) => load(state, { kind: "diff" }),
	compact: (state) => withEffects(state, { type: "submit", op: { type: "compact" } }),
	init: (state) => (state.session.status === "ready" ? sendNow(state, initPrompt, []) : hinted(state, "There is no session yet")),
	model: modelCommand,
	reasoning: reasoningCommand,
	approvals: approvalsCommand,
	sandbox: sandboxCommand,
	status: (state) => open(state, makePager("Status", { kind: "lines", lines: statusPage(state) })),
	cost: (state) => open(state, makePager("Tokens and cost", { kind: "lines", lines: costPage(state) })),
	context: (state) => open(state, makePager("Context", { kind: "lines", lines: contextPage(state) })),
	mcp: (state) => load(state, { kind: "mcp" }, makeList("mcp", "MCP servers", [], { isLoading: true })),
	memory: (state, argument) => load(state, { kind: "memory", words: argument }),
	prompts: (state) => load(state, { kind: "prompts" }, makeList("prompts", "Your prompts", [], { isLoading: true })),
	mention: (state) => only({ ...state, composer: typeText(state.composer, "@") }),
	transcript: (state) => open(state, makePager("Transcript", { kind: "transcript" }, "end")),
	export: exportCommand,
	theme: themeCommand,
	vim: vimCommand,
	notifications: notificationsCommand,
	keys: (state) => open(state, makePager("Keys and commands", { kind: "lines", lines: helpPage(state.settings) })),
	config: (state, argument) => load(state, { kind: "config", key: argument === "" ? undefined : argument }),
	doctor: (state) => load(state, { kind: "doctor" }),
	quit: (state) => withEffects(state, { type: "quit", exitCode: 0 }),
};

/** The names that this app can do; a test compares them with the catalog. */
export const doableCommands: readonly string[] = Object.keys(commands);

/** Runs a text as a command; `undefined` when it is none and goes to the model. */
export function runSlash(state: AppState, text: string): SlashOutcome | undefined {
	const found = /^\/([\w:.-]+)(?:\s+([\s\S]*))?$/.exec(text);
	if (found === null) return undefined;
	const [, name = "", argument = ""] = found;
	const command = state.settings.commands.find((known) => known.name === name || known.aliases?.includes(name));
	const run = command === undefined ? undefined : commands[command.name];
	if (command === undefined || run === undefined) return undefined;
	if (state.turn.status === "running" && command.duringTurn === "refused") {
		return { kind: "refused", message: `/${command.name} waits for the turn to end: Esc interrupts it` };
	}
	return { kind: "done", step: run(state, argument.trim()) };
}
