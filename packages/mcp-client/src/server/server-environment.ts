// The environment of a server: nothing is inherited but a fixed list of names and what the settings name.

/** Names that every server gets when we have them. (The Codex command line's list.) */
const inheritedNames: readonly string[] = [
	"HOME",
	"LOGNAME",
	"PATH",
	"SHELL",
	"USER",
	"LANG",
	"LC_ALL",
	"TERM",
	"TMPDIR",
	"TZ",
	"__CF_USER_TEXT_ENCODING",
];

/** What the settings say of the environment. */
export interface EnvironmentSettings {
	/** Names that are passed through besides the fixed ones. */
	readonly inherit: readonly string[];
	/** Set, whatever we have. */
	readonly set: Readonly<Record<string, string>>;
}

/** The whole environment of a server. */
export function serverEnvironment(
	ours: Readonly<Record<string, string | undefined>>,
	{ inherit, set }: EnvironmentSettings,
): Record<string, string> {
	const result: Record<string, string> = {};
	for (const name of [...inheritedNames, ...inherit]) {
		const value = ours[name];
		if (value !== undefined) result[name] = value;
	}
	return { ...result, ...set };
}
