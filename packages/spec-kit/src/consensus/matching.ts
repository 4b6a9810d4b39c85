// The heaviest matching between the items of two agents: each item goes with at most one of the other's, and the sum of
// the scores is the greatest possible. Works on each connected group of candidates alone, so few candidates cost little.

/** A candidate: item `left` of one agent and item `right` of the other. Scores are above 0. */
export interface Candidate {
	readonly left: number;
	readonly right: number;
	readonly score: number;
}

/** Groups of candidates that share items, directly or through others, in order of their first candidate. */
function groupsOf(candidates: readonly Candidate[]): readonly (readonly Candidate[])[] {
	const parents = candidates.map((_, index) => index);
	const rootOf = (index: number): number => {
		let root = index;
		while (parents[root] !== root) root = parents[root] ?? root;
		let step = index;
		while (step !== root) {
			const next = parents[step] ?? root;
			parents[step] = root;
			step = next;
		}
		return root;
	};
	const first = { left: new Map<number, number>(), right: new Map<number, number>() };
	for (const [index, candidate] of candidates.entries()) {
		for (const side of ["left", "right"] as const) {
			const before = first[side].get(candidate[side]);
			if (before === undefined) first[side].set(candidate[side], index);
			else parents[Math.max(rootOf(before), rootOf(index))] = Math.min(rootOf(before), rootOf(index));
		}
	}
	const groups = new Map<number, Candidate[]>();
	for (const [index, candidate] of candidates.entries()) {
		const root = rootOf(index);
		const group = groups.get(root);
		if (group === undefined) groups.set(root, [candidate]);
		else group.push(candidate);
	}
	return [...groups.values()];
}

const absent = Number.POSITIVE_INFINITY;

/** A value of a table whose bounds the caller keeps. */
function at(values: ArrayLike<number>, index: number): number {
	return values[index] ?? 0;
}

/**
 * The Hungarian method with potentials on a square table of costs; returns the column of each row. O(n³) for n rows.
 */
function assign(costs: readonly Float64Array[]): readonly number[] {
	const size = costs.length;
	const rowPotential = new Float64Array(size + 1);
	const columnPotential = new Float64Array(size + 1);
	const rowOf = new Int32Array(size + 1);
	const cameFrom = new Int32Array(size + 1);
	for (let row = 1; row <= size; row++) {
		rowOf[0] = row;
		let column = 0;
		const slack = new Float64Array(size + 1).fill(absent);
		const visited = new Uint8Array(size + 1);
		do {
			visited[column] = 1;
			const current = at(rowOf, column);
			const costRow = costs[current - 1] ?? new Float64Array(size);
			let delta = absent;
			let next = 0;
			for (let other = 1; other <= size; other++) {
				if (visited[other] === 1) continue;
				const reduced = at(costRow, other - 1) - at(rowPotential, current) - at(columnPotential, other);
				if (reduced < at(slack, other)) {
					slack[other] = reduced;
					cameFrom[other] = column;
				}
				if (at(slack, other) < delta) {
					delta = at(slack, other);
					next = other;
				}
			}
			for (let other = 0; other <= size; other++) {
				if (visited[other] === 1) {
					const owner = at(rowOf, other);
					rowPotential[owner] = at(rowPotential, owner) + delta;
					columnPotential[other] = at(columnPotential, other) - delta;
				} else slack[other] = at(slack, other) - delta;
			}
			column = next;
		} while (rowOf[column] !== 0);
		while (column !== 0) {
			const before = at(cameFrom, column);
			rowOf[column] = at(rowOf, before);
			column = before;
		}
	}
	const columns = costs.map(() => -1);
	for (let column = 1; column <= size; column++) columns[at(rowOf, column) - 1] = column - 1;
	return columns;
}

function matchGroup(group: readonly Candidate[]): readonly Candidate[] {
	if (group.length === 1) return group;
	const lefts = [...new Set(group.map(({ left }) => left))].sort((one, other) => one - other);
	const rights = [...new Set(group.map(({ right }) => right))].sort((one, other) => one - other);
	const rowOf = new Map(lefts.map((left, index) => [left, index]));
	const columnOf = new Map(rights.map((right, index) => [right, index]));
	const size = Math.max(lefts.length, rights.length);
	const costs = Array.from({ length: size }, () => new Float64Array(size));
	const best = new Map<string, Candidate>();
	for (const candidate of group) {
		const row = rowOf.get(candidate.left) ?? 0;
		const column = columnOf.get(candidate.right) ?? 0;
		const known = best.get(`${row}:${column}`);
		if (known !== undefined && known.score >= candidate.score) continue;
		best.set(`${row}:${column}`, candidate);
		const costRow = costs[row];
		if (costRow !== undefined) costRow[column] = -candidate.score;
	}
	return assign(costs).flatMap((column, row) => {
		const candidate = best.get(`${row}:${column}`);
		return candidate === undefined ? [] : [candidate];
	});
}

/**
 * The heaviest matching among `candidates`. Deterministic: the same candidates in the same order give the same result.
 */
export function heaviestMatching(candidates: readonly Candidate[]): readonly Candidate[] {
	return groupsOf(candidates).flatMap(matchGroup);
}
