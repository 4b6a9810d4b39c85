// The programs that can search, as command lines. A search is a read: nothing that the searched repository says in its
// configuration or brings along is run, and links are not followed.

import { expandBraces } from "./glob.ts";

/** What is searched for, and where. */
export interface Search {
	readonly pattern: string;
	/** A glob as in `glob.ts`. */
	readonly include?: string;
	/** The directory to search, or the one that the file lies in; absolute. */
	readonly folder: string;
	/** The name of the only file to search; absent: all of the folder. */
	readonly file?: string;
}

/** A program that searches. */
export interface Engine {
	readonly program: "rg" | "git" | "grep";
	/** Is only tried when the engine before it says that it has no Perl expressions. */
	readonly isPlain: boolean;
	/** Its arguments; paths come back relative to the folder, each ended by a NUL byte. */
	readonly args: (search: Search) => readonly string[];
}

const pathsOf = (search: Search): readonly string[] => [search.file === undefined ? "." : `./${search.file}`];

const globsOf = ({ include, file }: Search): readonly string[] =>
	include === undefined || file !== undefined ? [] : expandBraces(include);

function rgArgs(search: Search): readonly string[] {
	const globs = search.include === undefined || search.file !== undefined ? [] : [search.include];
	return [
		// A configuration file may name a program that every file is piped through.
		"--no-config",
		"--files-with-matches",
		"--null",
		"--no-messages",
		"--color=never",
		// Dot files are searched as git would search them.
		"--hidden",
		...globs.map((glob) => `--glob=${glob}`),
		"--glob=!.git",
		`--regexp=${search.pattern}`,
		"--",
		...pathsOf(search),
	];
}

// What a repository's own configuration could make git run, turned off.
const harmlessSettings = [
	"core.fsmonitor=false",
	"core.hooksPath=/dev/null",
	"core.pager=cat",
	"protocol.allow=never",
	"safe.bareRepository=explicit",
	"submodule.recurse=false",
	"grep.fullName=false",
];
const harmlessGit = ["--no-pager", ...harmlessSettings.flatMap((setting) => ["-c", setting])];

function gitPathspecs(search: Search): readonly string[] {
	const globs = globsOf(search);
	if (globs.length === 0) return ["."];
	return globs.map((glob) => {
		const isNegated = glob.startsWith("!");
		const positive = (isNegated ? glob.slice(1) : glob).replace(/^\//, "");
		const anchored = glob.includes("/") ? positive : `**/${positive}`;
		return `:(${isNegated ? "exclude," : ""}glob)${anchored}`;
	});
}

const gitArgs =
	(dialect: "-P" | "-E") =>
	(search: Search): readonly string[] => [
		...harmlessGit,
		"grep",
		"--untracked",
		"--no-textconv",
		"--no-color",
		"-I",
		"-l",
		"-z",
		dialect,
		"-e",
		search.pattern,
		"--",
		...gitPathspecs(search),
	];

const grepArgs =
	(dialect: "-P" | "-E") =>
	(search: Search): readonly string[] => {
		const globs = globsOf(search);
		// grep knows file names only; the caller filters the rest.
		const areNames = globs.every((glob) => !glob.includes("/") && !glob.startsWith("!"));
		return [
			"-r",
			"-I",
			"-l",
			"-s",
			"--null",
			"--color=never",
			"--devices=skip",
			"--exclude-dir=.git",
			"--exclude-dir=node_modules",
			...(areNames ? globs.map((glob) => `--include=${glob}`) : []),
			dialect,
			"-e",
			search.pattern,
			"--",
			...pathsOf(search),
		];
	};

/** The engines, best first: rg is fastest and knows ignore files; git knows them too; grep is nearly everywhere. */
export const engines: readonly Engine[] = [
	{ program: "rg", isPlain: false, args: rgArgs },
	{ program: "git", isPlain: false, args: gitArgs("-P") },
	{ program: "git", isPlain: true, args: gitArgs("-E") },
	{ program: "grep", isPlain: false, args: grepArgs("-P") },
	{ program: "grep", isPlain: true, args: grepArgs("-E") },
];

/** Arguments for git that tell by exit code 0 that the folder itself is ignored, so that git would find nothing there. */
export const isIgnoredArgs: readonly string[] = [...harmlessGit, "check-ignore", "-q", "."];

/** The environment of an engine: `env` without what changes the meaning of its command line. */
export function engineEnvironment(env: Readonly<Record<string, string>>): Readonly<Record<string, string>> {
	const kept = Object.entries(env).filter(([name]) => !/^(GIT_|GREP_|RIPGREP_|LC_|LANG)/.test(name));
	return { ...Object.fromEntries(kept), LC_ALL: "C.UTF-8", GIT_OPTIONAL_LOCKS: "0", GIT_TERMINAL_PROMPT: "0" };
}
