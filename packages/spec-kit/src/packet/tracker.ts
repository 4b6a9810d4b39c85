// The tracker table of SPEC.md: read, lint and update it. An update rewrites one row and leaves every other character of
// the file as it was; empty cells stay cells.

/** The columns, in their order. */
export const trackerColumns = [
	"Order",
	"Task ID",
	"Title",
	"Status",
	"Owners",
	"PRD",
	"Branch",
	"PR",
	"Last Validation",
	"Evidence",
	"Notes",
] as const;

/** A column of the tracker. */
export type TrackerColumn = (typeof trackerColumns)[number];

/** What a SPEC's row may say about it. */
const trackerStatuses: readonly string[] = Object.freeze(["Backlog", "In Progress", "In Review", "Blocked", "Done"]);

/** One row. Cells are trimmed; an empty cell is the empty string. */
export interface TrackerRow {
	/** From 1. */
	readonly line: number;
	readonly cells: Readonly<Record<TrackerColumn, string>>;
	/** The line as it stands in the file. */
	readonly raw: string;
}

/** The tracker as read. */
export type ReadTrackerResult =
	| {
			readonly ok: true;
			readonly rows: readonly TrackerRow[];
			/** Rows that have not exactly the eleven cells. They are left alone. */
			readonly malformed: readonly { readonly line: number; readonly cells: number }[];
	  }
	| { readonly ok: false; readonly reason: string };

/** A new value for some of a row's cells. `|` and line breaks in it are made harmless. */
export type TrackerChange = Readonly<Partial<Record<Exclude<TrackerColumn, "Task ID">, string>>>;

/** What an update came to. */
export type UpdateTrackerResult =
	| { readonly ok: true; readonly text: string; readonly change: "added" | "updated" | "unchanged" }
	| { readonly ok: false; readonly reason: string };

/** Something that the lint found, in one sentence. */
export interface TrackerProblem {
	/** From 1. */
	readonly line: number;
	readonly message: string;
}

const emptyCells: Readonly<Record<TrackerColumn, string>> = {
	Order: "",
	"Task ID": "",
	Title: "",
	Status: "",
	Owners: "",
	PRD: "",
	Branch: "",
	PR: "",
	"Last Validation": "",
	Evidence: "",
	Notes: "",
};

interface Table {
	readonly lines: readonly string[];
	/** Index of the header line. */
	readonly header: number;
	/** Indexes of the lines below the separator that belong to the table. */
	readonly rows: readonly number[];
}

/** The cells between the outer bars; a bar after a backslash, or inside backticks after one, belongs to its cell. */
function cellsOf(line: string): readonly string[] {
	const cells: string[] = [];
	let cell = "";
	for (let index = 0; index < line.length; index += 1) {
		const character = line.charAt(index);
		if (character === "\\" && line.charAt(index + 1) === "|") {
			cell += "|";
			index += 1;
		} else if (character === "|") {
			cells.push(cell.trim());
			cell = "";
		} else cell += character;
	}
	cells.push(cell.trim());
	if (line.trimStart().startsWith("|")) cells.shift();
	if (/(^|[^\\])\|\s*$/.test(line)) cells.pop();
	return cells;
}

const isHeader = (line: string): boolean => {
	if (!line.includes("Task ID")) return false;
	const cells = cellsOf(line);
	return cells.length === trackerColumns.length && trackerColumns.every((column, index) => cells[index] === column);
};

/** Line ends are kept at the lines, so that joining them again gives the text. */
function findTable(text: string): Table | undefined {
	const lines = text.split(/(?<=\n)/);
	const header = lines.findIndex(isHeader);
	if (header === -1) return undefined;
	const rows: number[] = [];
	for (let index = header + 1; index < lines.length; index += 1) {
		const line = lines[index] ?? "";
		if (!line.includes("|")) break;
		if (index === header + 1 && /^[\s|:-]+$/.test(line)) continue;
		rows.push(index);
	}
	return { lines, header, rows };
}

const noTable = (): { readonly ok: false; readonly reason: string } => ({
	ok: false,
	reason: `SPEC.md has no table with the columns ${trackerColumns.join(" | ")}`,
});

function toRow(lines: readonly string[], index: number): TrackerRow | undefined {
	const raw = (lines[index] ?? "").replace(/\r?\n$/, "");
	const cells = cellsOf(raw);
	if (cells.length !== trackerColumns.length) return undefined;
	const named: Record<TrackerColumn, string> = { ...emptyCells };
	for (const [position, column] of trackerColumns.entries()) named[column] = cells[position] ?? "";
	return { line: index + 1, cells: named, raw };
}

/** Reads the tracker of a SPEC.md. Prose around the table is of no concern. */
export function readTracker(text: string): ReadTrackerResult {
	const table = findTable(text);
	if (table === undefined) return noTable();
	const rows: TrackerRow[] = [];
	const malformed: { line: number; cells: number }[] = [];
	for (const index of table.rows) {
		const row = toRow(table.lines, index);
		if (row === undefined) malformed.push({ line: index + 1, cells: cellsOf(table.lines[index] ?? "").length });
		else rows.push(row);
	}
	return { ok: true, rows, malformed };
}

/** The row of a SPEC by its whole id, case aside, or `undefined`. */
export function trackerRowOf(rows: readonly TrackerRow[], specId: string): TrackerRow | undefined {
	const wanted = specId.toLowerCase();
	return rows.find(({ cells }) => cells["Task ID"].replaceAll(/[`*]/g, "").toLowerCase() === wanted);
}

const writeCell = (value: string): string =>
	value
		.replaceAll(/[\r\n\t]+/g, " ")
		.replaceAll("|", "\\|")
		.trim();

const writeRow = (values: readonly string[]): string => `| ${values.map(writeCell).join(" | ")} |`;

/**
 * Sets cells of the SPEC's row; adds a row at the end of the table when there is none (its order the next number, its
 * status `Backlog`, unless `change` says otherwise).
 *
 * Every other line stays byte for byte. An update that changes no cell gives the same text. A status outside
 * {@link trackerStatuses}, a row of the SPEC that has not eleven cells, and a text without the table are refused.
 */
export function updateTracker(text: string, specId: string, change: TrackerChange): UpdateTrackerResult {
	const table = findTable(text);
	if (table === undefined) return noTable();
	if (change.Status !== undefined && !trackerStatuses.includes(change.Status)) {
		return { ok: false, reason: `\`${change.Status}\` is no status: use one of ${trackerStatuses.join(", ")}` };
	}
	const rows = table.rows.flatMap((index) => toRow(table.lines, index) ?? []);
	const row = trackerRowOf(rows, specId);
	if (row === undefined) return addRow(table, rows, { specId, change });
	const wanted = trackerColumns.map((column) =>
		column === "Task ID" ? row.cells[column] : (change[column] ?? row.cells[column]),
	);
	const same = trackerColumns.every((column, index) => writeCell(wanted[index] ?? "") === writeCell(row.cells[column]));
	if (same) return { ok: true, text, change: "unchanged" };
	const lines = [...table.lines];
	const old = lines[row.line - 1] ?? "";
	lines[row.line - 1] = writeRow(wanted) + (/\r?\n$/.exec(old)?.[0] ?? "");
	return { ok: true, text: lines.join(""), change: "updated" };
}

function addRow(
	table: Table,
	rows: readonly TrackerRow[],
	{ specId, change }: { readonly specId: string; readonly change: TrackerChange },
): UpdateTrackerResult {
	const torn = table.rows.find((index) => cellsOf(table.lines[index] ?? "").some((cell) => cell === specId));
	if (torn !== undefined) return { ok: false, reason: `The row of ${specId} (line ${torn + 1}) has not eleven cells` };
	const orders = rows.map(({ cells }) => Number.parseInt(cells.Order, 10)).filter(Number.isFinite);
	const order = orders.reduce((most, value) => Math.max(most, value), 0) + 1;
	const filled: TrackerChange = { Order: String(order), Status: "Backlog", ...change };
	const row = writeRow(trackerColumns.map((column) => (column === "Task ID" ? specId : (filled[column] ?? ""))));
	const lines = [...table.lines];
	const lastIndex = table.rows.at(-1) ?? table.header + (/^[\s|:-]+$/.test(lines[table.header + 1] ?? "") ? 1 : 0);
	const last = lines[lastIndex] ?? "";
	const end = /\r?\n$/.exec(lines[table.header] ?? "")?.[0] ?? "\n";
	if (last.endsWith("\n")) lines.splice(lastIndex + 1, 0, row + end);
	else lines.splice(lastIndex, 1, last + end, row);
	return { ok: true, text: lines.join(""), change: "added" };
}

const listOf = (cell: string): readonly string[] =>
	cell
		.split(",")
		// A cell may hold a Markdown link or code: what counts is the path.
		.map((part) =>
			part
				.trim()
				.replace(/^\[[^\]]*\]\(([^)]*)\)$/, "$1")
				.replaceAll("`", ""),
		)
		.filter((part) => part !== "");

function rowProblems({ cells }: TrackerRow, exists: (path: string) => boolean): readonly string[] {
	const problems: string[] = [];
	const { Status: status, Branch: branch, Evidence: evidence } = cells;
	if (!trackerStatuses.includes(status)) problems.push(`\`${status}\` is no status`);
	if ((status === "In Progress" || status === "In Review") && cells.Owners === "") {
		problems.push(`\`${status}\` needs an owner`);
	}
	for (const path of listOf(cells.PRD)) if (!exists(path)) problems.push(`PRD \`${path}\` does not exist`);
	for (const path of listOf(evidence)) if (!exists(path)) problems.push(`Evidence \`${path}\` does not exist`);
	const date = cells["Last Validation"];
	if (date !== "" && !isDate(date)) problems.push(`Last Validation \`${date}\` is not a date YYYY-MM-DD`);
	if (/\s/.test(branch)) problems.push(`Branch \`${branch}\` contains a blank`);
	return problems;
}

function isDate(text: string): boolean {
	if (!/^\d{4}-\d{2}-\d{2}$/.test(text)) return false;
	const time = Date.parse(`${text}T00:00:00Z`);
	return !Number.isNaN(time) && new Date(time).toISOString().startsWith(text);
}

/**
 * Checks the tracker: eleven cells a row, orders and ids that are unique, known statuses, at most one row in progress,
 * owners where work goes on, dates, branches without blanks, and PRD and evidence paths that exist.
 *
 * `exists` answers for a path relative to the repository. Problems come in the order of the lines; none means it is clean.
 * A text without the table has one problem at line 1.
 */
export function lintTracker(text: string, exists: (path: string) => boolean): readonly TrackerProblem[] {
	const tracker = readTracker(text);
	if (!tracker.ok) return [{ line: 1, message: tracker.reason }];
	const problems: TrackerProblem[] = tracker.malformed.map(({ line, cells }) => ({
		line,
		message: `${cells} cells where there must be ${trackerColumns.length}`,
	}));
	const seen = { Order: new Map<string, number>(), "Task ID": new Map<string, number>() };
	let inProgress: number | undefined;
	for (const row of tracker.rows) {
		const add = (message: string): void => void problems.push({ line: row.line, message });
		for (const column of ["Order", "Task ID"] as const) {
			const value = row.cells[column];
			const first = seen[column].get(value);
			if (value === "") add(`${column} is empty`);
			else if (first === undefined) seen[column].set(value, row.line);
			else add(`${column} \`${value}\` is also that of line ${first}`);
		}
		if (row.cells.Status === "In Progress") {
			if (inProgress === undefined) inProgress = row.line;
			else add(`line ${inProgress} is in progress already`);
		}
		for (const message of rowProblems(row, exists)) add(message);
	}
	return problems.toSorted((left, right) => left.line - right.line);
}
