// Views over the transcript: lists to choose from and pages to read. A stack in the state; the topmost gets the keys.

import type { Line } from "../text/span.ts";

/** One entry of a list. */
export interface ListItem {
	readonly id: string;
	readonly label: string;
	/** Dim, behind the label. */
	readonly detail: string;
	/** Marked as the present one. */
	readonly isCurrent: boolean;
}

/** What choosing an entry does. */
export type ListPurpose =
	| "sessions"
	| "models"
	| "reasoning"
	| "approvals"
	| "sandbox"
	| "themes"
	| "rewind_turn"
	| "rewind_what"
	| "backtrack"
	| "prompts"
	| "mcp"
	| "config";

/** A list with a search. */
export interface ListOverlay {
	readonly kind: "list";
	readonly purpose: ListPurpose;
	readonly title: string;
	readonly items: readonly ListItem[];
	readonly query: string;
	/** Position in the entries that match. */
	readonly selected: number;
	readonly isLoading: boolean;
	/** A name that is not in the list can be chosen by typing it. */
	readonly takesOther: boolean;
	/** Lines about the chosen entry; for `previewOf` alone. */
	readonly preview: readonly Line[];
	readonly previewOf: string | undefined;
	/** What an earlier choice said, for purposes of two steps. */
	readonly context: string;
}

/** What a page shows. */
export type PageContent =
	/** Lines that are wrapped to the width. */
	| { readonly kind: "lines"; readonly lines: readonly Line[] }
	| { readonly kind: "transcript" }
	| { readonly kind: "diff"; readonly files: readonly DiffPage[]; readonly current: number };

/** The changes of one file. */
export interface DiffPage {
	readonly path: string;
	readonly diff: string;
}

/** A page with scrolling and search. */
export interface PagerOverlay {
	readonly kind: "pager";
	readonly title: string;
	readonly content: PageContent;
	/** The first row shown; `end`: the last page. */
	readonly top: number | "end";
	/** The words that are searched; `isTyping` while they are typed. */
	readonly search: { readonly query: string; readonly isTyping: boolean } | undefined;
}

/** A view. */
export type Overlay = ListOverlay | PagerOverlay;

/** Makes a list. */
export function makeList(
	purpose: ListPurpose,
	title: string,
	items: readonly ListItem[],
	more: Partial<Pick<ListOverlay, "isLoading" | "takesOther" | "context">> = {},
): ListOverlay {
	const current = items.findIndex(({ isCurrent }) => isCurrent);
	return {
		kind: "list",
		purpose,
		title,
		items,
		query: "",
		selected: Math.max(0, current),
		isLoading: false,
		takesOther: false,
		preview: [],
		previewOf: undefined,
		context: "",
		...more,
	};
}

/** Makes a page of lines. */
export function makePager(title: string, content: PageContent, top: number | "end" = 0): PagerOverlay {
	return { kind: "pager", title, content, top, search: undefined };
}
