// Text of a shell script to its simple commands, at any depth: pipes, groups, control flow, functions, substitutions. The
// tree is unbash's; every word is read a second time by `readWord` and every character must belong to something, so a
// parser that guesses or drops text is noticed. Must not judge.

import type {
	Assignment,
	CaseItem,
	Command,
	Function as FunctionNode,
	HereDoc,
	HereString,
	Redirect,
	Redirected,
	Redirection,
	Script,
	SyntaxNode,
	Word,
} from "unbash";
import { forEachChild, parse } from "unbash";
import { isBlank, isBoundary } from "./gap.ts";
import { type Collector, checkCoverage, claim, claimCharacter, type Region, report, reportText } from "./region.ts";
import {
	baseName,
	fetchers,
	type InputSource,
	type ShellLanguage,
	type ShellRedirect,
	type ShellScript,
	type SimpleCommand,
} from "./shell-script.ts";
import { hasUnseenCharacters, literalValue, readWord, type ShellWord } from "./word.ts";

/** Longest script that is read, in characters: 1 MiB; a longer one is not understood. */
export const maxScriptCharacters: number = 1_048_576;

// Substitutions in substitutions: deeper than a person would read. Each level is read once more, so this bounds the time.
const maxNesting = 32;

/**
 * Reads a script.
 *
 * Contract: never throws; linear in the length of the text for any realistic nesting. What is not understood is said in
 * `problems`; the commands that were found are there all the same, so that they can still be forbidden.
 *
 * @param language what runs the script; outside quotes only characters that this shell shares with bash are literal.
 */
export function parseShell(script: string, language: ShellLanguage = "bash"): ShellScript {
	const collector: Collector = {
		language,
		commands: [],
		constructs: new Set(),
		problems: [],
		downloads: 0,
		hereDocuments: 0,
	};
	if (script.length > maxScriptCharacters) {
		report(collector, `the script is longer than ${maxScriptCharacters} characters`);
		return collector;
	}
	if (hasUnseenCharacters(script)) report(collector, "the script has characters that cannot be seen");
	try {
		collectScript(collector, parse(script), { source: script, start: 0, end: script.length, nesting: 0 });
	} catch (error) {
		report(collector, `the script cannot be parsed: ${error instanceof Error ? error.message : String(error)}`);
	}
	return collector;
}

/** The command of a script that is nothing but one simple command, without assignments and redirections. */
export function onlyCommand({ commands, constructs, problems }: ShellScript): SimpleCommand | undefined {
	const [command] = commands;
	if (command === undefined || commands.length > 1 || constructs.size > 0 || problems.length > 0) return undefined;
	return command.assigns.length > 0 || command.redirects.length > 0 ? undefined : command;
}

type Place = Pick<Region, "source" | "start" | "end" | "nesting">;

function collectScript(collector: Collector, script: Script & { errors?: unknown }, place: Place): void {
	if (place.nesting > maxNesting) {
		report(collector, `substitutions are nested more than ${maxNesting} deep`);
		return;
	}
	if (Array.isArray(script.errors) && script.errors.length > 0) report(collector, "the script has a syntax error");
	const own = script.source;
	const region: Region =
		own === undefined
			? { ...place, collector, claimed: [] }
			: { collector, source: own, start: 0, end: own.length, claimed: [], nesting: place.nesting };
	for (const statement of script.commands) visit(statement, region, "inherited");
	checkCoverage(region);
}

function visit(node: SyntaxNode, region: Region, input: InputSource): void {
	switch (node.type) {
		case "Command":
			return visitCommand(node, region, input);
		case "Pipeline":
			return visitPipeline(node, region, input);
		case "Redirected":
			return visitRedirected(node, region, input);
		case "Function":
			return visitFunction(node, region, input);
		case "CaseItem":
			return visitCaseItem(node, region, input);
		case "ArithmeticCommand":
		case "ArithmeticFor":
			return visitArithmetic(node, region, input);
		case "TestCommand":
			region.collector.constructs.add("test expression");
			claim(region, node.pos, node.end);
			return visitWordParts(node, region);
		case "Word":
			readClaimedWord(node, region);
			return;
		case "Time":
			return claim(region, node.pos, node.end);
		default:
			noteConstruct(node, region);
			forEachChild(node, (child) => {
				visit(child, region, input);
			});
	}
}

/** What nodes that are only walked through say of the script. */
function noteConstruct(node: SyntaxNode, region: Region): void {
	const { constructs } = region.collector;
	if (node.type === "Statement" && node.background === true) constructs.add("background");
	if (node.type === "Coproc") constructs.add("coprocess");
	if (node.type === "For" || node.type === "Select") constructs.add("loop variable");
	if (node.type === "Subshell") {
		claimCharacter(region, node.pos, "(");
		// Shells disagree on when two of them are an arithmetic command.
		if (region.source.charAt(node.pos + 1) === "(") reportText(region, node.pos, node.end);
		claimCharacter(region, node.end - 1, ")");
	}
}

function visitArithmetic(
	node: Extract<SyntaxNode, { type: "ArithmeticCommand" | "ArithmeticFor" }>,
	region: Region,
	input: InputSource,
): void {
	region.collector.constructs.add("arithmetic");
	if (node.type === "ArithmeticCommand") {
		claim(region, node.pos, node.end);
		// Other shells read `((` as two subshells, whose commands would go unseen.
		if (region.collector.language === "sh") report(region.collector, "`((` means something else in sh");
		return visitWordParts(node, region);
	}
	// The head of `for ((…;…;…))` is everything up to the body.
	const head = region.source.slice(node.pos, node.body.pos).search(/\)\)\s*;?\s*(do|\{)?\s*$/);
	if (head === -1) reportText(region, node.pos, node.body.pos);
	else claim(region, node.pos, node.pos + head + 2);
	for (const expression of [node.initialize, node.test, node.update]) {
		if (expression !== undefined) visitWordParts(expression, region);
	}
	visit(node.body, region, input);
}

function visitPipeline(node: Extract<SyntaxNode, { type: "Pipeline" }>, region: Region, input: InputSource): void {
	for (const prefix of node.prefixes) visit(prefix, region, input);
	// `! && ls`: bash takes a lone `!` only where a list ends.
	if (node.commands.length === 0) reportText(region, node.pos, node.end);
	const downloadsBefore = region.collector.downloads;
	let from = input;
	for (const command of node.commands) {
		visit(command, region, from);
		from = region.collector.downloads > downloadsBefore ? "download" : "pipe";
	}
}

function visitFunction(node: FunctionNode, region: Region, input: InputSource): void {
	region.collector.constructs.add("function");
	const head = region.source.slice(node.pos, node.body.pos);
	if (/^(function[ \t]+)?[^\s;&|<>()"'`$\\]+[ \t]*(\([ \t]*\))?\s*$/.test(head)) claim(region, node.pos, node.body.pos);
	else reportText(region, node.pos, node.body.pos);
	const first = region.collector.commands.length;
	visit(node.body, region, input);
	const calls = region.collector.commands.slice(first);
	if (calls.some(({ words }) => words[0]?.text === node.name.text)) region.collector.constructs.add("recursion");
}

function visitCaseItem(node: CaseItem, region: Region, input: InputSource): void {
	const first = node.pattern[0];
	const last = node.pattern.at(-1);
	if (first === undefined || last === undefined) return reportText(region, node.pos, node.end);
	if (first.pos > node.pos) claimCharacter(region, node.pos, "(");
	for (const word of node.pattern) readClaimedWord(word, region);
	const close = region.source.indexOf(")", last.end);
	if (close === -1 || !isBlank(region.source, { start: last.end, end: close })) reportText(region, last.end, node.end);
	else claim(region, close, close + 1);
	visit(node.body, region, input);
}

/** A compound command with redirections: what they fetch is what the commands inside read. */
function visitRedirected(node: Redirected, region: Region, input: InputSource): void {
	const before = region.collector.downloads;
	for (const redirect of node.redirects) visitCompoundRedirect(redirect, region);
	visit(node.command, region, region.collector.downloads > before ? "download" : input);
}

function visitCompoundRedirect(node: Redirection, region: Region): void {
	const before = region.collector.downloads;
	const redirect = readRedirect(node, region);
	claim(region, node.pos, node.end);
	// A group's redirection is a command of its own: nothing is run, but something is read or written.
	region.collector.commands.push({
		text: redirect.text,
		words: [],
		assigns: [],
		redirects: [redirect],
		input: "inherited",
		substitutesDownload: region.collector.downloads > before,
	});
}

function visitCommand(node: Command, region: Region, input: InputSource): void {
	const { collector, source } = region;
	const index = collector.commands.length;
	const downloadsBefore = collector.downloads;
	const parts = readParts(node, region);
	claim(region, node.pos, node.end);
	checkWordEnd(region, node.end);
	const substitutesDownload = collector.downloads > downloadsBefore;
	const program = literalValue(parts.words[0]);
	if (program !== undefined && fetchers.has(baseName(program))) collector.downloads += 1;
	const text = source.slice(node.pos, node.end);
	// Before the commands of its own substitutions: the order of the text.
	collector.commands.splice(index, 0, { text, ...parts, input, substitutesDownload });
}

/** Reads what a command consists of; between its parts there may only be blanks. */
function readParts(node: Command, region: Region): Pick<SimpleCommand, "words" | "assigns" | "redirects"> {
	const words: ShellWord[] = [];
	const assigns: string[] = [];
	const redirects: ShellRedirect[] = [];
	const name = node.name === undefined ? [] : [node.name];
	let at = node.pos;
	for (const part of [...node.prefix, ...name, ...node.suffix]) {
		const isRedirect = part.type !== "Word" && part.type !== "Assignment";
		const isApart = at === node.pos || at < part.pos || isRedirect;
		if (!isApart || !isBlank(region.source, { start: at, end: part.pos })) reportText(region, at, part.end);
		at = part.end;
		switch (part.type) {
			case "Word":
				words.push(readOwnWord(part, region));
				break;
			case "Assignment":
				assigns.push(part.name);
				visitWordParts(part, region);
				if (words.length > 0) words.push(readArgumentAssignment(part, region));
				break;
			default:
				redirects.push(readRedirect(part, region));
		}
	}
	if (at !== node.end || at === node.pos) reportText(region, at, node.end + 1);
	return { words, assigns, redirects };
}

/** A command or a word must end where the shell ends a word. */
function checkWordEnd(region: Region, end: number): void {
	if (end < region.end && !isWordEnd(region.source, end)) reportText(region, end, end + 1);
}

function isWordEnd(source: string, at: number): boolean {
	return isBoundary(source, at) || (source.charAt(at) === "\\" && source.charAt(at + 1) === "\n");
}

/** Reads a word with both readers; they must agree. */
function readOwnWord(node: Word, region: Region): ShellWord {
	const text = region.source.slice(node.pos, node.end);
	visitWordParts(node, region);
	// bash reads it as the descriptor of the redirection that follows.
	if (/^(\d+|\{\w+\})$/.test(text) && "<>".includes(region.source.charAt(node.end) || " ")) {
		reportText(region, node.pos, node.end + 1);
	}
	const reading = readWord(text);
	if (reading === undefined) {
		// An extended glob or a process substitution has parentheses that belong to the word.
		if (!node.parts?.some(({ type }) => type !== "Literal")) reportText(region, node.pos, node.end);
		return { kind: "dynamic", text };
	}
	const { word, portable } = reading;
	if (word.kind === "literal" && word.value !== node.value) {
		reportText(region, node.pos, node.end);
		return { kind: "dynamic", text };
	}
	if (!portable && word.kind !== "dynamic" && region.collector.language === "zsh") return { kind: "dynamic", text };
	return word;
}

function readClaimedWord(node: Word, region: Region): ShellWord {
	claim(region, node.pos, node.end);
	checkWordEnd(region, node.end);
	const word = readOwnWord(node, region);
	if (word.kind === "dynamic") region.collector.constructs.add("expansion");
	return word;
}

/** `NAME=value` after the program, as in `export NAME=value`. */
function readArgumentAssignment(node: Assignment, region: Region): ShellWord {
	const text = region.source.slice(node.pos, node.end);
	return node.value.type === "ArrayValue"
		? { kind: "dynamic", text }
		: (readWord(text)?.word ?? { kind: "dynamic", text });
}

function readRedirect(node: Redirection, region: Region): ShellRedirect {
	const text = region.source.slice(node.pos, node.end);
	switch (node.type) {
		case "HereDoc":
			return readHereDocument(node, text, region);
		case "HereString":
			return { kind: "text", text, target: readTarget(node, region) };
		case "Redirect": {
			const target = readTarget(node, region);
			// bash reads `<&-` as one operator: what follows it is a word of its own.
			if (/^[<>]&[ \t]*-.+$/s.test(text.replace(/^\d+|^\{\w+\}/, ""))) reportText(region, node.pos, node.end);
			const isDescriptor = target !== undefined && /^(\d+-?|-)$/.test(target);
			if (node.operator === "<&") return { kind: isDescriptor ? "duplicate" : "read", text, target };
			if (node.operator === ">&" && isDescriptor) return { kind: "duplicate", text, target };
			return { kind: node.operator === "<" ? "read" : "write", text, target };
		}
	}
}

function readTarget(node: Redirect | HereString, region: Region): string | undefined {
	const { target } = node;
	if (target === undefined) {
		reportText(region, node.pos, node.end);
		return undefined;
	}
	if (!redirectHead.test(region.source.slice(node.pos, target.pos))) reportText(region, node.pos, target.pos);
	return literalValue(readOwnWord(target, region));
}

/** What may stand before the target of a redirection. */
const redirectHead = /^(\d+|\{\w+\})?(<<<|<<-?|>>|>\||<>|<&|>&|&>>|&>|<|>)(?:[ \t]|\\\n)*$/;

function readHereDocument(node: HereDoc, text: string, region: Region): ShellRedirect {
	const { body, closing, delimiter } = node;
	region.collector.hereDocuments += 1;
	claim(region, body.pos, body.end);
	if (closing === undefined || delimiter === undefined) {
		report(region.collector, "a here-document has no end");
		return { kind: "text", text, target: undefined };
	}
	claim(region, closing.pos, closing.end);
	if (!redirectHead.test(region.source.slice(node.pos, delimiter.pos))) reportText(region, node.pos, delimiter.pos);
	if (region.source.slice(closing.pos, closing.end) !== delimiter.value) reportText(region, closing.pos, closing.end);
	if (!delimiter.quoted) visitWordParts(body, region);
	const isLiteral = delimiter.quoted || !/[$`\\]/.test(body.text);
	return { kind: "text", text, target: isLiteral ? body.text : undefined };
}

/** Collects the commands of substitutions anywhere below a word, an expression or the body of a here-document. */
function visitWordParts(node: SyntaxNode, region: Region): void {
	forEachChild(node, (child) => {
		switch (child.type) {
			case "CommandExpansion":
			case "ProcessSubstitution":
			case "ArithmeticCommandExpansion":
				visitSubstitution(child, region);
				return;
			default:
				visitWordParts(child, region);
		}
	});
}

function visitSubstitution(
	node: Extract<SyntaxNode, { type: "CommandExpansion" | "ProcessSubstitution" | "ArithmeticCommandExpansion" }>,
	region: Region,
): void {
	const { collector, source, nesting } = region;
	collector.constructs.add("substitution");
	const { script } = node;
	if (script === undefined) return reportText(region, node.pos, node.end);
	const opening = source.startsWith("`", node.pos) ? 1 : 2;
	const hereDocumentsBefore = collector.hereDocuments;
	collectScript(collector, script, { source, start: node.pos + opening, end: node.end - 1, nesting: nesting + 1 });
	// bash 5.2 loses the `;` between commands that follow a here-document in a substitution, and so runs other commands.
	const isSingle = script.commands.length === 1 && script.commands[0]?.command.type === "Command";
	if (collector.hereDocuments > hereDocumentsBefore && !isSingle) {
		report(collector, "a here-document stands among several commands of a substitution");
	}
}
