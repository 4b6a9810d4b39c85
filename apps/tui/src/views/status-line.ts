// The last line of the screen: model, effort, sandbox, approvals, context, tokens, cost, folder, branch. What does not fit
// is left out, the least important first. Pure.

import type { AppState } from "../app/state.ts";
import { showTokens } from "../commands/status-pages.ts";
import { cleanLine } from "../text/clean.ts";
import type { Line, Span, Style } from "../text/span.ts";
import { cellWidth } from "../text/width.ts";
import { lineWidth, span } from "../text/wrap.ts";

const dim: Style = { fg: "dim" };
const warning: Style = { fg: "warning" };
const errorStyle: Style = { fg: "error" };

/** The items by the names of `tui.status_line`, in their default order; the number is the order in which they are left out, greatest first. */
export const statusItems = ["model", "access", "context", "tokens", "cost", "branch", "folder"] as const;

type StatusItem = (typeof statusItems)[number];

const importance: Readonly<Record<StatusItem, number>> = {
	model: 0,
	access: 1,
	context: 2,
	cost: 3,
	branch: 4,
	folder: 5,
	tokens: 6,
};

const isStatusItem = (name: string): name is StatusItem => statusItems.some((item) => item === name);

/** A path as people write it. */
export function shortPath(path: string, home: string): string {
	if (home !== "" && (path === home || path.startsWith(`${home}/`))) return `~${path.slice(home.length)}`;
	return path;
}

const shortModes = { "read-only": "read only", "workspace-write": "writes here", "danger-full-access": "full access" };

type ReadySession = Extract<AppState["session"], { readonly status: "ready" }>;

const itemSpans: Readonly<Record<StatusItem, (state: AppState, session: ReadySession) => Span | undefined>> = {
	model: (_state, { info, effort }) => {
		const hard = effort === "" || effort === "none" ? "" : ` ${effort}`;
		return span(cleanLine(`${info.model}${hard}`), { fg: "text", bold: true });
	},
	access: (_state, { info }) => {
		const { mode } = info.sandboxPolicy;
		const asks = info.approvalPolicy === "never" ? "never asks" : `asks ${info.approvalPolicy}`;
		return span(`${shortModes[mode]}, ${asks}`, mode === "danger-full-access" ? errorStyle : dim);
	},
	context: ({ usage }) => {
		const left = usage.contextLeftPercent;
		return left === undefined ? undefined : span(`${left}% context left`, left < 15 ? warning : dim);
	},
	tokens: ({ usage: { total } }) => {
		if (total === undefined) return undefined;
		const fresh = showTokens(total.inputTokens - total.cachedInputTokens);
		return span(
			`${fresh} in + ${showTokens(total.cachedInputTokens)} cached, ${showTokens(total.outputTokens)} out`,
			dim,
		);
	},
	cost: ({ usage: { total, costUsd } }) => {
		if (total === undefined) return undefined;
		return span(costUsd === null ? "cost unknown" : `$${costUsd.toFixed(costUsd < 1 ? 3 : 2)}`, dim);
	},
	branch: ({ branch }) => (branch === undefined ? undefined : span(`⎇ ${cleanLine(branch)}`, dim)),
	folder: ({ settings }, { info }) => span(cleanLine(shortPath(info.cwd, settings.home)), dim),
};

function itemSpan(state: AppState, item: StatusItem): Span | undefined {
	const { session } = state;
	return session.status === "ready" ? itemSpans[item](state, session) : undefined;
}

const separator: Span = { text: " · ", style: dim };

/** The line. */
export function statusLine(state: AppState): Line {
	const { columns } = state.size;
	if (state.session.status !== "ready") {
		return [span(state.session.status === "starting" ? "  starting" : "  no session", dim)];
	}
	const wanted = state.settings.statusLine.filter(isStatusItem);
	let shown = wanted.flatMap((item) => {
		const part = itemSpan(state, item);
		return part === undefined ? [] : [{ item, part }];
	});
	const widthOf = (): number => 2 + shown.reduce((sum, { part }) => sum + cellWidth(part.text) + 3, -3);
	while (shown.length > 1 && widthOf() > columns) {
		const least = shown.reduce((worst, entry) => (importance[entry.item] > importance[worst.item] ? entry : worst));
		shown = shown.filter((entry) => entry !== least);
	}
	const line: Line = [span("  "), ...shown.flatMap(({ part }, at) => (at === 0 ? [part] : [separator, part]))];
	return lineWidth(line) <= columns ? line : line.slice(1);
}
