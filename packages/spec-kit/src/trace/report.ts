// The report of a SPEC as one HTML file that a reviewer can open anywhere: no network, no script, a policy that forbids both,
// and everything in it escaped.

import { type Stage, stageTitle } from "../stage.ts";
import type { Verdict } from "../verdict.ts";
import { bars, type Html, type HtmlValue, heatmap, html, type Span, table, timeline } from "./html.ts";
import type { Trace, TracedTask } from "./trace.ts";

/** What one agent cost in one stage or checkpoint, over all runs. */
export interface AgentCost {
	readonly stage: string;
	readonly agent: string;
	readonly role: string;
	readonly model: string;
	/** Requests to the model. */
	readonly attempts: number;
	readonly tokens: number;
	/** US dollars. */
	readonly costUsd: number;
}

/** What one voter's answer changed in a stage, and what it cost there. */
export interface VoterValue {
	readonly stage: string;
	readonly agent: string;
	/** US dollars. */
	readonly costUsd: number;
	readonly added: number;
	readonly prevented: number;
	readonly conflicts: number;
	readonly decisionChanged: boolean;
}

/** A question of a quality gate. */
export interface GateEntry {
	readonly checkpoint: string;
	readonly question: string;
	readonly answer: string;
	/** `agents`, `person` or `open`. */
	readonly by: string;
	readonly views: Readonly<Record<string, string>>;
}

/** An agent that carried the tasks out. */
export interface CandidateEntry {
	readonly agent: string;
	readonly passed: boolean;
	readonly chosen: boolean;
	readonly reason: string;
	readonly commands: readonly { readonly name: string; readonly exitCode: number | null }[];
}

/** Everything that a report shows. */
export interface ReportInput {
	readonly trace: Trace;
	readonly title: string;
	/** ISO 8601, UTC: of the newest thing in it. */
	readonly asOf: string;
	readonly verdicts: readonly Verdict[];
	readonly costs: readonly AgentCost[];
	readonly voters: readonly VoterValue[];
	/** Calls of which the price is not known. */
	readonly unpricedCalls: number;
	readonly gates: readonly GateEntry[];
	readonly candidates: readonly CandidateEntry[];
	readonly spans: readonly Span[];
	/** The way from the report's folder to the root of the repository, for links: `../../..`. */
	readonly toRoot: string;
}

const style = `
:root{color-scheme:light dark;--fg:#1c2128;--dim:#57606a;--bg:#fff;--soft:#f3f5f7;--line:#d6dbe0;--accent:#2f6fdb;--good:#1a7f4b;--bad:#b8322a;--warn:#8a5a00}
@media (prefers-color-scheme:dark){:root{--fg:#e4e8ec;--dim:#9aa4ae;--bg:#15181c;--soft:#1f242a;--line:#363d45;--accent:#6ea4ff;--good:#57c98a;--bad:#ff8078;--warn:#e0b050}}
body{font:15px/1.5 system-ui,sans-serif;color:var(--fg);background:var(--bg);max-width:1080px;margin:2rem auto;padding:0 1.2rem}
h1{font-size:1.5rem;margin-bottom:.2rem}h2{font-size:1.15rem;margin-top:2.2rem;border-bottom:1px solid var(--line);padding-bottom:.3rem}h3{font-size:1rem;margin:1.4rem 0 .4rem}
p.lead,figcaption,.dim{color:var(--dim)}
table{border-collapse:collapse;width:100%;margin:.6rem 0;font-size:.92em}th,td{text-align:left;vertical-align:top;padding:.35rem .6rem;border-bottom:1px solid var(--line);overflow-wrap:break-word}th{color:var(--dim);font-weight:600;white-space:nowrap}td{max-width:32rem}
code{font:.9em ui-monospace,monospace;background:var(--soft);padding:.05em .3em;border-radius:3px;overflow-wrap:anywhere}
.commit{white-space:nowrap}
.good{color:var(--good)}.bad{color:var(--bad)}.warn{color:var(--warn)}
.tile{display:inline-block;background:var(--soft);border-radius:6px;padding:.5rem .9rem;margin:.3rem .5rem .3rem 0}.tile b{display:block;font-size:1.25rem}
.charts{display:flex;flex-wrap:wrap;gap:1.5rem}figure{margin:.6rem 0;max-width:100%;overflow-x:auto}
svg text{font:12px system-ui,sans-serif;fill:var(--fg)}svg .small{font-size:11px}svg .back{fill:var(--soft)}svg .bar,svg .agent{fill:var(--accent)}svg .stage{fill:var(--dim)}svg .failed{fill:var(--bad)}svg text.on{fill:var(--bg)}
details{margin:.4rem 0}summary{cursor:pointer}a{color:var(--accent)}
@media print{body{margin:0;max-width:none}details{display:block}h2{break-after:avoid}table,figure{break-inside:avoid}}
`;

const policy = "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'";

const dollars = (usd: number): string => `$${usd.toFixed(usd < 1 ? 4 : 2)}`;

const word = (kind: "good" | "bad" | "warn", text: string): Html => html`<span class="${kind}">${text}</span>`;

/** A status with a sign, so that meaning never rests on colour alone. */
function statusWord(status: string): Html {
	if (/^(?:ok|passed|pass|go|approved|done)$/.test(status)) return word("good", `✓ ${status}`);
	if (/^(?:failed|fail|no-go|rejected|conflict|no_quorum)$/.test(status)) return word("bad", `✗ ${status}`);
	return word("warn", `! ${status}`);
}

function link(path: string, toRoot: string): Html {
	const address = [...toRoot.split("/"), ...path.split("/")]
		.filter((part) => part !== "")
		.map((part) => encodeURIComponent(part).replaceAll("%2E", "."))
		.join("/");
	return html`<a href="${address}"><code>${path}</code></a>`;
}

function joined(values: readonly HtmlValue[]): Html {
	return values.length === 0
		? html`<span class="dim">–</span>`
		: html`${values.map((value, at) => html`${at > 0 ? html`<br>` : ""}${value}`)}`;
}

function traceTable({ trace, toRoot }: ReportInput): Html {
	const tasks = new Map(trace.tasks.map((task) => [task.id, task]));
	const own = (ids: readonly string[]): readonly TracedTask[] => ids.flatMap((id) => tasks.get(id) ?? []);
	const files = (list: readonly TracedTask[], isTest: boolean): readonly HtmlValue[] => {
		const found = list.flatMap((task) => task.files).filter((file) => file.isTest === isTest);
		return [...new Map(found.map((file) => [file.path, file])).values()].map(({ path, exists }) =>
			exists ? link(path, toRoot) : html`<code>${path}</code> ${word("bad", "missing")}`,
		);
	};
	const rows = trace.requirements.map(({ id, text, tasks: ids, status, because }) => {
		const list = own(ids);
		const commits = [...new Set(list.flatMap((task) => task.commits.map((commit) => commit.id.slice(0, 9))))];
		return [
			html`<b>${id}</b><br>${text}`,
			joined(list.map((task) => html`${task.done ? "☑" : "☐"} ${task.id} ${task.title}`)),
			joined(files(list, false)),
			joined([
				...files(list, true),
				...list.flatMap(({ validation }) => (validation === "" ? [] : [html`<code>${validation}</code>`])),
			]),
			joined(commits.map((commit) => html`<code class="commit">${commit}</code>`)),
			status === undefined
				? html`<span class="dim">not yet</span>`
				: html`${statusWord(status)}<br><span class="dim">${because ?? ""}</span>`,
		];
	});
	const gaps = trace.gaps.map(({ message }) => html`<li>${message}</li>`);
	return html`<h2>From requirement to evidence</h2>
${table(["Requirement", "Tasks", "Files", "Tests and validation", "Commits", "Validated"], rows)}
${gaps.length === 0 ? html`<p>${word("good", "✓ nothing is missing in between")}</p>` : html`<h3>Gaps</h3><ul>${gaps}</ul>`}`;
}

function verdictSection(verdict: Verdict): Html {
	const { stage, status, decision, measures, agreed, dissent, conflicts, present, missing } = verdict;
	const coverage = present.map((agent) => ({ name: agent, value: measures.coverage[agent] ?? 0 }));
	const said = dissent.flatMap(({ list, key, positions, adopted }) =>
		positions.map(({ agent, item }) => [
			list,
			key,
			agent,
			JSON.stringify(item).slice(0, 400),
			adopted === true ? "adopted" : "",
		]),
	);
	const contested = conflicts.map(({ list, key, attribute, values, settledBy, settledAs }) => [
		`${list} ${key}, ${attribute}`,
		values.map(({ agent, value }) => `${agent}: ${value}`).join("; "),
		settledBy === undefined ? word("bad", "open") : `${settledAs ?? ""} (by ${settledBy})`,
	]);
	return html`<h3>${stageTitle(stage)}: ${statusWord(status)}${decision === undefined ? "" : html`, ${statusWord(decision)}`}</h3>
<p class="lead">${agreed.length} agreed, ${dissent.length} dissent, ${conflicts.length} in conflict; confidence ${measures.confidence.toFixed(2)}, threshold ${measures.threshold.toFixed(2)}${missing.length === 0 ? "" : `; missing: ${missing.join(", ")}`}</p>
<div class="charts">${bars("Coverage: share of the agreed items that each proposed", coverage)}${heatmap("Agreement of each pair", present, measures.pairwise)}</div>
${measures.alpha.map(({ attribute, level, alpha, units }) => html`<p class="lead">Krippendorff's alpha of ${attribute} (${level}): ${alpha.toFixed(2)} over ${units} units</p>`)}
${said.length === 0 ? "" : html`<details open><summary>Dissent</summary>${table(["List", "Item", "Agent", "Says", ""], said)}</details>`}
${contested.length === 0 ? "" : html`<details open><summary>Conflicts</summary>${table(["About", "Positions", "Settled"], contested)}</details>`}`;
}

function costSection({ costs, voters, unpricedCalls }: ReportInput): Html {
	if (costs.length === 0) return { html: "" };
	const rows = costs.map((cost) => [
		cost.stage,
		cost.agent,
		cost.role,
		cost.model,
		cost.attempts,
		cost.tokens,
		dollars(cost.costUsd),
	]);
	const sum = costs.reduce((total, { costUsd }) => total + costUsd, 0);
	const values = voters.map(({ stage, agent, costUsd, added, prevented, conflicts, decisionChanged }) => [
		stage,
		agent,
		dollars(costUsd),
		added,
		prevented,
		conflicts,
		decisionChanged ? "yes" : "no",
	]);
	return html`<h2>Cost</h2><p>${dollars(sum)} in all.${unpricedCalls === 0 ? "" : ` Of ${unpricedCalls} calls the price is not known: they count as nothing here.`}</p>
${table(["Stage", "Agent", "Role", "Model", "Calls", "Tokens", "Cost"], rows)}
<h3>What each voter changed</h3><p class="lead">Agreed items that exist only with its answer, items that it prevented, conflicts that exist only because of it.</p>
${table(["Stage", "Agent", "Cost", "Added", "Prevented", "Conflicts", "Decision changed"], values)}`;
}

function gateSection({ gates }: ReportInput): Html {
	const rows = gates.map(({ checkpoint, question, answer, by, views }) => [
		checkpoint,
		question,
		joined(Object.entries(views).map(([agent, view]) => html`<b>${agent}</b>: ${view}`)),
		answer === "" ? html`<span class="dim">open</span>` : html`${answer} <span class="dim">(${by})</span>`,
	]);
	return rows.length === 0
		? { html: "" }
		: html`<h2>Quality gates</h2>${table(["Before", "Question", "Views", "Answer"], rows)}`;
}

function buildSection({ candidates }: ReportInput): Html {
	const rows = candidates.map(({ agent, passed, chosen, reason, commands }) => [
		html`${agent}${chosen ? html` <b>chosen</b>` : ""}`,
		passed ? word("good", "✓ passes") : word("bad", `✗ ${reason}`),
		joined(commands.map(({ name, exitCode }) => html`${name}: ${exitCode ?? "did not run"}`)),
	]);
	return rows.length === 0
		? { html: "" }
		: html`<h2>Who carried the tasks out</h2>${table(["Candidate", "Result", "Checks"], rows)}`;
}

function evidenceSection({ trace, toRoot }: ReportInput): Html {
	const entries = Object.entries(trace.evidence).filter(([, paths]) => paths.length > 0);
	const lists = entries.map(
		([stage, paths]) =>
			html`<details><summary>${stage}: ${paths.length} files</summary><ul>${paths.map((path) => html`<li>${link(path, toRoot)}</li>`)}</ul></details>`,
	);
	return lists.length === 0 ? { html: "" } : html`<h2>Evidence</h2>${lists}`;
}

/** The whole file. */
export function renderReport(input: ReportInput): string {
	const { trace, title, asOf, verdicts, spans } = input;
	const passed = trace.requirements.filter(({ status }) => status === "passed").length;
	const done = trace.tasks.filter(({ done: isDone }) => isDone).length;
	const tile = (value: string, name: string): Html => html`<span class="tile"><b>${value}</b>${name}</span>`;
	const latest = new Map<Stage, Verdict>(verdicts.map((verdict) => [verdict.stage, verdict]));
	const page = html`<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta http-equiv="Content-Security-Policy" content="${policy}"><meta name="viewport" content="width=device-width,initial-scale=1"><title>${trace.specId}</title><style>${{ html: style }}</style></head>
<body><h1>${trace.specId}</h1><p class="lead">${title} · as of ${asOf}</p>
${tile(`${passed} of ${trace.requirements.length}`, "requirements passed")}${tile(`${done} of ${trace.tasks.length}`, "tasks done")}${tile(String(trace.gaps.length), "gaps")}${tile(`${latest.size} of 6`, "stages with a verdict")}
${traceTable(input)}
${buildSection(input)}
<h2>Verdicts</h2>${verdicts.length === 0 ? html`<p class="dim">There are none yet.</p>` : verdicts.map(verdictSection)}
${gateSection(input)}
${costSection(input)}
${spans.length === 0 ? "" : html`<h2>Timeline</h2>${timeline("Stages and calls of the latest run", spans)}`}
${evidenceSection(input)}
</body></html>
`;
	return page.html;
}
