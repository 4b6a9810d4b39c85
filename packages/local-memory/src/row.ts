// From a row of the table to a memory, checked column by column.

import type { Memory } from "./memory.ts";
import { MemoryError } from "./memory-error.ts";

/** A row as SQLite gives it. */
export type Row = Readonly<Record<string, unknown>>;

/** The columns of a memory, in a query whose table is called `m`. */
export const memoryColumns = "m.id, m.content, m.tags, m.domain, m.importance, m.created_at, m.updated_at";

function text(row: Row, name: string): string {
	const value = row[name];
	if (typeof value !== "string") throw new MemoryError("corrupt", `column ${name} of a memory is not text`);
	return value;
}

/** The memory of a row. @throws MemoryError `corrupt` when the row is not one */
export function toMemory(row: Row): Memory {
	const { domain, importance } = row;
	return {
		id: text(row, "id"),
		content: text(row, "content"),
		tags: text(row, "tags").split("\n").filter(Boolean),
		...(typeof domain === "string" ? { domain } : {}),
		importance: Number(importance),
		created_at: text(row, "created_at"),
		updated_at: text(row, "updated_at"),
	};
}
