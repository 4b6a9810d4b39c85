// Keys in a list: moving, searching, choosing. Pure.

import { fuzzyFilter } from "../composer/fuzzy.ts";
import { cleanInput } from "../composer/chips.ts";
import type { InputEvent } from "../keymap/key.ts";
import type { Keymap } from "../keymap/keymap.ts";
import type { ListItem, ListOverlay } from "./overlay.ts";

/** What became of the input. */
export type ListOutcome =
	| { readonly kind: "changed"; readonly list: ListOverlay }
	| { readonly kind: "chosen"; readonly item: ListItem }
	| { readonly kind: "closed" };

/** The entries that match the search, best first. */
export function matchingItems({ items, query, takesOther }: ListOverlay): readonly ListItem[] {
	if (query === "") return items;
	const found = fuzzyFilter(items, query, ({ label, detail }) => `${label} ${detail}`);
	const isNew = takesOther && !items.some(({ id }) => id === query);
	return isNew ? [...found, { id: query, label: query, detail: "this name", isCurrent: false }] : found;
}

function moved(list: ListOverlay, by: number): ListOverlay {
	const last = Math.max(0, matchingItems(list).length - 1);
	return { ...list, selected: Math.max(0, Math.min(list.selected + by, last)) };
}

const searched = (list: ListOverlay, query: string): ListOverlay => ({ ...list, query, selected: 0 });

/** Applies input. `rows` is how many entries a page shows. */
export function reduceList(list: ListOverlay, event: InputEvent, keymap: Keymap, rows: number): ListOutcome {
	const changed = (next: ListOverlay): ListOutcome => ({ kind: "changed", list: next });
	if (event.kind === "paste") return changed(searched(list, list.query + cleanInput(event.text).replaceAll("\n", " ")));
	if (event.kind !== "key") return changed(list);
	const { key } = event;
	const count = matchingItems(list).length;
	switch (keymap.action("list", key)) {
		case "list_next":
			return changed(list.selected + 1 < count ? moved(list, 1) : { ...list, selected: 0 });
		case "list_previous":
			return changed(list.selected > 0 ? moved(list, -1) : { ...list, selected: Math.max(0, count - 1) });
		case "list_page_down":
			return changed(moved(list, Math.max(1, rows - 1)));
		case "list_page_up":
			return changed(moved(list, -Math.max(1, rows - 1)));
		case "list_accept": {
			const item = matchingItems(list)[list.selected];
			return item === undefined ? changed(list) : { kind: "chosen", item };
		}
		case "list_close":
			return list.query === "" ? { kind: "closed" } : changed(searched(list, ""));
		default:
			break;
	}
	if (key.name === "backspace") return changed(searched(list, Array.from(list.query).slice(0, -1).join("")));
	return key.text === "" ? changed(list) : changed(searched(list, list.query + key.text));
}
