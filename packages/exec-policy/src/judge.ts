// Judges scripts and the commands in them, down through wrappers, shells and substitutions. The strictest verdict wins,
// and every limit fails closed: what is too deep or too much is asked about. Pure.

import { judgeRedirect, writtenFile } from "./judge-redirects.ts";
import { findDanger } from "./known/dangerous-commands.ts";
import type { InnerCommand } from "./known/inner-command.ts";
import { readsProgram } from "./known/interpreters.ts";
import { isKnownSafe } from "./known/safe-commands.ts";
import { unwrap } from "./known/wrappers.ts";
import type { RuleMatch } from "./rules/rule.ts";
import { findRules, type RuleFinding, type RuleSet } from "./rules/rule-set.ts";
import { parseShell } from "./shell/parse-shell.ts";
import type { Construct, ShellLanguage, ShellScript, SimpleCommand } from "./shell/shell-script.ts";
import { literalValue, literalValues } from "./shell/word.ts";
import { type CommandJudgement, isAtLeast, stricter, type Verdict } from "./verdict.ts";

/** How many simple commands are judged before a person has to look: what a person still reads in one glance. */
export const maxJudgedCommands = 50;

// Shells in shells; the reference reads as deep.
const maxDepth = 8;
// How many commands inside other commands are looked at in all: bounds the work on scripts made to explode.
const maxInnerCommands = 1000;
const maxReasons = 8;

/** What is collected while judging. */
export interface Judging {
	readonly rules: RuleSet;
	readonly commands: CommandJudgement[];
	readonly reasons: string[];
	readonly writes: (string | undefined)[];
	isUnderstood: boolean;
	innerCommands: number;
}

/** Where a command stands. */
interface Place {
	readonly depth: number;
	/** The command is only suspected to be one: wrappers in it are not suspected once more. */
	readonly isSuspected: boolean;
}

/** Begins a judgement under these rules. */
export function startJudging(rules: RuleSet): Judging {
	return { rules, commands: [], reasons: [], writes: [], isUnderstood: true, innerCommands: 0 };
}

function addReason(judging: Judging, reason: string): void {
	if (judging.reasons.length < maxReasons && !judging.reasons.includes(reason)) judging.reasons.push(reason);
}

// A substitution is judged by its commands, but what comes out of it is not known.
const constructReasons: Readonly<Record<Construct, string>> = {
	function: "defines a function",
	recursion: "defines a function that calls itself",
	background: "runs a command in the background",
	coprocess: "starts a coprocess",
	"loop variable": "sets a variable in a loop",
	"test expression": "has a `[[ ]]` expression",
	arithmetic: "has an arithmetic expression",
	substitution: "has a substitution",
	expansion: "decides by a word that is not known before it runs",
};

/** Judges a script of the given shell, and everything inside it. */
export function judgeScript(judging: Judging, script: string, language: ShellLanguage, depth = 0): Verdict {
	if (depth > maxDepth) return failClosed(judging, `shells are nested more than ${maxDepth} deep`);
	return judgeParsed(judging, parseShell(script, language), depth);
}

function failClosed(judging: Judging, reason: string): Verdict {
	judging.isUnderstood = false;
	addReason(judging, reason);
	return "prompt";
}

function judgeParsed(judging: Judging, script: ShellScript, depth: number): Verdict {
	let verdict: Verdict = "safe";
	const first = judging.commands.length;
	for (const problem of script.problems) verdict = stricter(verdict, failClosed(judging, problem));
	for (const construct of script.constructs) {
		addReason(judging, constructReasons[construct]);
		verdict = stricter(verdict, construct === "recursion" ? "dangerous" : "ask");
	}
	if (script.commands.length === 0) {
		addReason(judging, "has no command");
		verdict = stricter(verdict, "ask");
	}
	for (const command of script.commands) {
		verdict = stricter(verdict, judgeCommand(judging, command, { depth, isSuspected: false }));
	}
	if (judging.commands.length > maxJudgedCommands) {
		verdict = stricter(verdict, failClosed(judging, `has more than ${maxJudgedCommands} commands`));
	}
	if (changesFolderForGit(judging.commands.slice(first))) {
		addReason(judging, "runs git after `cd`, in another repository's configuration");
		verdict = stricter(verdict, "ask");
	}
	return verdict;
}

function changesFolderForGit(commands: readonly CommandJudgement[]): boolean {
	const at = commands.findIndex(({ argv }) => argv?.[0] === "cd");
	return at !== -1 && commands.slice(at).some(({ argv }) => argv?.[0] === "git");
}

/** The verdict on one command while it grows. */
interface Draft {
	verdict: Verdict;
	readonly reasons: string[];
}

function raise(draft: Draft, verdict: Verdict, reason: string): void {
	draft.verdict = stricter(draft.verdict, verdict);
	if (draft.reasons.length < maxReasons) draft.reasons.push(reason);
}

/** Judges one simple command and what it runs inside. */
export function judgeCommand(judging: Judging, command: SimpleCommand, place: Place): Verdict {
	const { words } = command;
	const index = judging.commands.length;
	const finding = findRules(judging.rules, words);
	const allowed = longestAllowed(finding.matches);
	const draft: Draft = { verdict: "safe", reasons: [] };
	judging.commands.push({ ...describe(command, place.depth), verdict: "ask", reasons: [], matches: finding.matches });

	const { inner, transparent } = unwrap(command);
	const innerVerdict = judgeInner(judging, command, { inner, allowed, place });
	if (innerVerdict !== "safe") raise(draft, innerVerdict, "runs another command");
	applyRules(draft, finding, allowed);
	applyDanger(draft, command, allowed);
	const isVouchedFor = allowed > 0 || (transparent && inner.length > 0) || isKnownSafe(words);
	if (words.length > 0 && !isVouchedFor && !isAtLeast(draft.verdict, "ask"))
		raise(draft, "ask", unknownReason(command));
	if (command.assigns.length > 0)
		raise(draft, "ask", `sets ${command.assigns.map((name) => `\`${name}\``).join(", ")}`);
	for (const redirect of command.redirects) {
		const found = judgeRedirect(redirect);
		if (found !== undefined) raise(draft, found.verdict, found.reason);
		judging.writes.push(...writtenFile(redirect));
	}
	if (words.length === 0 && draft.verdict === "safe" && command.redirects.length === 0)
		raise(draft, "ask", "runs nothing");
	judging.commands[index] = { ...describe(command, place.depth), ...draft, matches: finding.matches };
	return draft.verdict;
}

function describe({ text, words }: SimpleCommand, depth: number): Pick<CommandJudgement, "text" | "argv" | "depth"> {
	return { text, argv: literalValues(words), depth };
}

function unknownReason({ words }: SimpleCommand): string {
	const program = literalValue(words[0]);
	if (program === undefined) return "the program is not known before it runs";
	const isKnown = words.every(({ kind }) => kind !== "dynamic");
	return isKnown
		? `\`${program}\` is not known to be harmless like this`
		: "has words that are not known before it runs";
}

/** How many words the longest matching allow rule covers; 0 for none. */
function longestAllowed(matches: readonly RuleMatch[]): number {
	let longest = 0;
	for (const { rule } of matches) if (rule.decision === "allow") longest = Math.max(longest, rule.pattern.length);
	return longest;
}

function applyRules(draft: Draft, { matches, possible }: RuleFinding, allowed: number): void {
	for (const { rule, matchedPrefix } of matches) {
		const because = rule.justification === undefined ? "" : `: ${rule.justification}`;
		const where = `${rule.origin.file}:${rule.origin.line}`;
		if (rule.decision === "forbidden")
			raise(draft, "forbidden", `${where} forbids \`${matchedPrefix.join(" ")}\`${because}`);
		if (rule.decision === "prompt")
			raise(draft, "prompt", `${where} asks for \`${matchedPrefix.join(" ")}\`${because}`);
	}
	if (possible !== undefined) {
		const { file, line } = possible.origin;
		raise(draft, "prompt", `${file}:${line} may match, depending on what the shell expands`);
	}
	if (allowed > 0) {
		const match = matches.find(({ rule }) => rule.decision === "allow" && rule.pattern.length === allowed);
		if (match !== undefined) {
			raise(
				draft,
				"allow",
				`${match.rule.origin.file}:${match.rule.origin.line} allows \`${match.matchedPrefix.join(" ")}\``,
			);
		}
	}
}

function applyDanger(draft: Draft, command: SimpleCommand, allowed: number): void {
	const danger = findDanger(command.words);
	// A rule speaks for a danger only when the user wrote the dangerous word itself.
	if (danger !== undefined && allowed <= danger.at) raise(draft, "dangerous", danger.reason);
	const isFed = command.input === "download" || command.substitutesDownload;
	if (isFed && readsProgram(command)) raise(draft, "dangerous", "runs what was fetched from the network");
}

interface InnerPlace {
	readonly inner: readonly InnerCommand[];
	/** Words that an allow rule covers. */
	readonly allowed: number;
	readonly place: Place;
}

function judgeInner(judging: Judging, command: SimpleCommand, { inner, allowed, place }: InnerPlace): Verdict {
	let verdict: Verdict = "safe";
	for (const one of inner) {
		if (one.suspected && place.isSuspected) continue;
		judging.innerCommands += 1;
		if (judging.innerCommands > maxInnerCommands || place.depth >= maxDepth) {
			return stricter(verdict, failClosed(judging, "commands are nested too deep"));
		}
		const first = judging.commands.length;
		const found = one.suspected ? suspect(judging, command, one, place) : judgeOne(judging, command, one, place);
		const isRestricted = judging.commands.slice(first).some(({ matches }) => matches.some(restricts));
		// The rule was written for the inner command too: only another rule may speak against it.
		if (allowed <= one.at || isRestricted || found === "prompt") verdict = stricter(verdict, found);
	}
	return verdict;
}

/** Judges what may be no command at all: only what speaks against it counts. */
function suspect(judging: Judging, command: SimpleCommand, one: InnerCommand, place: Place): Verdict {
	const trial: Judging = { ...startJudging(judging.rules), innerCommands: judging.innerCommands };
	const found = judgeOne(trial, command, one, place);
	judging.innerCommands = trial.innerCommands;
	const isRestricted = trial.commands.some(({ matches }) => matches.some(restricts));
	if (!isAtLeast(found, "dangerous") && !isRestricted) return "safe";
	judging.commands.push(...trial.commands);
	return found;
}

function restricts({ rule }: RuleMatch): boolean {
	return rule.decision !== "allow";
}

function judgeOne(judging: Judging, command: SimpleCommand, one: InnerCommand, place: Place): Verdict {
	const depth = place.depth + 1;
	if (one.kind === "script") return judgeScript(judging, one.script, one.language, depth);
	const { input, substitutesDownload } = command;
	const text = one.words.map((word) => word.text).join(" ");
	const inner: SimpleCommand = { text, words: one.words, assigns: [], redirects: [], input, substitutesDownload };
	return judgeCommand(judging, inner, { depth, isSuspected: one.suspected || place.isSuspected });
}
