// The envelope of a journal's lines: a number without gaps, a time, and the pipeline's event, whose own shape is the
// pipeline's matter.

import type { JsonObject } from "@codex/protocol";
import * as z from "zod";

/** One record of a run's journal. */
export interface JournalRecord {
	/** Version of the envelope. */
	readonly v: 1;
	/** From 1, without gaps. */
	readonly seq: number;
	/** Milliseconds since 1970. */
	readonly atMs: number;
	readonly event: JsonObject & { readonly type: string };
}

/** One record of a journal. */
const journalRecordSchema: z.ZodType<JournalRecord> = z.strictObject({
	v: z.literal(1),
	seq: z.int().min(1),
	atMs: z.number().min(0),
	event: z.intersection(z.record(z.string(), z.json()), z.looseObject({ type: z.string().min(1) })),
}) as unknown as z.ZodType<JournalRecord>;

/** A journal as read. */
export type ParseJournalResult =
	| { readonly ok: true; readonly records: readonly JournalRecord[] }
	/** `line` is from 1. A run must not go on from a journal with a hole. */
	| { readonly ok: false; readonly line: number; readonly reason: string };

/** Parses all lines of a journal; the first line that is no record or not the next one is the result. Never throws. */
export function parseJournal(lines: readonly string[]): ParseJournalResult {
	const records: JournalRecord[] = [];
	for (const [index, line] of lines.entries()) {
		let value: unknown;
		try {
			value = JSON.parse(line);
		} catch {
			return { ok: false, line: index + 1, reason: "is not JSON" };
		}
		const parsed = journalRecordSchema.safeParse(value);
		if (!parsed.success) return { ok: false, line: index + 1, reason: "is no record of a journal" };
		if (parsed.data.seq !== index + 1)
			return { ok: false, line: index + 1, reason: `has the number ${parsed.data.seq}` };
		records.push(parsed.data);
	}
	return { ok: true, records };
}

/** A record as one line without its newline. */
export function journalLine(record: JournalRecord): string {
	return JSON.stringify(record);
}
