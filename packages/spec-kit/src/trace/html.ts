// Pieces of HTML and SVG for the report. Everything that is put in is escaped; there is no script and nothing is loaded.

/** Markup that is safe to put in as it is. */
export interface Html {
	readonly html: string;
}

/** What may be put into a template. */
export type HtmlValue = Html | string | number | readonly HtmlValue[];

const escapes: Readonly<Record<string, string>> = {
	"&": "&amp;",
	"<": "&lt;",
	">": "&gt;",
	'"': "&quot;",
	"'": "&#39;",
};

/** Text as HTML. Control characters and marks that turn the direction of text are shown, not obeyed. */
function escapeHtml(text: string): string {
	return text
		.replaceAll(/[&<>"']/g, (char) => escapes[char] ?? "")
		.replaceAll(/[^\P{Cc}\n\t]|\p{Bidi_Control}/gu, "\uFFFD");
}

function render(value: HtmlValue): string {
	if (typeof value === "string") return escapeHtml(value);
	if (typeof value === "number") return String(value);
	return "html" in value ? value.html : value.map(render).join("");
}

/** A template whose values are escaped unless they are HTML already. */
export function html(parts: TemplateStringsArray, ...values: readonly HtmlValue[]): Html {
	return { html: parts.map((part, at) => `${part}${at < values.length ? render(values[at] ?? "") : ""}`).join("") };
}

/** A table; empty when it has no rows. */
export function table(heads: readonly string[], rows: readonly (readonly HtmlValue[])[]): Html {
	if (rows.length === 0) return { html: "" };
	const head = heads.map((each) => html`<th scope="col">${each}</th>`);
	const body = rows.map((row) => html`<tr>${row.map((cell) => html`<td>${cell}</td>`)}</tr>\n`);
	return html`<table><thead><tr>${head}</tr></thead><tbody>\n${body}</tbody></table>\n`;
}

const share = (value: number): number => Math.max(0, Math.min(1, Number.isFinite(value) ? value : 0));

/** Horizontal bars, each a share from 0 to 1 with its number. */
export function bars(title: string, values: readonly { readonly name: string; readonly value: number }[]): Html {
	if (values.length === 0) return { html: "" };
	const height = values.length * 24 + 4;
	const lines = values.map(({ name, value }, at) => {
		const y = at * 24 + 4;
		const width = Math.round(share(value) * 220);
		return html`<text x="0" y="${y + 13}">${name}</text>
<rect class="back" x="110" y="${y}" width="220" height="18" rx="3"/><rect class="bar" x="110" y="${y}" width="${width}" height="18" rx="3"/>
<text x="338" y="${y + 13}">${share(value).toFixed(2)}</text>`;
	});
	return html`<figure><figcaption>${title}</figcaption><svg role="img" aria-label="${title}" viewBox="0 0 380 ${height}" width="380" height="${height}">${lines}</svg></figure>\n`;
}

/** How much each two agree: a square a pair, the darker the more. */
export function heatmap(
	title: string,
	names: readonly string[],
	pairs: readonly { readonly agents: readonly [string, string]; readonly agreement: number }[],
): Html {
	if (names.length < 2) return { html: "" };
	const size = 60;
	const left = 90;
	const known = new Map(
		pairs.flatMap(({ agents: [a, b], agreement }) => [
			[`${a}\0${b}`, agreement] as const,
			[`${b}\0${a}`, agreement] as const,
		]),
	);
	const cells = names.flatMap((row, y) =>
		names.map((column, x) => {
			const value = row === column ? 1 : known.get(`${row}\0${column}`);
			if (value === undefined) return { html: "" };
			const [px, py] = [left + x * size, 20 + y * size];
			const label = `${row} and ${column}: ${share(value).toFixed(2)}`;
			const opacity = (0.08 + share(value) * 0.82).toFixed(2);
			return html`<g><title>${label}</title><rect class="bar" x="${px}" y="${py}" width="${size - 3}" height="${size - 3}" fill-opacity="${opacity}"/><text class="${share(value) > 0.55 ? "on" : ""}" x="${px + 15}" y="${py + 33}">${share(value).toFixed(2)}</text></g>`;
		}),
	);
	const rows = names.map((name, at) => html`<text x="0" y="${20 + at * size + 33}">${name}</text>`);
	const columns = names.map(
		(name, at) => html`<text class="small" x="${left + at * size}" y="13">${name.slice(0, 10)}</text>`,
	);
	const [width, height] = [left + names.length * size, 22 + names.length * size];
	return html`<figure><figcaption>${title}</figcaption><svg role="img" aria-label="${title}" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}">${columns}${rows}${cells}</svg></figure>\n`;
}

/** Something that took time. */
export interface Span {
	readonly name: string;
	/** Milliseconds since 1970. */
	readonly from: number;
	readonly to: number;
	readonly kind: "stage" | "agent" | "failed";
}

/** Spans over one axis of time. */
export function timeline(title: string, spans: readonly Span[]): Html {
	if (spans.length === 0) return { html: "" };
	const begin = Math.min(...spans.map(({ from }) => from));
	const whole = Math.max(1, Math.max(...spans.map(({ to }) => to)) - begin);
	const [left, width] = [200, 560];
	const height = spans.length * 17 + 8;
	const lines = spans.map(({ name, from, to, kind }, at) => {
		const x = left + Math.round(((from - begin) / whole) * width);
		const wide = Math.max(2, Math.round(((to - from) / whole) * width));
		const seconds = `${((to - from) / 1000).toFixed(1)} s`;
		return html`<g><title>${name}: ${seconds}</title><text class="small" x="${kind === "stage" ? 0 : 12}" y="${at * 17 + 14}">${name.slice(0, 32)}</text><rect class="${kind}" x="${x}" y="${at * 17 + 4}" width="${wide}" height="12" rx="2"/></g>`;
	});
	const all = left + width + 10;
	return html`<figure><figcaption>${title} (${(whole / 1000).toFixed(1)} s)</figcaption><svg role="img" aria-label="${title}" viewBox="0 0 ${all} ${height}" width="${all}" height="${height}">${lines}</svg></figure>\n`;
}
