// JSON with its names in one order, so that equal values have equal texts.

const byName = ([left]: [string, unknown], [right]: [string, unknown]): number =>
	left < right ? -1 : left > right ? 1 : 0;

/** `value` as JSON with sorted names and every string passed through `map`; members that are `undefined` are left out. */
export function canonicalJson(value: unknown, map: (text: string) => string): string {
	if (typeof value === "string") return JSON.stringify(map(value));
	if (Array.isArray(value)) return `[${value.map((member) => canonicalJson(member, map)).join(",")}]`;
	if (typeof value !== "object" || value === null) return JSON.stringify(value) ?? "null";
	const members = Object.entries(value)
		.filter(([, member]) => member !== undefined)
		.toSorted(byName)
		.map(([name, member]) => `${JSON.stringify(name)}:${canonicalJson(member, map)}`);
	return `{${members.join(",")}}`;
}
