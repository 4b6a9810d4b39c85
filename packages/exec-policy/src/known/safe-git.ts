// The git commands that only read: the subcommand, and every option that could choose a program or a file to write.
// An allow-list. Repository configuration (fsmonitor, textconv, pagers) is not seen here: the sandbox confines it.

import { literalValue, literalValues, mayBeOption, type ShellWord } from "../shell/word.ts";
import { meansLongOption } from "./long-option.ts";

// All others choose another repository, configuration, program or pager.
const harmlessGlobals: ReadonlySet<string> = new Set(["--no-pager", "--no-optional-locks", "--literal-pathspecs"]);

const readers: ReadonlySet<string> = new Set(["diff", "log", "ls-files", "rev-parse", "show", "status"]);

/** Options that write a file or run a program, each with the fewest characters taken for it. */
const unsafeOptions: readonly (readonly [name: string, least: number])[] = [
	["--output", 3],
	["--ext-diff", 4],
	["--textconv", 7],
	["--exec", 5],
	["--open-files-in-pager", 4],
	["--parseopt", 6],
];

const branchFlags: ReadonlySet<string> = new Set(
	"-a -l -r -v -vv --all --list --remotes --show-current --verbose --no-color".split(" "),
);

/** Whether a git command line (without `git`) only reads. */
export function isSafeGit(args: readonly ShellWord[]): boolean {
	let at = 0;
	while (harmlessGlobals.has(literalValue(args[at]) ?? "")) at += 1;
	const subcommand = literalValue(args[at]);
	if (subcommand === undefined) return false;
	const rest = args.slice(at + 1);
	if (subcommand === "branch") return isSafeBranch(rest);
	if (!readers.has(subcommand)) return false;
	const options = literalValues(rest.filter(mayBeOption));
	return options?.every((option) => !isUnsafeOption(option)) ?? false;
}

function isUnsafeOption(option: string): boolean {
	return unsafeOptions.some(([name, least]) => meansLongOption(option, name, least));
}

/** Lists only: without a listing flag an operand is a branch to create. */
function isSafeBranch(args: readonly ShellWord[]): boolean {
	const values = literalValues(args);
	if (values === undefined) return false;
	const isListing = values.includes("--list");
	return values.every(
		(value) => branchFlags.has(value) || /^--(format|sort)=/.test(value) || (isListing && !value.startsWith("-")),
	);
}
