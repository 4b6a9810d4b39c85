// Does what reducers ask for: talks to the runtime, the terminal and the machine, and answers with actions. Nothing here
// decides anything about the app.

import { writeFile } from "node:fs/promises";
import path from "node:path";
import { assertNever, toError } from "@codex/protocol";
import { appendPromptHistory, type Runtime, readPromptHistory, saveTheme, workingBranch } from "@codex/runtime";
import type { Action } from "../app/action.ts";
import type { Effect } from "../app/effect.ts";
import type { AppState } from "../app/state.ts";
import { editExternally } from "./external-editor.ts";
import { createFileFinder } from "./file-finder.ts";
import { loadPage } from "./load-page.ts";
import { type OwnCommand, runOwnCommand } from "./own-command.ts";
import type { SessionDriver } from "./session-driver.ts";

/** What of the terminal effects use. */
export interface EffectScreen {
	leave(): void;
	enter(): void;
	suspend(): void;
	/** Looks at colours again. */
	restyle(): void;
	/** Draws everything anew. */
	redraw(): void;
	notify(title: string, text: string): void;
}

/** What effects need. */
export interface EffectContext {
	readonly runtime: Runtime;
	readonly driver: SessionDriver;
	readonly screen: EffectScreen;
	readonly dispatch: (action: Action) => void;
	/** Ends the app. */
	readonly quit: (exitCode: number) => void;
}

/** Does effects. */
export interface Performer {
	/** Does one; never waits. */
	perform(effect: Effect, state: AppState): void;
	/** Stops what runs besides the session. */
	close(): void;
}

async function exportTo(folder: string, file: string, markdown: string): Promise<Action> {
	const target = path.resolve(folder, file);
	try {
		// A file that is there is never replaced.
		await writeFile(target, markdown, { mode: 0o600, flag: "wx" });
		return { type: "said", level: "info", message: `Written to ${target}` };
	} catch (thrown) {
		return { type: "said", level: "error", message: `Not written: ${toError(thrown).message}` };
	}
}

/** Makes the performer. */
export function createPerformer({ runtime, driver, screen, dispatch, quit }: EffectContext): Performer {
	let own: OwnCommand | undefined;
	const finder = createFileFinder(runtime, dispatch);
	const folder = (): string => driver.session?.info.cwd ?? runtime.environment.cwd;
	const edit = async (text: string): Promise<void> => {
		screen.leave();
		const result = await editExternally(runtime, text);
		screen.enter();
		const edited = result.kind === "ok" ? { text: result.text, problem: undefined } : { text: undefined, problem: result.message };
		dispatch({ type: "edited", ...edited });
		screen.redraw();
	};
	const save = async (name: string): Promise<void> => {
		const saved = await saveTheme(runtime, name);
		const message = saved.kind === "ok" ? `Theme: ${name}` : `Theme: ${name}, not saved: ${saved.lines.join(" ")}`;
		dispatch({ type: "said", level: "info", message });
	};
	const perform = (effect: Effect, state: AppState): void => {
		switch (effect.type) {
			case "start_session":
				driver.start(effect);
				break;
			case "submit":
				driver.session?.submit(effect.op);
				break;
			case "interrupt":
				driver.session?.interrupt();
				break;
			case "load_history":
				void readPromptHistory(runtime).then((entries) => dispatch({ type: "history_loaded", entries }));
				break;
			case "append_history":
				void appendPromptHistory(runtime, driver.id, effect.prompt);
				break;
			case "find_files":
				finder.find(folder(), effect.query);
				break;
			case "open_editor":
				void edit(effect.text);
				break;
			case "run_own_command":
				own = runOwnCommand(runtime, { id: effect.id, command: effect.command, cwd: folder() }, dispatch);
				break;
			case "stop_own_command":
				own?.stop();
				break;
			case "load_page":
				void loadPage({ runtime, flags: driver.flags(state.choice), cwd: folder() }, effect.page).then(dispatch);
				break;
			case "read_branch":
				void workingBranch(runtime, folder()).then((branch) => dispatch({ type: "branch_read", branch }));
				break;
			case "export":
				void exportTo(folder(), effect.file, effect.markdown).then(dispatch);
				break;
			case "save_theme":
				void save(effect.name);
				break;
			case "restyle":
				screen.restyle();
				break;
			case "notify":
				screen.notify(effect.title, effect.text);
				break;
			case "suspend":
				screen.suspend();
				break;
			case "redraw":
				screen.redraw();
				break;
			case "timer": {
				const { name, ms } = effect;
				runtime.clock.timer(ms, () => dispatch({ type: "timer", name }));
				break;
			}
			case "quit":
				quit(effect.exitCode);
				break;
			default:
				assertNever(effect);
		}
	};
	return {
		perform,
		close: () => {
			own?.stop();
			finder.close();
		},
	};
}
