// The help page, made of the table of keys and the catalog of commands. Pure.

import type { AppSettings } from "../app/state.ts";
import { title } from "../commands/status-pages.ts";
import type { KeyContext } from "../keymap/bindings.ts";
import { showChord } from "../keymap/keymap.ts";
import type { Line, Style } from "../text/span.ts";
import { span } from "../text/wrap.ts";

const dim: Style = { fg: "dim" };
const accent: Style = { fg: "accent" };

const contextTitles: readonly (readonly [KeyContext, string])[] = [
	["composer", "Writing"],
	["global", "Everywhere"],
	["popup", "In the list above the composer"],
	["approval", "When you are asked"],
	["list", "In lists"],
	["pager", "In pages"],
];

/** The page. */
export function helpPage({ keymap, commands }: Pick<AppSettings, "keymap" | "commands">): readonly Line[] {
	const keys = contextTitles.flatMap(([context, name]): readonly Line[] => [
		title(name),
		...keymap.bindings
			.filter((binding) => binding.context === context && binding.keys.length > 0)
			.map((binding): Line => [
				span(`  ${binding.keys.slice(0, 3).map(showChord).join(", ").padEnd(26)} `, accent),
				span(binding.describe),
				span(`  ${binding.action}`, dim),
			]),
		[],
	]);
	return [
		...keys,
		title("Commands"),
		...commands.map((command): Line => [
			span(`  ${`/${command.name}${command.argument === undefined ? "" : ` ${command.argument}`}`.padEnd(26)} `, accent),
			span(command.describe),
			span(command.shell === undefined ? "" : `  code ${command.shell}`, dim),
		]),
		[],
		title("Besides"),
		[span(`  ${"@".padEnd(26)} `, accent), span("Names a file")],
		[span(`  ${"!command".padEnd(26)} `, accent), span("Runs a command in your shell; the model does not see it")],
		[span(`  ${"/prompts:NAME".padEnd(26)} `, accent), span("One of your own prompts, from the home's folder `prompts`")],
		[],
		[span("  Keys can be changed: `[tui.keymap]` with the names on the right, for example `submit = \"ctrl+s\"`", dim)],
	];
}
