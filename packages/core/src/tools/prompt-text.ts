// Fills the numbers of the code into the texts that describe tools to a model, so that the two cannot disagree.

/**
 * `text` with every `{{NAME}}` replaced by its value and without white space at its ends.
 *
 * @throws Error when a placeholder has no value or a value has no placeholder: the text and the code disagree.
 */
export function fillPrompt(text: string, values: Readonly<Record<string, number | string>>): string {
	const used = new Set<string>();
	const filled = text.trim().replace(/\{\{(\w+)\}\}/g, (_, name: string) => {
		const value = Object.hasOwn(values, name) ? values[name] : undefined;
		if (value === undefined) throw new Error(`no value for {{${name}}}`);
		used.add(name);
		return String(value);
	});
	const unused = Object.keys(values).filter((name) => !used.has(name));
	if (unused.length > 0) throw new Error(`no placeholder for ${unused.join(", ")}`);
	return filled;
}
