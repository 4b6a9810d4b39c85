// The complete public surface of @codex/tui: the command line starts it, and nothing else uses it.

export { runTui, type TuiEnd, type TuiOptions } from "./run-tui.ts";
