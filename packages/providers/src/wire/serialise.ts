// Request bodies as JSON texts with the bytes of old items made once: a session sends its whole history with every
// request, and only its end is new. The text equals `JSON.stringify` of the request with the list as its last member.

/** Turns requests into texts. One for each provider: it remembers what it has seen, by identity. */
export interface Serialiser {
	/** `{...head, [name]: list}` as JSON. The members of `list` must never change once seen. */
	readonly serialise: (head: object, name: string, list: readonly object[]) => string;
}

/** Makes a serialiser that remembers nothing yet. */
export function createSerialiser(): Serialiser {
	const texts = new WeakMap<object, string>();
	const textOf = (member: object): string => {
		const known = texts.get(member);
		if (known !== undefined) return known;
		const text = JSON.stringify(member);
		texts.set(member, text);
		return text;
	};
	return {
		serialise: (head, name, list) => {
			const start = JSON.stringify(head).slice(0, -1);
			return `${start}${start === "{" ? "" : ","}${JSON.stringify(name)}:[${list.map(textOf).join(",")}]}`;
		},
	};
}
