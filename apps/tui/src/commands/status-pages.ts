// The pages of /status, /cost and /context. Pure.

import type { AppState } from "../app/state.ts";
import { cleanLine } from "../text/clean.ts";
import type { Line, Style } from "../text/span.ts";
import { span } from "../text/wrap.ts";

const dim: Style = { fg: "dim" };
const heading: Style = { fg: "heading", bold: true };

/** A name and a value in two columns. */
export function pair(name: string, value: string): Line {
	return [span(`  ${name.padEnd(18)} `, dim), span(cleanLine(value))];
}

/** A heading. */
export const title = (text: string): Line => [span(text, heading)];

/** Tokens for people: `950`, `12.3k`, `1.2M`. */
export function showTokens(count: number): string {
	if (count < 1000) return String(count);
	return count < 1_000_000 ? `${(count / 1000).toFixed(1)}k` : `${(count / 1_000_000).toFixed(1)}M`;
}

/** Dollars for people; `unknown` when no price is known. */
export function showCost(costUsd: number | null): string {
	if (costUsd === null) return "unknown (no price is known of this model)";
	return `$${costUsd < 1 ? costUsd.toFixed(4) : costUsd.toFixed(2)}`;
}

/** The page of /status. */
export function statusPage(state: AppState): readonly Line[] {
	const { session, settings, usage } = state;
	if (session.status === "starting") return [title("The session is being started")];
	if (session.status !== "ready") return [title("No session"), ...session.lines.map((line) => pair("", line))];
	const { info, effort } = session;
	const { sandboxPolicy } = info;
	const network = sandboxPolicy.mode === "workspace-write" ? (sandboxPolicy.network_access ? ", network" : ", no network") : "";
	return [
		title("Session"),
		pair("id", info.sessionId),
		pair("turns", String(state.turns)),
		pair("file", info.rolloutPath ?? "none is kept"),
		pair("folder", info.cwd),
		...(state.branch === undefined ? [] : [pair("branch", state.branch)]),
		[],
		title("Model"),
		pair("model", info.model),
		pair("provider", info.because === "" ? info.provider : `${info.provider} (${info.because})`),
		pair("reasoning", effort),
		...(info.answersFrom === undefined ? [] : [pair("answers from", info.answersFrom)]),
		[],
		title("Safety"),
		pair("sandbox", `${sandboxPolicy.mode}${network}`),
		pair("approvals", info.approvalPolicy),
		...(sandboxPolicy.mode === "workspace-write"
			? sandboxPolicy.writable_roots.map((root, at) => pair(at === 0 ? "also writable" : "", root))
			: []),
		[],
		title("Use"),
		...usageLines(state),
		...(usage.contextLeftPercent === undefined ? [] : [pair("context left", `${usage.contextLeftPercent} %`)]),
		[],
		title("Program"),
		pair("version", settings.version),
		pair("theme", `${state.theme.name}, ${settings.depth === "none" ? "no colours" : `${settings.depth} colours`}`),
		...(info.warnings.length === 0 ? [] : [[], title("Warnings"), ...info.warnings.map((line) => pair("", line))]),
	];
}

function usageLines({ usage }: AppState): readonly Line[] {
	const { total } = usage;
	if (total === undefined) return [pair("tokens", "none so far")];
	return [
		pair("input", `${showTokens(total.inputTokens - total.cachedInputTokens)} new, ${showTokens(total.cachedInputTokens)} cached`),
		pair("output", `${showTokens(total.outputTokens)}, of it reasoning ${showTokens(total.reasoningOutputTokens)}`),
		pair("cost", showCost(usage.costUsd)),
	];
}

/** The page of /cost. */
export function costPage(state: AppState): readonly Line[] {
	const { last, total } = state.usage;
	const all = total?.inputTokens ?? 0;
	const share = total === undefined || all === 0 ? undefined : Math.round((100 * total.cachedInputTokens) / all);
	return [
		title("This session"),
		...usageLines(state),
		...(share === undefined ? [] : [pair("from the cache", `${share} % of the input`)]),
		[],
		title("The last request"),
		...(last === undefined
			? [pair("", "none so far")]
			: [
					pair("input", `${showTokens(last.inputTokens - last.cachedInputTokens)} new, ${showTokens(last.cachedInputTokens)} cached`),
					pair("output", showTokens(last.outputTokens)),
				]),
	];
}

/** The page of /context. */
export function contextPage(state: AppState): readonly Line[] {
	const { usage } = state;
	const { last, contextWindow, contextLeftPercent } = usage;
	const used = last === undefined ? undefined : last.inputTokens + last.outputTokens;
	const width = 40;
	const filled = contextLeftPercent === undefined ? 0 : Math.round(((100 - contextLeftPercent) * width) / 100);
	const kinds = new Map<string, number>();
	for (const { kind } of state.transcript.cells) kinds.set(kind, (kinds.get(kind) ?? 0) + 1);
	return [
		title("Context window"),
		...(contextWindow === undefined
			? [pair("size", "unknown")]
			: [pair("size", `${showTokens(contextWindow)} tokens`)]),
		...(used === undefined ? [] : [pair("last request", `${showTokens(used)} tokens`)]),
		...(contextLeftPercent === undefined
			? []
			: [
					pair("left", `${contextLeftPercent} %`),
					[span("  "), span("█".repeat(filled), { fg: "accent" }), span("░".repeat(width - filled), dim)] satisfies Line,
				]),
		[],
		title("On the screen"),
		...Array.from(kinds, ([kind, count]) => pair(kind, String(count))),
		[],
		[span("  /compact frees it; `code sessions show --compaction` shows what left it", dim)],
	];
}
