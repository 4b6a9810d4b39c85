// What was read for views, made into lists and pages. Pure.

import { title, pair, showTokens } from "../commands/status-pages.ts";
import { type ListItem, type ListOverlay, makePager, type Overlay } from "../overlays/overlay.ts";
import { diffPages } from "../overlays/pager-lines.ts";
import { cleanLine } from "../text/clean.ts";
import type { Line, Style } from "../text/span.ts";
import { span } from "../text/wrap.ts";
import { cellLines } from "../transcript/cell-lines.ts";
import { reduceTranscript } from "../transcript/reduce.ts";
import { emptyTranscript } from "../transcript/state.ts";
import type { Page } from "./action.ts";
import { openOverlay } from "./slash.ts";
import type { AppState } from "./state.ts";
import { hinted, only, type Step } from "./step.ts";

const dim: Style = { fg: "dim" };

/** How long ago, for people. */
export function showAge(ms: number): string {
	const minutes = Math.floor(ms / 60_000);
	if (minutes < 1) return "now";
	if (minutes < 60) return `${minutes} min ago`;
	const hours = Math.floor(minutes / 60);
	if (hours < 48) return `${hours} h ago`;
	return `${Math.floor(hours / 24)} days ago`;
}

/** Fills the list that waits for this; a list that was closed meanwhile stays closed. */
function fill(state: AppState, purpose: ListOverlay["purpose"], items: readonly ListItem[]): Step {
	const at = state.overlays.findLastIndex((overlay) => overlay.kind === "list" && overlay.purpose === purpose);
	const list = state.overlays[at];
	if (list?.kind !== "list") return only(state);
	const current = Math.max(0, items.findIndex(({ isCurrent }) => isCurrent));
	const filled: ListOverlay = { ...list, items, isLoading: false, selected: current };
	return only({ ...state, overlays: state.overlays.with(at, filled) });
}

const open = (state: AppState, overlay: Overlay): Step => only(openOverlay(state, overlay));

const plainLines = (lines: readonly string[]): readonly Line[] => lines.map((line) => [span(cleanLine(line))]);

function preview(state: AppState, id: string, lines: readonly Line[]): Step {
	const at = state.overlays.findLastIndex((overlay) => overlay.kind === "list" && overlay.purpose === "sessions");
	const list = state.overlays[at];
	if (list?.kind !== "list" || list.previewOf !== id) return only(state);
	return only({ ...state, overlays: state.overlays.with(at, { ...list, preview: lines }) });
}

// What is seen of a session before it is chosen.
const previewCells = 12;
const previewWidth = 60;

function diffStep(state: AppState, page: Extract<Page, { readonly kind: "diff" }>): Step {
	const files = diffPages(page.text);
	if (files.length === 0) return hinted(state, "Nothing differs from the last commit");
	const note = page.truncated ? " (cut: it is very long)" : "";
	return open(state, makePager(`Changes${note}`, { kind: "diff", files, current: 0 }));
}

const checkSigns = { ok: "✔", warning: "▲", failed: "✖" };
const checkStyles = { ok: { fg: "success" }, warning: { fg: "warning" }, failed: { fg: "error" } } as const;

/** Shows what was read. */
export function pageLoaded(state: AppState, page: Page): Step {
	switch (page.kind) {
		case "sessions": {
			const current = state.session.status === "ready" ? state.session.info.sessionId : "";
			const items = page.sessions.map(({ id, title: name, changedMs, turns, cwd }) => ({
				id,
				label: name === "" ? id : cleanLine(name),
				detail: `${showAge(state.nowMs - changedMs)} · ${turns} turn${turns === 1 ? "" : "s"} · ${cleanLine(cwd)}`,
				isCurrent: id === current,
			}));
			return fill(state, "sessions", items);
		}
		case "session_preview": {
			const { cells } = page.events.reduce(reduceTranscript, emptyTranscript(false));
			const lines = cells.slice(-previewCells).flatMap((cell) => cellLines(cell, previewWidth, emptyTranscript(false)));
			return preview(state, page.id, lines);
		}
		case "diff":
			return diffStep(state, page);
		case "mcp": {
			const items = page.servers.map(({ name, transport, enabled, command, url, origin }) => ({
				id: name,
				label: cleanLine(name),
				detail: cleanLine(`${enabled ? transport : "off"} · ${command ?? url ?? ""} · ${origin}`),
				isCurrent: false,
			}));
			return fill(state, "mcp", items);
		}
		case "mcp_tools":
			return open(state, makePager(`MCP server ${cleanLine(page.server)}`, { kind: "lines", lines: plainLines(page.lines) }));
		case "memory":
			return open(state, makePager("Memory", { kind: "lines", lines: plainLines(page.lines) }));
		case "prompts": {
			const items = page.prompts.map(({ name, description }) => ({
				id: name,
				label: `/prompts:${cleanLine(name)}`,
				detail: cleanLine(description),
				isCurrent: false,
			}));
			return fill({ ...state, prompts: page.prompts }, "prompts", items);
		}
		case "models": {
			const current = state.session.status === "ready" ? state.session.info.model : "";
			const items = page.models.map(({ name, contextWindow, price }) => ({
				id: name,
				label: name,
				detail: `${showTokens(contextWindow)} window${price === undefined ? "" : ` · $${price.input} in, $${price.output} out per million`}`,
				isCurrent: name === current,
			}));
			const known = items.some(({ isCurrent }) => isCurrent) || current === "";
			const own = known ? [] : [{ id: current, label: current, detail: "in use", isCurrent: true }];
			return fill(state, "models", [...own, ...items]);
		}
		case "config": {
			if (page.entries.length === 1 || page.lines.length < 12) {
				return open(state, makePager("Settings", { kind: "lines", lines: plainLines(page.lines) }));
			}
			const lines = page.entries.map(({ key, value, origin }): Line => [
				span(`${key} `),
				span(`= ${cleanLine(value === undefined ? "(not set)" : (JSON.stringify(value) ?? ""))} `, { fg: "code" }),
				span(`(${origin.layer})`, dim),
			]);
			return open(state, makePager("Settings: /config KEY says where one comes from", { kind: "lines", lines }));
		}
		case "doctor": {
			const lines = page.checks.flatMap(({ name, status, detail, hint }): readonly Line[] => [
				[span(`${checkSigns[status]} `, checkStyles[status]), span(`${cleanLine(name)}: `, { bold: true }), span(cleanLine(detail))],
				...(hint === undefined ? [] : [[span(`    ${cleanLine(hint)}`, dim)]]),
			]);
			return open(state, makePager("Doctor", { kind: "lines", lines }));
		}
	}
}

/** Says why something cannot be shown; the list that waited for it closes. */
export function pageFailed(state: AppState, name: string, lines: readonly string[]): Step {
	const overlays = state.overlays.filter((overlay) => overlay.kind !== "list" || !overlay.isLoading);
	const closed = { ...state, overlays };
	if (lines.length === 1) return hinted(closed, `${name}: ${cleanLine(lines[0] ?? "")}`);
	return open(closed, makePager(name, { kind: "lines", lines: [title(name), ...lines.map((line) => pair("", line))] }));
}
