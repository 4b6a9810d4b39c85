// The search. Tags and filters select, words rank, importance and age decide between equals. A few candidates are ranked
// here by how often they have the words: BM25 would read the whole index for it. Many are ranked by BM25. Only reads.

import type { DatabaseSync } from "node:sqlite";
import type { Memory, SearchHit, SearchRequest } from "./memory.ts";
import { queryPhrases } from "./query-text.ts";
import { memoryColumns, type Row, toMemory } from "./row.ts";

// So many candidates are ranked here: their texts are read in a few milliseconds.
const fewRows = 200;

type Value = string | number;

interface Filter {
	readonly sql: string;
	readonly values: readonly Value[];
}

/** Tags that a request asks for, each once. */
const wantedTags = (request: SearchRequest): readonly string[] => [...new Set(request.tags)];

/** The tags with the rarest first, which the others only have to confirm. */
function rarestFirst(database: DatabaseSync, tags: readonly string[]): readonly string[] {
	if (tags.length < 2) return tags;
	const count = database.prepare("SELECT count(*) AS n FROM (SELECT 1 FROM memory_tag WHERE tag = ? LIMIT 2000)");
	const counted = tags.map((tag) => ({ tag, n: Number(count.get(tag)?.["n"]) }));
	return counted.toSorted((left, right) => left.n - right.n).map(({ tag }) => tag);
}

function filterOf(database: DatabaseSync, request: SearchRequest): Filter {
	const conditions: string[] = [];
	const values: Value[] = [];
	for (const tag of rarestFirst(database, wantedTags(request))) {
		conditions.push(
			values.length === 0
				? "m.seq IN (SELECT seq FROM memory_tag WHERE tag = ?)"
				: "EXISTS (SELECT 1 FROM memory_tag t WHERE t.tag = ? AND t.seq = m.seq)",
		);
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

function newest(database: DatabaseSync, filter: Filter, limit: number): readonly Memory[] {
	const sql = `SELECT ${memoryColumns} FROM memory m WHERE 1${filter.sql} ORDER BY m.seq DESC LIMIT ?`;
	return database
		.prepare(sql)
		.all(...filter.values, limit)
		.map(toMemory);
}

const unranked = (memory: Memory): SearchHit => ({ memory, relevance_score: 0 });

/** Text as the index sees it: no case, no accents, words with one blank around each. */
function plain(text: string): string {
	const folded = text.normalize("NFD").replaceAll(/\p{M}/gu, "").toLowerCase();
	return ` ${folded.replaceAll(/[^\p{L}\p{N}]+/gu, " ").trim()} `;
}

/** 0 to below 1: the mean over the phrases of how often each is there, with less and less for more. */
function score(memory: Memory, phrases: readonly string[]): number {
	const text = plain(memory.content);
	const parts = phrases.map((phrase) => {
		const times = text.split(plain(phrase)).length - 1;
		return times / (times + 1);
	});
	return parts.reduce((sum, part) => sum + part, 0) / Math.max(1, phrases.length);
}

function rankFew(memories: readonly Memory[], phrases: readonly string[]): readonly SearchHit[] {
	const hits = memories.map((memory) => ({ memory, relevance_score: score(memory, phrases) }));
	return hits.toSorted(
		(left, right) => right.relevance_score - left.relevance_score || right.memory.importance - left.memory.importance,
	);
}

/** Memories that match the expression: ranked here when they are few, by BM25 when they are many. */
function matching(
	database: DatabaseSync,
	{
		phrases,
		word,
		filter,
	}: { readonly phrases: readonly string[]; readonly word: "AND" | "OR"; readonly filter: Filter },
	limit: number,
): readonly SearchHit[] {
	const expression = phrases.join(` ${word} `);
	const sql = `SELECT ${memoryColumns} FROM (SELECT rowid AS seq FROM memory_words WHERE memory_words MATCH ? LIMIT ?) w
		JOIN memory m ON m.seq = w.seq WHERE 1${filter.sql} ORDER BY m.seq DESC`;
	const few = database.prepare(
		"SELECT count(*) AS n FROM (SELECT 1 FROM memory_words WHERE memory_words MATCH ? LIMIT ?)",
	);
	if (Number(few.get(expression, fewRows)?.["n"]) === fewRows) return byWords(database, expression, filter, limit);
	const rows = database.prepare(sql).all(expression, fewRows, ...filter.values);
	return rankFew(rows.map(toMemory), phrases).slice(0, limit);
}

/** The first `limit` hits, each memory once. */
function firstOf(hits: readonly SearchHit[], limit: number): readonly SearchHit[] {
	const byId = new Map<string, SearchHit>();
	for (const hit of hits) if (!byId.has(hit.memory.id)) byId.set(hit.memory.id, hit);
	return [...byId.values()].slice(0, limit);
}

/** Memories with all words first; when they are too few, those with some. */
function allThenSome(
	database: DatabaseSync,
	phrases: readonly string[],
	filter: Filter,
	limit: number,
): readonly SearchHit[] {
	if (phrases.length === 0) return [];
	const all = matching(database, { phrases, word: "AND", filter }, limit);
	if (all.length >= limit || phrases.length === 1) return all;
	return [...all, ...matching(database, { phrases, word: "OR", filter }, limit)];
}

/** What the request finds, best first; nothing when words were asked for and none of them can be looked for. */
export function search(database: DatabaseSync, request: SearchRequest): readonly SearchHit[] {
	const { limit = 20, search_type: type = "hybrid", query = "", tags = [] } = request;
	const filter = filterOf(database, request);
	if (type === "tags" || query.trim() === "") return newest(database, filter, limit).map(unranked);
	const phrases = queryPhrases(query);
	if (tags.length === 0) return firstOf(allThenSome(database, phrases, filter, limit), limit);
	const tagged = newest(database, filter, fewRows);
	const isFew = tagged.length < fewRows;
	const ranked = isFew ? rankFew(tagged, phrases) : allThenSome(database, phrases, filter, limit);
	if (type === "hybrid") return firstOf([...ranked, ...tagged.map(unranked)], limit);
	return firstOf(
		ranked.filter(({ relevance_score }) => relevance_score > 0),
		limit,
	);
}
