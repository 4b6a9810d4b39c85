// Commands that only read and print, known by their flags and not by their name alone. An allow-list: what is not named
// here is not safe. The program must be found by its bare name. Must not know rules.

import { literalValue, literalValues, mayBeOption, type ShellWord } from "../shell/word.ts";
import { meansLongOption } from "./long-option.ts";
import { isSafeGit } from "./safe-git.ts";

/** Whether the arguments after the program keep it to reading and printing. */
type ArgumentCheck = (args: readonly ShellWord[]) => boolean;

const anything: ArgumentCheck = () => true;

// No flag of these writes a file, runs a program or opens a connection (GNU coreutils, BSD, busybox).
const withAnyArguments = [
	"basename cat cd cmp comm cut dirname echo expr false fold grep egrep fgrep head id ls nl numfmt od",
	"paste pwd readlink realpath rev seq stat tac tail tr true : uname wc which whoami md5sum sha1sum",
	"sha256sum sha512sum",
]
	.join(" ")
	.split(" ");

const checks: ReadonlyMap<string, ArgumentCheck> = new Map<string, ArgumentCheck>([
	...withAnyArguments.map((name): [string, ArgumentCheck] => [name, anything]),
	["base64", isSafeBase64],
	["command", isLookup],
	["du", anything],
	["find", isSafeFind],
	["git", isSafeGit],
	["rg", isSafeRipgrep],
	["sed", isSafeSed],
	["test", isSafeTest],
	["type", anything],
	["[", (args) => literalValue(args.at(-1)) === "]" && isSafeTest(args.slice(0, -1))],
	["uniq", isSafeUniq],
]);

/**
 * Whether a command line is known to read and print only.
 *
 * Contract: never throws. False for a program with a path, and for any word that is not known before the command runs:
 * what it expands to could be an option.
 */
export function isKnownSafe(words: readonly ShellWord[]): boolean {
	const program = literalValue(words[0]);
	if (program === undefined) return false;
	if (words.some(({ kind }) => kind === "dynamic")) return false;
	const args = words.slice(1);
	return checks.get(program)?.(args) ?? false;
}

/** Every word that is or may become an option, as text; undefined when one is not known. */
function knownOptions(args: readonly ShellWord[]): readonly string[] | undefined {
	return literalValues(args.filter(mayBeOption));
}

// macOS: -o FILE, --output FILE.
function isSafeBase64(args: readonly ShellWord[]): boolean {
	const options = knownOptions(args);
	if (options === undefined) return false;
	return !options.some((option) => meansLongOption(option, "--output", 3) || /^-[^-]*o/.test(option));
}

// `command -v NAME` looks a program up.
function isLookup(args: readonly ShellWord[]): boolean {
	return ["-v", "-V"].includes(literalValue(args[0]) ?? "");
}

const unsafeFindActions: ReadonlySet<string> = new Set(
	"-exec -execdir -ok -okdir -delete -fls -fprint -fprint0 -fprintf".split(" "),
);

function isSafeFind(args: readonly ShellWord[]): boolean {
	const options = knownOptions(args);
	return options !== undefined && !options.some((option) => unsafeFindActions.has(option));
}

function isSafeRipgrep(args: readonly ShellWord[]): boolean {
	const options = knownOptions(args);
	if (options === undefined) return false;
	return !options.some(
		(option) =>
			option === "--pre" ||
			option.startsWith("--pre=") ||
			meansLongOption(option, "--hostname-bin", 4) ||
			meansLongOption(option, "--search-zip", 5) ||
			// Any bundle with a z in it: -z searches in archives with programs found on PATH.
			/^-[^-]*z/.test(option),
	);
}

// `sed -n 5p FILE`, `sed -n 1,5p`: prints lines. Every other script can write files or run programs.
function isSafeSed(args: readonly ShellWord[]): boolean {
	const [flag, script, file] = args;
	if (args.length > 3 || literalValue(flag) !== "-n") return false;
	if (!/^(\d+,)?\d+p$/.test(literalValue(script) ?? "")) return false;
	return file === undefined || !mayBeOption(file);
}

const fileTests: ReadonlySet<string> = new Set(["-d", "-e", "-f", "-h", "-L", "-n", "-r", "-s", "-w", "-x", "-z"]);

// Arithmetic comparisons and -v evaluate what they are given: `test -v 'a[$(id)]'` runs id.
function isSafeTest(args: readonly ShellWord[]): boolean {
	const values = literalValues(args);
	if (values === undefined) return false;
	const [first = "", second = ""] = values;
	if (values.length === 2) return fileTests.has(first);
	return values.length === 3 && (first === "!" ? fileTests.has(second) : ["=", "==", "!="].includes(second));
}

// A second operand is the file that uniq writes.
function isSafeUniq(args: readonly ShellWord[]): boolean {
	const values = literalValues(args);
	if (values === undefined) return false;
	const operands = values.filter((value) => !value.startsWith("-") || value === "-");
	// `-f 1` takes a word that then counts as an operand: asked about, never let through.
	return operands.length <= 1;
}
