// Opens the terminal, starts the app, and gives the terminal back when it ends. Everything it needs comes in; the process
// is touched only through what the caller hands over.

import { type ExitCode, exitCodes } from "@codex/protocol";
import {
	type InteractiveSettings,
	type Runtime,
	readInteractiveSettings,
	type StartRequest,
	slashCommands,
} from "@codex/runtime";
import type { SessionStart } from "./app/effect.ts";
import { type AppSettings, type AppState, initialState } from "./app/state.ts";
import { createStore, type Store } from "./app/store.ts";
import { createPerformer, type EffectScreen } from "./effects/perform-effect.ts";
import { createSessionDriver } from "./effects/session-driver.ts";
import { makeKeymap } from "./keymap/keymap.ts";
import { type GuardedProcess, guardTerminal } from "./terminal/guard.ts";
import { colourDepthOf, createSgrOf } from "./terminal/sgr.ts";
import { openTerminal, type Terminal, type TerminalInput, type TerminalOutput } from "./terminal/terminal.ts";
import { darkTheme, plainTheme, type Theme } from "./theme/theme.ts";
import { userThemes } from "./theme/user-themes.ts";
import { createTranscriptLayout } from "./transcript/layout.ts";
import { screenView } from "./views/screen-view.ts";
import { statusItems } from "./views/status-line.ts";

/** How the app is started. */
export interface TuiOptions {
	readonly runtime: Runtime;
	/** What the command line asks for; `source`, `canAsk` and `resume` are the app's. */
	readonly request: StartRequest;
	readonly start: SessionStart;
	/** The list of earlier sessions is open at the start. */
	readonly choosesSession?: boolean;
	/** What is sent at once. */
	readonly first?: { readonly text: string; readonly images: readonly string[] };
	readonly input: TerminalInput;
	readonly output: TerminalOutput;
	/** Watched over so that every way out gives the terminal back; absent in tests that have none. */
	readonly process?: GuardedProcess;
	/** Calls the listener at the first signal that asks us to stop. */
	readonly onInterrupt?: (listener: () => void) => () => void;
}

/** How the app ended. */
export interface TuiEnd {
	readonly exitCode: ExitCode;
	/** Lines for the shell's screen. */
	readonly lines: readonly string[];
}

const occasions = ["agent-turn-complete", "approval-requested"] as const;

function appSettings(
	runtime: Runtime,
	{ tui, keepsHistory }: InteractiveSettings,
): { readonly settings: AppSettings; readonly theme: Theme; readonly problems: readonly string[] } {
	const { keymap, problems } = makeKeymap(tui.keymap);
	const { themes, problems: colourProblems } = userThemes(tui.themes, tui.theme);
	const { notifications } = tui;
	const wanted =
		notifications === true
			? occasions
			: notifications === false
				? []
				: occasions.filter((name) => notifications.includes(name));
	const { env, homedir } = runtime.environment;
	const settings: AppSettings = {
		keymap,
		commands: slashCommands,
		themes,
		depth: colourDepthOf(env),
		version: runtime.version,
		animations: tui.animations,
		keepsHistory,
		notifications: wanted,
		notifiesAlways: tui.notification_condition === "always",
		statusLine: tui.status_line ?? statusItems,
		home: homedir,
	};
	const named = themes.find(({ name }) => name === tui.theme.name);
	const theme = settings.depth === "none" ? plainTheme : (named ?? darkTheme);
	return { settings, theme, problems: [...problems, ...colourProblems] };
}

// Rows of the transcript that are left in the scrollback of an inline screen: as many as terminals keep.
const keptLines = 2000;

/** Runs the app until the user leaves it. Never rejects. */
export async function runTui(options: TuiOptions): Promise<TuiEnd> {
	const { runtime, request } = options;
	const { clock, environment } = runtime;
	const read = await readInteractiveSettings(runtime, request.flags, request.cwd);
	if (read.kind === "error") return { exitCode: read.exitCode, lines: read.lines };
	const { settings, theme, problems } = appSettings(runtime, read);
	const { notification_method: method } = read.tui;
	const alternate = read.tui.screen === "alternate" && read.tui.alternate_screen;
	const terminal = openTerminal({
		input: options.input,
		output: options.output,
		clock,
		name: environment.env["TERM"] ?? "xterm",
		alternate,
		pasteBurst: read.pasteBurst,
		sgrOf: createSgrOf(theme, settings.depth),
	});
	let end: (end: TuiEnd) => void = () => undefined;
	const ended = new Promise<TuiEnd>((resolve) => {
		end = resolve;
	});
	const layout = createTranscriptLayout();
	const driver = createSessionDriver({
		runtime,
		request: { ...request, source: "cli", canAsk: true },
		dispatch: (action) => store.dispatch(action),
		onEvent: (event) => store.takeEvent(event),
	});
	const screen = createScreen(terminal, () => store, method);
	const performer = createPerformer({
		runtime,
		driver,
		screen,
		dispatch: (action) => store.dispatch(action),
		quit: (exitCode) => end({ exitCode: exitCode === 0 ? exitCodes.done : exitCodes.failed, lines: [] }),
	});
	const store: Store = createStore({
		initial: initialState({
			settings,
			size: terminal.size,
			nowMs: clock.nowMs(),
			theme,
			vim: read.tui.vim_mode_default,
			showsReasoning: read.tui.show_reasoning,
			...(options.first === undefined ? {} : { first: options.first }),
		}),
		clock,
		layout,
		perform: (effect, state) => performer.perform(effect, state),
		paint: (state) => terminal.paint(screenView(state, layout)),
	});
	const guard =
		options.process === undefined
			? undefined
			: guardTerminal(terminal, options.process, { clock, onResume: () => store.repaint() });
	screen.suspender = () => guard?.suspend();
	connect(terminal, store, () => clock.nowMs());
	terminal.onGone(() => end({ exitCode: exitCodes.interrupted, lines: [] }));
	const stopListening = options.onInterrupt?.(() => end({ exitCode: exitCodes.interrupted, lines: [] }));
	for (const message of problems) store.dispatch({ type: "said", level: "warning", message });
	performer.perform({ type: "load_history" }, store.state);
	performer.perform({ type: "load_page", page: { kind: "prompts" } }, store.state);
	performer.perform({ type: "start_session", start: options.start, choice: {}, replays: true }, store.state);
	if (options.choosesSession === true) store.dispatch({ type: "command", name: "resume" });
	const result = await ended;
	const { state } = store;
	store.stop();
	performer.close();
	// On the shell's own screen what was said stays.
	if (!alternate) terminal.print(layout.all(state.transcript, terminal.size.columns).slice(-keptLines));
	terminal.close();
	guard?.release();
	const closing = await driver.close();
	stopListening?.();
	return { ...result, lines: [...result.lines, ...closing, ...resumeHint(state, driver.id)] };
}

/** Hands what comes from the terminal to the app. */
function connect(terminal: Terminal, store: Store, nowMs: () => number): void {
	terminal.onInput((event) => store.dispatch({ type: "input", event, nowMs: nowMs() }));
	terminal.onResize((size) => {
		store.dispatch({ type: "resize", size });
		store.repaint();
	});
	terminal.onReady(() => store.repaint());
}

/** How to go on with what was saved. */
function resumeHint({ session, turns }: AppState, id: string): readonly string[] {
	const isSaved = session.status === "ready" && turns > 0 && session.info.rolloutPath !== undefined;
	return isSaved ? [`To go on with this session: code resume ${id}`] : [];
}

interface AppScreen extends EffectScreen {
	suspender: () => void;
}

function createScreen(terminal: Terminal, store: () => Store, method: "auto" | "osc9" | "bel"): AppScreen {
	const restyle = (): void => {
		const { theme, settings } = store().state;
		terminal.restyle(createSgrOf(theme, settings.depth));
		store().repaint();
	};
	const made: AppScreen = {
		suspender: () => undefined,
		leave: () => terminal.leave(),
		enter: () => {
			terminal.enter();
			store().repaint();
		},
		suspend: () => made.suspender(),
		restyle,
		redraw: () => {
			terminal.invalidate();
			store().repaint();
		},
		notify: (title, text) => terminal.notify(title, text, method),
	};
	return made;
}
