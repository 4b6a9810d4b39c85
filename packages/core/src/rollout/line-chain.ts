// The lines of a rollout by id and parent. Lines without ids, and lines whose parent was lost, come after the line before
// them, so that damage never cuts a session off from its beginning. Never throws.

interface Link<T> {
	readonly value: T;
	/** Index of the link before, -1 for the first. */
	readonly before: number;
}

/** The lines read so far. */
export class LineChain<T> {
	readonly #links: Link<T>[] = [];
	readonly #byId = new Map<number, number>();
	#lastId = 0;
	#parent: number | null = null;
	#isLinear = true;

	/** Adds a line; `id` and `parent` are whatever stands in the file. False when the id was there before. */
	add(id: unknown, parent: unknown, value: T): boolean {
		const known = isId(id) ? id : this.#lastId + 1;
		if (this.#byId.has(known)) return false;
		const last = this.#links.length - 1;
		const before = parent === null && isId(id) ? -1 : isId(parent) ? (this.#byId.get(parent) ?? last) : last;
		if (before !== last) this.#isLinear = false;
		this.#byId.set(known, this.#links.length);
		this.#links.push({ value, before });
		this.#lastId = Math.max(this.#lastId, known);
		this.#parent = known;
		return true;
	}

	/** The greatest id, and that of the last line. */
	get end(): { readonly lastId: number; readonly parent: number | null } {
		return { lastId: this.#lastId, parent: this.#parent };
	}

	/** From the first line to the last, those of other branches left out. */
	branch(): readonly T[] {
		if (this.#isLinear) return this.#links.map(({ value }) => value);
		const values: T[] = [];
		// A line's parent stands before it, so this ends.
		for (let at = this.#links.length - 1; at >= 0; ) {
			const link = this.#links[at];
			if (link === undefined) break;
			values.push(link.value);
			at = link.before;
		}
		return values.toReversed();
	}
}

function isId(value: unknown): value is number {
	return typeof value === "number" && Number.isSafeInteger(value) && value >= 1;
}
