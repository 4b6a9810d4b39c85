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

const importance: Readonly<Record<StatusItem, number>> = { model: 0, access: 1, context: 2, cost: 3, branch: 4, folder: 5, tokens: 6 };

const isStatusItem = (name: string): name is StatusItem => statusItems.some((item) => item === name);

/** A path as people write it. */
export function shortPath(path: string, home: string): string {
	if (home !== "" && (path === home || path.startsWith(`${home}/`))) return `~${path.slice(home.length)}`;
	return path;
}

const shortModes = { "read-only": "read only", "workspace-write": "writes here", "danger-full-access": "full access" };

function itemSpan(state: AppState, item: StatusItem): Span | undefined {
	const { session, usage } = state;
	if (session.status !== "ready") return undefined;
	const { info, effort } = session;
	switch (item) {
		case "model":
			return span(cleanLine(`${info.model}${effort === "" || effort === "none" ? "" : ` ${effort}`}`), { fg: "text", bold: true });
		case "access": {
			const isOpen = info.sandboxPolicy.mode === "danger-full-access";
			const asks = info.approvalPolicy === "never" ? "never asks" : `asks ${info.approvalPolicy}`;
			return span(`${shortModes[info.sandboxPolicy.mode]}, ${asks}`, isOpen ? errorStyle : dim);
		}
		case "context": {
			const left = usage.contextLeftPercent;
			return left === undefined ? undefined : span(`${left}% context left`, left < 15 ? warning : dim);
		}
		case "tokens": {
			const { total } = usage;
			if (total === undefined) return undefined;
			const fresh = total.inputTokens - total.cachedInputTokens;
			return span(`${showTokens(fresh)} in + ${showTokens(total.cachedInputTokens)} cached, ${showTokens(total.outputTokens)} out`, dim);
		}
		case "cost":
			if (usage.total === undefined) return undefined;
			return span(usage.costUsd === null ? "cost unknown" : `$${usage.costUsd.toFixed(usage.costUsd < 1 ? 3 : 2)}`, dim);
		case "branch":
			return state.branch === undefined ? undefined : span(`⎇ ${cleanLine(state.branch)}`, dim);
		case "folder":
			return span(cleanLine(shortPath(info.cwd, state.settings.home)), dim);
	}
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
