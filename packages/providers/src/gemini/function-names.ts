// Names of functions as the vendor takes them, and back: a refused name would have the whole request refused. The same
// name always gives the same text.

// 64: what the API's own refusal says; its reference says 128.
const maxName = 64;

/** `name` as the vendor takes it: a letter or `_` first, then letters, digits and `_.:-`, 64 at most. */
export function functionName(name: string): string {
	const plain = name.replaceAll(/[^A-Za-z0-9_.:-]/g, "_");
	return (/^[A-Za-z_]/.test(plain) ? plain : `_${plain}`).slice(0, maxName);
}

/** Remembers the tools whose names were changed. */
export interface FunctionNames {
	/** The name of a tool as the vendor takes it. */
	readonly toWire: (tool: string) => string;
	/** The tool that the model means. */
	readonly fromWire: (name: string) => string;
}

/** Makes the names of one provider. */
export function createFunctionNames(): FunctionNames {
	const changed = new Map<string, string>();
	return {
		toWire: (tool) => {
			const name = functionName(tool);
			if (name !== tool) changed.set(name, tool);
			return name;
		},
		fromWire: (name) => changed.get(name) ?? name,
	};
}
