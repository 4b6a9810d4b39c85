// Commands that destroy what cannot be brought back, or step out of what we can confine: always worth a question, whatever
// the policy. Never complete: what is not named here is not harmless. Must not know rules.

import { baseName } from "../shell/shell-script.ts";
import { literalValue, type ShellWord } from "../shell/word.ts";
import { gitCommand } from "./git-command.ts";
import { meansLongOption } from "./long-option.ts";

/** Why a command is dangerous. */
export interface Danger {
	/** The word that makes it so, counted from the program (0). */
	readonly at: number;
	/** One sentence without a period. */
	readonly reason: string;
}

/** Looks at the values of a command's words; a word that is not known is undefined. */
type DangerCheck = (values: readonly (string | undefined)[], name: string) => Danger | undefined;

const privileged = ["sudo", "doas", "su", "pkexec", "runuser", "gosu"];
const destroyers = [
	"shred",
	"wipefs",
	"fdisk",
	"sfdisk",
	"gdisk",
	"sgdisk",
	"parted",
	"blkdiscard",
	"mkswap",
	"cryptsetup",
];
const powers = ["shutdown", "reboot", "halt", "poweroff", "init", "telinit"];

const checks: ReadonlyMap<string, DangerCheck> = new Map<string, DangerCheck>([
	...privileged.map((name): [string, DangerCheck] => [
		name,
		() => ({ at: 0, reason: `\`${name}\` runs with other rights` }),
	]),
	...destroyers.map((name): [string, DangerCheck] => [name, () => ({ at: 0, reason: `\`${name}\` overwrites data` })]),
	...powers.map((name): [string, DangerCheck] => [name, () => ({ at: 0, reason: `\`${name}\` stops the machine` })]),
	["rm", checkRm],
	["dd", checkDd],
	["git", checkGit],
	["find", checkFind],
	["chmod", checkRecursiveMode],
	["chown", checkRecursiveMode],
	["chgrp", checkRecursiveMode],
	["kill", checkKill],
	["crontab", checkCrontab],
	["truncate", checkTruncate],
	["rsync", checkRsync],
]);

/**
 * What makes a command dangerous; undefined when nothing known does.
 *
 * Contract: never throws; linear in the number of words.
 */
export function findDanger(words: readonly ShellWord[]): Danger | undefined {
	const program = literalValue(words[0]);
	if (program === undefined) return undefined;
	const name = baseName(program);
	const values = words.map(literalValue);
	if (name.startsWith("mkfs")) return { at: 0, reason: `\`${name}\` overwrites a file system` };
	return checks.get(name)?.(values, name);
}

/** Whether a file that a command writes is a device with data on it. */
export function isDataDevice(path: string): boolean {
	return /^\/dev\/(sd|hd|vd|xvd|nvme|mmcblk|disk|rdisk|mapper\/|dm-|md|loop|mem$|kmem$|port$)/.test(path);
}

/** Whether a redirection to this path opens a network connection (bash does that itself). */
export function isNetworkPath(path: string): boolean {
	return /^\/dev\/(tcp|udp)\//.test(path);
}

/** Position of the first option that is one of these, before `--`; single letters also in bundles. */
function findOption(
	values: readonly (string | undefined)[],
	letters: string,
	longNames: readonly string[],
): number | undefined {
	for (let at = 1; at < values.length; at += 1) {
		const value = values[at];
		if (value === undefined || !value.startsWith("-")) continue;
		if (value === "--") return undefined;
		if (value.startsWith("--")) {
			if (longNames.some((name) => value.length > 3 && meansLongOption(value, name, 4))) return at;
		} else if (
			value
				.slice(1)
				.split("")
				.some((letter) => letters.includes(letter))
		)
			return at;
	}
	return undefined;
}

function danger(at: number | undefined, reason: string): Danger | undefined {
	return at === undefined ? undefined : { at, reason };
}

function checkRm(values: readonly (string | undefined)[]): Danger | undefined {
	return danger(findOption(values, "rRf", ["--recursive", "--force"]), "`rm` deletes without asking or whole folders");
}

function checkDd(values: readonly (string | undefined)[]): Danger | undefined {
	const at = values.findIndex((value) => value?.startsWith("of=") && value !== "of=/dev/null");
	return danger(at === -1 ? undefined : at, "`dd` overwrites its output");
}

function checkFind(values: readonly (string | undefined)[]): Danger | undefined {
	const at = values.indexOf("-delete");
	return danger(at === -1 ? undefined : at, "`find -delete` deletes what it finds");
}

function checkRecursiveMode(values: readonly (string | undefined)[], name: string): Danger | undefined {
	return danger(findOption(values, "R", ["--recursive"]), `\`${name} -R\` changes every file below`);
}

function checkKill(values: readonly (string | undefined)[]): Danger | undefined {
	const at = values.indexOf("-1", 2);
	return danger(at === -1 ? undefined : at, "`kill` of every process");
}

function checkCrontab(values: readonly (string | undefined)[]): Danger | undefined {
	const at = values.findIndex((value, index) => index > 0 && value !== "-l");
	return danger(at === -1 ? undefined : at, "`crontab` changes what runs later");
}

function checkTruncate(values: readonly (string | undefined)[]): Danger | undefined {
	return danger(values.length > 1 ? 1 : undefined, "`truncate` cuts files");
}

function checkRsync(values: readonly (string | undefined)[]): Danger | undefined {
	const at = values.findIndex((value) => value?.startsWith("--del") || value === "--remove-source-files");
	return danger(at === -1 ? undefined : at, "`rsync --delete` deletes at its target");
}

type GitCheck = (values: readonly (string | undefined)[]) => number | undefined;

const gitChecks: ReadonlyMap<string, readonly [check: GitCheck, reason: string]> = new Map<
	string,
	readonly [GitCheck, string]
>([
	["reset", [(values) => findOption(values, "", ["--hard", "--merge", "--keep"]), "`git reset --hard` drops changes"]],
	[
		"clean",
		[(values) => findOption(values, "fxX", ["--force"]), "`git clean -f` deletes files that git does not know"],
	],
	["push", [findForcedPush, "this `git push` rewrites or deletes what others have"]],
	["checkout", [findDiscard, "this `git checkout` drops changes"]],
	[
		"switch",
		[(values) => findOption(values, "fC", ["--force", "--discard-changes"]), "this `git switch` drops changes"],
	],
	[
		"restore",
		[(values) => (findOption(values, "S", ["--staged"]) === undefined ? 0 : undefined), "`git restore` drops changes"],
	],
	["branch", [(values) => findOption(values, "DMf", ["--force"]), "this `git branch` drops commits"]],
	["stash", [(values) => findWord(values, ["drop", "clear"]), "`git stash drop` deletes saved changes"]],
	["reflog", [(values) => findWord(values, ["expire", "delete"]), "`git reflog expire` makes commits unreachable"]],
	["gc", [(values) => values.findIndex((value) => value?.startsWith("--prune")), "`git gc --prune` deletes commits"]],
	[
		"update-ref",
		[(values) => findOption(values, "d", ["--delete", "--stdin"]), "`git update-ref -d` deletes a reference"],
	],
	["worktree", [(values) => findOption(values, "f", ["--force"]), "`git worktree remove --force` drops changes"]],
	["rm", [(values) => findOption(values, "rf", ["--force"]), "`git rm` deletes files"]],
	["filter-branch", [() => 0, "`git filter-branch` rewrites history"]],
	["filter-repo", [() => 0, "`git filter-repo` rewrites history"]],
]);

function checkGit(values: readonly (string | undefined)[]): Danger | undefined {
	const at = gitCommand(values);
	if (at === undefined) return undefined;
	const entry = gitChecks.get(values[at] ?? "");
	if (entry === undefined) return undefined;
	const found = entry[0](values.slice(at));
	return found === undefined || found === -1 ? undefined : { at: at + found, reason: entry[1] };
}

function findWord(values: readonly (string | undefined)[], wanted: readonly string[]): number | undefined {
	const at = values.findIndex((value) => value !== undefined && wanted.includes(value));
	return at === -1 ? undefined : at;
}

function findForcedPush(values: readonly (string | undefined)[]): number | undefined {
	const option = findOption(values, "fd", ["--force", "--force-with-lease", "--mirror", "--delete", "--prune"]);
	if (option !== undefined) return option;
	// `+branch` forces, `:branch` deletes.
	const at = values.findIndex((value, index) => index > 0 && value !== undefined && /^[+:]./.test(value));
	return at === -1 ? undefined : at;
}

function findDiscard(values: readonly (string | undefined)[]): number | undefined {
	const option = findOption(values, "fB", ["--force", "--ours", "--theirs"]);
	if (option !== undefined) return option;
	return findWord(values, ["--", "."]);
}
