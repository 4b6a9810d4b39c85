// Freezes values and tells whether they are frozen, all the way down. Cycles are followed once.

/** Freezes the value and everything that it reaches through its own properties. Returns the same value. */
export function deepFreeze<T>(value: T): T {
	const pending: unknown[] = [value];
	while (pending.length > 0) {
		const next = pending.pop();
		// Views of bytes cannot be frozen.
		if (typeof next !== "object" || next === null || Object.isFrozen(next) || ArrayBuffer.isView(next)) continue;
		Object.freeze(next);
		for (const child of Object.values(next)) pending.push(child);
	}
	return value;
}

/** The path of the first object in `value` that is not frozen, for example `msg.items[0]`, `""` for itself; else `undefined`. */
export function findUnfrozen(value: unknown): string | undefined {
	const seen = new Set<object>();
	const search = (node: unknown, path: string): string | undefined => {
		if (typeof node !== "object" || node === null || seen.has(node) || ArrayBuffer.isView(node)) return undefined;
		seen.add(node);
		if (!Object.isFrozen(node)) return path;
		for (const [key, child] of Object.entries(node)) {
			const step = Array.isArray(node) ? `[${key}]` : path === "" ? key : `.${key}`;
			const found = search(child, path + step);
			if (found !== undefined) return found;
		}
		return undefined;
	};
	return search(value, "");
}
