// Long options as programs take them: cut short, with a value attached. Must not know any program.

/**
 * Whether an option stands for a long option, also cut short (`--out=x` for `--output`) or in front of a longer name.
 *
 * @param least the fewest characters that are taken for it.
 */
export function meansLongOption(option: string, name: string, least: number): boolean {
	const end = option.indexOf("=");
	const given = end === -1 ? option : option.slice(0, end);
	return given.startsWith(name) || (given.length >= least && name.startsWith(given));
}
