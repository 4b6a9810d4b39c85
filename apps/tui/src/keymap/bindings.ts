// Every key of the app as a table: what it does, where, and how help calls it. Nothing else in the app names a key; the
// help overlay, docs/tui.md and the remapping of `[tui.keymap]` all read this.

/** Where a binding holds. The topmost that is open is asked first, then `global`. */
export type KeyContext = "global" | "composer" | "popup" | "list" | "pager" | "approval";

/** One line of the table. */
export interface Binding {
	/** The name in `[tui.keymap]`. */
	readonly action: string;
	readonly context: KeyContext;
	readonly keys: readonly string[];
	/** One line without a period. */
	readonly describe: string;
}

const bind = (context: KeyContext, action: string, keys: string, describe: string): Binding => ({
	action,
	context,
	keys: keys === "" ? [] : keys.split(" "),
	describe,
});

/** The table with its default keys. An action name means one thing in all contexts. */
export const defaultBindings: readonly Binding[] = [
	bind("composer", "submit", "enter", "Send; while the agent works: steer it with this"),
	bind("composer", "queue", "tab", "While the agent works: queue it as the next turn"),
	bind("composer", "newline", "shift+enter alt+enter ctrl+j ctrl+m", "New line (also `\\` before Enter)"),
	bind("composer", "interrupt", "escape", "Interrupt; twice on an empty composer: go back to an earlier prompt"),
	bind("composer", "cycle_access", "shift+tab", "Next access mode: read only, ask, full auto (the session restarts)"),
	bind("composer", "left", "left ctrl+b", "Left"),
	bind("composer", "right", "right ctrl+f", "Right"),
	bind("composer", "up", "up ctrl+p", "Up, or the earlier prompt"),
	bind("composer", "down", "down ctrl+n", "Down, or the later prompt"),
	bind("composer", "word_left", "alt+left ctrl+left alt+b", "A word left"),
	bind("composer", "word_right", "alt+right ctrl+right alt+f", "A word right"),
	bind("composer", "line_start", "home ctrl+a", "Start of the line"),
	bind("composer", "line_end", "end ctrl+e", "End of the line"),
	bind("composer", "text_start", "ctrl+home alt+<", "Start of the text"),
	bind("composer", "text_end", "ctrl+end alt+>", "End of the text"),
	bind("composer", "delete_back", "backspace ctrl+h shift+backspace", "Delete the character before"),
	bind("composer", "delete_forward", "delete", "Delete the character after"),
	bind("composer", "kill_word_back", "ctrl+w alt+backspace", "Cut the word before"),
	bind("composer", "kill_word_forward", "alt+d alt+delete ctrl+delete", "Cut the word after"),
	bind("composer", "kill_to_end", "ctrl+k", "Cut to the end of the line"),
	bind("composer", "kill_to_start", "ctrl+u", "Cut to the start of the line"),
	bind("composer", "kill_line", "ctrl+backspace", "Cut the line"),
	bind("composer", "yank", "ctrl+y", "Paste what was cut"),
	bind("composer", "yank_pop", "alt+y", "Replace it by what was cut before"),
	bind("composer", "transpose", "", "Swap two characters"),
	bind("composer", "undo", "ctrl+_ alt+z ctrl+/", "Undo"),
	bind("composer", "redo", "alt+shift+z alt+_", "Redo"),
	bind("composer", "history_search", "ctrl+r", "Search earlier prompts"),
	bind("composer", "editor", "ctrl+g", "Edit the prompt in $VISUAL or $EDITOR"),
	bind("composer", "complete", "ctrl+space", "Offer commands or files at the cursor"),
	bind("composer", "shortcuts", "?", "Show the keys (in an empty composer)"),
	bind("global", "cancel", "ctrl+c", "Interrupt, clear the composer, twice: quit"),
	bind("global", "quit", "ctrl+d", "Quit (with an empty composer)"),
	bind("global", "suspend", "ctrl+z", "Suspend; `fg` comes back"),
	bind("global", "redraw", "ctrl+l", "Draw the screen anew"),
	bind("global", "transcript", "ctrl+t", "Whole transcript, with search"),
	bind("global", "toggle_reasoning", "alt+r", "Fold or unfold reasoning"),
	bind("global", "toggle_details", "ctrl+o", "Fold or unfold long outputs"),
	bind("global", "diff", "alt+c", "Changes of the working folder"),
	bind("global", "help", "f1", "All keys"),
	bind("global", "scroll_up", "pageup", "Scroll the transcript up"),
	bind("global", "scroll_down", "pagedown", "Scroll the transcript down"),
	bind("global", "scroll_line_up", "shift+up", "Scroll up a line"),
	bind("global", "scroll_line_down", "shift+down", "Scroll down a line"),
	bind("global", "scroll_top", "shift+home", "To the beginning of the transcript"),
	bind("global", "scroll_end", "shift+end", "To its end, and stay there"),
	bind("popup", "popup_next", "down ctrl+n", "Next entry"),
	bind("popup", "popup_previous", "up ctrl+p", "Entry before"),
	bind("popup", "popup_complete", "tab", "Take the entry over"),
	bind("popup", "popup_accept", "enter", "Take it and run it"),
	bind("popup", "popup_close", "escape", "Close"),
	bind("list", "list_next", "down ctrl+n", "Next entry"),
	bind("list", "list_previous", "up ctrl+p", "Entry before"),
	bind("list", "list_page_down", "pagedown", "A page down"),
	bind("list", "list_page_up", "pageup", "A page up"),
	bind("list", "list_accept", "enter", "Choose"),
	bind("list", "list_close", "escape ctrl+c", "Close"),
	bind("pager", "pager_down", "down j ctrl+n", "A line down"),
	bind("pager", "pager_up", "up k ctrl+p", "A line up"),
	bind("pager", "pager_page_down", "pagedown space ctrl+f", "A page down"),
	bind("pager", "pager_page_up", "pageup b ctrl+b", "A page up"),
	bind("pager", "pager_top", "home g", "To the top"),
	bind("pager", "pager_end", "end G", "To the end"),
	bind("pager", "pager_search", "/ ctrl+s", "Search"),
	bind("pager", "pager_next_hit", "n", "Next hit"),
	bind("pager", "pager_previous_hit", "N", "Hit before"),
	bind("pager", "pager_left", "left h", "The one before (files, agents, tabs)"),
	bind("pager", "pager_right", "right l", "The next one (files, agents, tabs)"),
	bind("pager", "pager_close", "q escape ctrl+c", "Close"),
	bind("approval", "approve", "y", "Yes, this once"),
	bind("approval", "approve_session", "s", "Yes, for the rest of the session"),
	bind("approval", "approve_always", "a", "Always: saves the rule that is shown"),
	bind("approval", "deny", "n", "No, and say what to do instead"),
	bind("approval", "abort", "escape ctrl+c", "No, and stop the turn"),
	bind("approval", "approval_next", "down tab", "Next answer"),
	bind("approval", "approval_previous", "up shift+tab", "Answer before"),
	bind("approval", "approval_accept", "enter", "Give the chosen answer"),
	bind("approval", "approval_offer", "left right", "Another rule that can be saved"),
	bind("approval", "approval_full", "v", "Show it whole"),
	bind("approval", "approval_scroll_up", "pageup", "Scroll up"),
	bind("approval", "approval_scroll_down", "pagedown", "Scroll down"),
];
