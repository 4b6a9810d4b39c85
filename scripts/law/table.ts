// The table of docs/architecture.md, rendered from the law itself; test/law/docs.test.ts holds the page to it. Prints
// the table when it is run.
import { type LawRow, lawRows, type NodeAccess } from "../../law.config.ts";

const shortName = (folder: string): string => folder.replace("packages/", "");
const list = (items: readonly string[]): string => (items.length > 0 ? items.join(", ") : "nothing");

function workspaceCell({ workspace, typesOnly = [], onDemand = [] }: LawRow): string {
	return [
		list(workspace.map(shortName)),
		...(typesOnly.length > 0 ? [`types of ${list(typesOnly.map(shortName))}`] : []),
		...(onDemand.length > 0 ? [`by \`import()\`: ${list(onDemand.map(shortName))}`] : []),
	].join("; ");
}

function thirdPartyCell({ thirdParty }: LawRow): string {
	const names = thirdParty.map(({ name, paths }) =>
		paths === undefined ? name : `${name} (in \`${paths.join("`, `")}\`)`,
	);
	return list(names);
}

function nodeCell(node: NodeAccess): string {
	if (node === "all") return "yes";
	if (node === "none") return "no";
	return "modules" in node ? `only \`${node.modules.join("`, `")}\`` : `in \`${node.paths.join("`, `")}\``;
}

/** The law as a Markdown table, one row for each package. */
export function lawTable(): string {
	const rows = lawRows.map(
		(row) =>
			`| \`${shortName(row.folder)}\` | ${workspaceCell(row)} | ${thirdPartyCell(row)} | ${nodeCell(row.node)} |`,
	);
	return ["| package | may import (workspace) | third party | `node:*` |", "| --- | --- | --- | --- |", ...rows].join(
		"\n",
	);
}

if (import.meta.main) console.log(lawTable());
