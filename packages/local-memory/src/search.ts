// The search: one SQL statement for each way of finding. Tags and filters select, BM25 over the words ranks, importance
// and age decide between equals. Only reads.

import type { DatabaseSync } from "node:sqlite";
import type { SearchHit, SearchRequest } from "./memory.ts";
import { queryPhrases } from "./query-text.ts";
import { memoryColumns, type Row, toMemory } from "./row.ts";

type Value = string | number;

interface Filter {
	readonly sql: string;
	readonly values: readonly Value[];
}

/** Tags that a request asks for, each once. */
const wantedTags = (request: SearchRequest): readonly string[] => [...new Set(request.tags)];

function filterOf(request: SearchRequest): Filter {
	const conditions: string[] = [];
	const values: Value[] = [];
	for (const tag of wantedTags(request)) {
		conditions.push("EXISTS (SELECT 1 FROM memory_tag t WHERE t.tag = ? AND t.seq = m.seq)");
		values.push(tag);
	}
	if (request.domain !== undefined) {
		conditions.push("m.domain = ?");
		values.push(request.domain);
	}
	if (request.min_importance !== undefined && request.min_importance > 1) {
		conditions.push("m.importance >= ?");
		values.push(request.min_importance);
	}
	return { sql: conditions.map((condition) => ` AND ${condition}`).join(""), values };
}

/** BM25 is negative and smaller is better; this is 0 to 1 and larger is better. */
function relevance(rank: unknown): number {
	const strength = typeof rank === "number" ? Math.max(0, -rank) : 0;
	return Math.round((strength / (1 + strength)) * 1e6) / 1e6;
}

const toHit = (row: Row): SearchHit => ({ memory: toMemory(row), relevance_score: relevance(row["rank"]) });

function byWords(database: DatabaseSync, expression: string, filter: Filter, limit: number): readonly SearchHit[] {
	const sql =
		filter.sql === ""
			? `SELECT ${memoryColumns}, w.rank FROM (SELECT rowid, rank FROM memory_words WHERE memory_words MATCH ?
				ORDER BY rank LIMIT ?) w JOIN memory m ON m.seq = w.rowid ORDER BY w.rank, m.importance DESC, m.seq DESC`
			: `SELECT ${memoryColumns}, w.rank FROM memory_words w JOIN memory m ON m.seq = w.rowid
				WHERE memory_words MATCH ?${filter.sql} ORDER BY w.rank, m.importance DESC, m.seq DESC LIMIT ?`;
	return database
		.prepare(sql)
		.all(expression, ...filter.values, limit)
		.map(toHit);
}

function newest(database: DatabaseSync, request: SearchRequest, limit: number): readonly SearchHit[] {
	const filter = filterOf(request);
	const sql = `SELECT ${memoryColumns} FROM memory m WHERE 1${filter.sql} ORDER BY m.seq DESC LIMIT ?`;
	return database
		.prepare(sql)
		.all(...filter.values, limit)
		.map(toHit);
}

/** Memories with all words first; when they are too few, those with some. */
function allThenSome(
	database: DatabaseSync,
	phrases: readonly string[],
	filter: Filter,
	limit: number,
): readonly SearchHit[] {
	const all = byWords(database, phrases.join(" AND "), filter, limit);
	if (all.length >= limit || phrases.length < 2) return all;
	const seen = new Set(all.map(({ memory }) => memory.id));
	const some = byWords(database, phrases.join(" OR "), filter, limit).filter(({ memory }) => !seen.has(memory.id));
	return [...all, ...some].slice(0, limit);
}

/** What the request finds, best first; nothing when words were asked for and none of them can be looked for. */
export function search(database: DatabaseSync, request: SearchRequest): readonly SearchHit[] {
	const limit = request.limit ?? 20;
	const type = request.search_type ?? "hybrid";
	const query = request.query ?? "";
	if (type === "tags" || query.trim() === "") return newest(database, request, limit);
	const phrases = queryPhrases(query);
	const words = phrases.length === 0 ? [] : allThenSome(database, phrases, filterOf(request), limit);
	if (type !== "hybrid" || wantedTags(request).length === 0 || words.length >= limit) return words;
	const seen = new Set(words.map(({ memory }) => memory.id));
	const others = newest(database, request, limit).filter(({ memory }) => !seen.has(memory.id));
	return [...words, ...others].slice(0, limit);
}
