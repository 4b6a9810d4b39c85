// What "always" would save for a command: the exact rule as text, with examples of what it would and would not allow, each
// checked. An offer is made only when the saved rules really allow the command. Must not write files.

import { type CommandRequest, decideCommand } from "../decide.ts";
import { readsProgram } from "../known/interpreters.ts";
import { quoteWords } from "../shell/quote.ts";
import { hasUnseenCharacters, literalWord } from "../shell/word.ts";
import { isAtLeast } from "../verdict.ts";
import { parseRules } from "./parse-rules.ts";
import { createRuleSet, noRules, type RuleSet } from "./rule-set.ts";
import { isWritable, writeAllowRule } from "./rule-text.ts";

/** One rule as it would be saved. */
export interface ProposedRule {
	readonly pattern: readonly string[];
	readonly isExact: boolean;
	/** The line of the rules file. */
	readonly text: string;
	/** Up to three command lines that it would allow. */
	readonly allows: readonly string[];
	/** Up to three command lines that it would not allow. */
	readonly doesNotAllow: readonly string[];
}

/** Rules that together allow the command: one for each simple command that needs one. */
export interface RuleOffer {
	readonly rules: readonly ProposedRule[];
}

/** What can be offered, the narrowest first, or why nothing can. */
export type RuleProposal =
	| { readonly kind: "offers"; readonly offers: readonly RuleOffer[] }
	| { readonly kind: "none"; readonly reason: string };

// More rules than this are not read before they are saved.
const maxRules = 3;
const maxRuleCharacters = 500;
// Each is tried by deciding once more.
const maxTried = 12;

/**
 * Proposes the rules that "always" would save for a command.
 *
 * The first offer allows exactly these words; the second, for programs whose subcommand says what is done (`npm run test`),
 * allows what begins so. Nothing is offered for what is dangerous, forbidden or asked for by a rule, for words that are not
 * known before they run, or for a program that takes its commands from its input.
 *
 * Contract: never throws; pure.
 */
export function proposeRules(request: CommandRequest, rules: RuleSet = noRules): RuleProposal {
	const decision = decideCommand(request, rules);
	if (!isAtLeast(decision.verdict, "ask")) return none("the command is allowed already");
	if (isAtLeast(decision.verdict, "prompt")) return none("this is asked about each time");
	const needed: (readonly string[])[] = [];
	for (const { verdict, argv } of decision.commands) {
		if (!isAtLeast(verdict, "ask")) continue;
		if (argv === undefined) return none("words are not known before the command runs");
		if (argv.length > 0) needed.push(argv);
	}
	if (needed.length > maxTried) return none("too many commands need a rule");
	const offers: RuleOffer[] = [];
	for (const patterns of [needed.map((pattern) => ({ pattern, isExact: true })), broaden(needed)]) {
		const offer = patterns === undefined ? undefined : makeOffer(request, rules, patterns);
		if (offer !== undefined) offers.push(offer);
	}
	return offers.length > 0 ? { kind: "offers", offers } : none("no rule could allow this");
}

function none(reason: string): RuleProposal {
	return { kind: "none", reason };
}

interface Pattern {
	readonly pattern: readonly string[];
	readonly isExact: boolean;
}

/**
 * The fewest rules that allow the command: what is innermost comes first, so that a shell around a command needs no rule;
 * then those go that a rule for a wrapper has made needless.
 */
function makeOffer(request: CommandRequest, rules: RuleSet, patterns: readonly Pattern[]): RuleOffer | undefined {
	let chosen: readonly Pattern[] = [];
	for (const pattern of patterns.toReversed()) {
		if (isAllowed(request, rules, chosen)) break;
		if (isOfferable(pattern)) chosen = [pattern, ...chosen];
	}
	if (chosen.length === 0 || !isAllowed(request, rules, chosen)) return undefined;
	for (const pattern of chosen.toReversed()) {
		const others = chosen.filter((other) => other !== pattern);
		if (isAllowed(request, rules, others)) chosen = others;
	}
	return chosen.length > maxRules ? undefined : { rules: chosen.map(toProposedRule) };
}

function isOfferable({ pattern }: Pattern): boolean {
	if (!isWritable(pattern) || pattern.some(hasUnseenCharacters)) return false;
	if (pattern.join(" ").length > maxRuleCharacters) return false;
	const [program = ""] = pattern;
	if (feeders.has(program)) return false;
	const words = pattern.map(literalWord);
	// A bare `bash` or `python3 -` would allow whatever is piped into it.
	return !readsProgram({ text: "", words, assigns: [], redirects: [], input: "pipe", substitutesDownload: false });
}

// Programs that run what they read.
const feeders: ReadonlySet<string> = new Set(["xargs", "parallel", "entr", "source", ".", "eval"]);

function isAllowed(request: CommandRequest, rules: RuleSet, patterns: readonly Pattern[]): boolean {
	const decision = decideCommand(request, withRules(rules, patterns));
	return !isAtLeast(decision.verdict, "ask");
}

function withRules(rules: RuleSet, patterns: readonly Pattern[]): RuleSet {
	const parsed = parseRules(patterns.map(writeAllowRule).join("\n"), "proposed");
	const added = parsed.kind === "ok" ? parsed.rules : [];
	return createRuleSet([
		{ rules: rules.rules, tightenOnly: false },
		{ rules: added, tightenOnly: false },
	]);
}

function toProposedRule({ pattern, isExact }: Pattern): ProposedRule {
	const rules = withRules(noRules, [{ pattern, isExact }]);
	const line = quoteWords(pattern);
	const isLineAllowed = (script: string): boolean => !isAtLeast(decideCommand({ script }, rules).verdict, "ask");
	const longer = [`${line} more`, `${line} --option`];
	const shorter = pattern.length > 1 ? [quoteWords(pattern.slice(0, -1))] : [];
	const others = [...shorter, `NAME=value ${line}`, `${line} > file`, `./${line}`, `${line} "$VALUE"`];
	return {
		pattern,
		isExact,
		text: writeAllowRule({ pattern, isExact }),
		allows: [line, ...longer].filter(isLineAllowed).slice(0, 3),
		doesNotAllow: [...longer.slice(0, 1), ...others].filter((script) => !isLineAllowed(script)).slice(0, 3),
	};
}

// Programs whose first words say what is done, and how many words that are.
const broadPrefixes: ReadonlyMap<string, number> = new Map([
	...["npm", "pnpm", "yarn", "bun"].flatMap((program): [string, number][] => [
		[`${program} run`, 3],
		[`${program} test`, 2],
	]),
	...["build", "test", "check", "clippy", "fmt", "doc"].map((name): [string, number] => [`cargo ${name}`, 2]),
	...["build", "test", "vet", "fmt"].map((name): [string, number] => [`go ${name}`, 2]),
	["git add", 2],
	["git commit", 2],
]);

/** Shorter patterns for the same commands; undefined when none can be shorter. */
function broaden(commands: readonly (readonly string[])[]): readonly Pattern[] | undefined {
	let isBroader = false;
	const patterns = commands.map((argv): Pattern => {
		const length = broadPrefixes.get(argv.slice(0, 2).join(" "));
		if (length === undefined || argv.length < length) return { pattern: argv, isExact: true };
		isBroader = true;
		return { pattern: argv.slice(0, length), isExact: false };
	});
	return isBroader ? patterns : undefined;
}
