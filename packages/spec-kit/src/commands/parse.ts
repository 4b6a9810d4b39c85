// Understands a command, whether it comes as slash text or as words of a command line: the same words mean the same.

import { parseSpecId } from "../packet/spec-id.ts";
import { parseStage, type Stage, stages } from "../stage.ts";
import { commandCatalog } from "./catalog.ts";
import type {
	CommandErrorCode,
	CommandSpec,
	FlagName,
	FlagSpec,
	ParseCommandResult,
	ParsedCommand,
} from "./command.ts";

type Mutable<T> = { -readonly [K in keyof T]: T[K] };

interface Failure {
	readonly ok: false;
	readonly code: CommandErrorCode;
	readonly message: string;
}

const fail = (code: CommandErrorCode, message: string): Failure => ({ ok: false, code, message });

/** Steps from one word to the other: insertions, deletions, replacements. */
function distance(left: string, right: string): number {
	let row = Array.from({ length: right.length + 1 }, (_, index) => index);
	for (let at = 1; at <= left.length; at += 1) {
		const next = [at];
		for (let to = 1; to <= right.length; to += 1) {
			const change = (row[to - 1] ?? 0) + (left[at - 1] === right[to - 1] ? 0 : 1);
			next.push(Math.min(change, (row[to] ?? 0) + 1, (next[to - 1] ?? 0) + 1));
		}
		row = next;
	}
	return row.at(-1) ?? 0;
}

/** The known word that is meant, when one is near: at most a third of its letters differ. */
function nearest(word: string, known: readonly string[]): string | undefined {
	if (word.length > 60) return undefined;
	const ranked = known
		.map((one) => ({ one, steps: distance(word, one) }))
		.toSorted((left, right) => left.steps - right.steps);
	const [best] = ranked;
	return best !== undefined && best.steps <= Math.ceil(best.one.length / 3) ? best.one : undefined;
}

const hint = (word: string, known: readonly string[]): string => {
	const near = nearest(word, known);
	return near === undefined ? "" : `; did you mean \`${near}\`?`;
};

/** Splits slash text into words: double quotes keep blanks together, a quote without its end is a letter like others. */
function wordsOf(text: string): readonly string[] {
	const words: string[] = [];
	for (const match of text.matchAll(/"([^"]*)"(?=\s|$)|(\S+)/g)) words.push(match[1] ?? match[2] ?? "");
	return words;
}

const usage = ({ slash, example }: CommandSpec): string => `for example \`${slash} ${example}\``;

type Setter = (value: string, into: Mutable<ParsedCommand>) => Failure | undefined;

function stageValue(value: string): Stage | Failure {
	return parseStage(value) ?? fail("unknown_stage", `\`${value}\` is no stage${hint(value, stages)}`);
}

const setStage =
	(field: "from" | "to"): Setter =>
	(value, into) => {
		const stage = stageValue(value);
		if (typeof stage !== "string") return stage;
		into[field] = stage;
		return undefined;
	};

const setters: Readonly<Record<FlagName, Setter>> = {
	from: setStage("from"),
	to: setStage("to"),
	stages: (value, into) => {
		const wanted = new Set<Stage>();
		for (const word of value.split(",")) {
			const stage = stageValue(word);
			if (typeof stage !== "string") return stage;
			wanted.add(stage);
		}
		into.stages = stages.filter((stage) => wanted.has(stage));
		return undefined;
	},
	hal: (value, into) => {
		const modes = { mock: "mock", skip: "mock", live: "live", real: "live" } as const;
		const word = value.toLowerCase();
		if (word !== "mock" && word !== "skip" && word !== "live" && word !== "real") {
			return fail("unknown_hal_mode", `\`${value}\` is no HAL mode: use mock or live`);
		}
		into.halMode = modes[word];
		return undefined;
	},
	"no-quality-gates": (_value, into) => {
		into.qualityGates = false;
		return undefined;
	},
	"stale-hours": (value, into) => {
		const hours = Number(value);
		if (value.trim() === "" || !Number.isFinite(hours) || hours <= 0) {
			return fail("invalid_value", `--stale-hours takes a number above 0, not \`${value}\``);
		}
		into.staleHours = hours;
		return undefined;
	},
	spec: (value, into) => setSpec(value, into),
	"baseline-mode": (value, into) => {
		if (value !== "no-run" && value !== "quick" && value !== "full" && value !== "skip") {
			return fail("invalid_value", `--baseline-mode takes no-run, quick, full or skip, not \`${value}\``);
		}
		into.baselineMode = value;
		return undefined;
	},
	"skip-baseline": (_value, into) => {
		into.baselineMode = "skip";
		return undefined;
	},
	"allow-fail": (_value, into) => {
		into.allowFail = true;
		return undefined;
	},
	"allow-dirty": (_value, into) => {
		into.allowDirty = true;
		return undefined;
	},
	"manifest-path": (value, into) => {
		into.manifestPath = value;
		return undefined;
	},
};

function setSpec(value: string, into: Mutable<ParsedCommand>): Failure | undefined {
	const parsed = parseSpecId(value);
	if (!parsed.ok) return fail("invalid_spec_id", parsed.reason);
	into.specId = parsed.specId;
	return undefined;
}

function findFlag(spec: CommandSpec, name: string): FlagSpec | undefined {
	return spec.flags.find((flag) => flag.name === name || flag.aliases.includes(name));
}

interface Cursor {
	readonly tokens: readonly string[];
	at: number;
}

/** Takes a flag and its value in; the cursor stands behind them. */
function takeFlag(
	spec: CommandSpec,
	cursor: Cursor,
	{ into, seen }: { readonly into: Mutable<ParsedCommand>; readonly seen: Set<FlagName> },
): Failure | undefined {
	const token = cursor.tokens[cursor.at] ?? "";
	cursor.at += 1;
	const equals = token.indexOf("=");
	const name = token.slice(2, equals === -1 ? undefined : equals);
	const flag = findFlag(spec, name);
	if (flag === undefined) {
		const known = spec.flags.map((one) => `--${one.name}`);
		return fail("unknown_flag", `\`--${name}\` is no flag of ${spec.slash}${hint(`--${name}`, known)}`);
	}
	if (seen.has(flag.name)) return fail("repeated_flag", `--${flag.name} is given twice`);
	seen.add(flag.name);
	if (flag.value === undefined) {
		if (equals !== -1) return fail("invalid_value", `--${flag.name} takes no value`);
		return setters[flag.name]("", into);
	}
	let value = equals === -1 ? cursor.tokens[cursor.at] : token.slice(equals + 1);
	if (equals === -1) cursor.at += 1;
	value = value?.trim();
	if (value === undefined || value === "" || (equals === -1 && value.startsWith("--"))) {
		return fail("missing_value", `--${flag.name} needs a value: ${flag.value}`);
	}
	return setters[flag.name](value, into);
}

/** Takes what is no flag in, in the order of the command's positionals. */
function takePositionals(
	spec: CommandSpec,
	words: readonly string[],
	into: Mutable<ParsedCommand>,
): Failure | undefined {
	const left = [...words];
	for (const positional of spec.positionals) {
		if (positional.kind === "text") {
			const text = left.splice(0).join(" ").trim();
			if (text !== "") into.text = text;
			else if (positional.required) return fail("missing_text", `A ${positional.name} is needed, ${usage(spec)}`);
			continue;
		}
		const word = left.shift();
		if (word === undefined) {
			if (!positional.required) continue;
			return positional.kind === "spec"
				? fail("missing_spec_id", `\`${spec.slash}\` requires a SPEC-ID, ${usage(spec)}`)
				: fail("missing_stage", `\`${spec.slash}\` requires a stage, ${usage(spec)}`);
		}
		if (positional.kind === "spec") {
			const failure = setSpec(word, into);
			if (failure !== undefined) return failure;
		} else {
			const stage = stageValue(word);
			if (typeof stage !== "string") return stage;
			into.stage = stage;
		}
	}
	const [extra] = left;
	return extra === undefined ? undefined : fail("unexpected_argument", `\`${extra}\` is not expected, ${usage(spec)}`);
}

function parseWith(spec: CommandSpec, tokens: readonly string[]): ParseCommandResult {
	const into: Mutable<ParsedCommand> = { name: spec.name };
	const cursor: Cursor = { tokens, at: 0 };
	const seen = new Set<FlagName>();
	const words: string[] = [];
	while (cursor.at < tokens.length) {
		const token = tokens[cursor.at] ?? "";
		if (token === "--") {
			words.push(...tokens.slice(cursor.at + 1));
			break;
		}
		if (token.startsWith("--")) {
			const failure = takeFlag(spec, cursor, { into, seen });
			if (failure !== undefined) return failure;
		} else {
			words.push(token);
			cursor.at += 1;
		}
	}
	const failure = takePositionals(spec, words, into);
	if (failure !== undefined) return failure;
	if (into.stages !== undefined && (into.from !== undefined || into.to !== undefined)) {
		return fail("invalid_value", "--stages takes the place of --from and --to");
	}
	if (into.from !== undefined && into.to !== undefined && stages.indexOf(into.from) > stages.indexOf(into.to)) {
		return fail("invalid_value", `A run cannot go from ${into.from} to ${into.to}`);
	}
	return { ok: true, command: into };
}

const bySlash: ReadonlyMap<string, CommandSpec> = new Map(
	commandCatalog.flatMap((spec) => [spec.slash, ...spec.aliases].map((name): [string, CommandSpec] => [name, spec])),
);

/** The command that a slash name means (with the slash, case aside), and whether the name is an older one. */
export function findSlashCommand(
	name: string,
): { readonly spec: CommandSpec; readonly deprecated: boolean } | undefined {
	const wanted = name.toLowerCase();
	const spec = bySlash.get(wanted);
	return spec === undefined ? undefined : { spec, deprecated: spec.slash !== wanted };
}

/** Understands slash text: `/name` and what follows it. Never throws. */
export function parseSlashCommand(text: string): ParseCommandResult {
	const [name = "", ...tokens] = wordsOf(text.trim());
	const found = findSlashCommand(name);
	if (found === undefined) {
		return fail("unknown_command", `\`${name.slice(0, 80)}\` is no command${hint(name, [...bySlash.keys()])}`);
	}
	return parseWith(found.spec, tokens);
}

/** Understands the words after `code speckit`. Never throws. */
export function parseCommandLine(argv: readonly string[]): ParseCommandResult {
	const spec = commandCatalog
		.filter(({ words }) => words.every((word, index) => argv[index]?.toLowerCase() === word))
		.toSorted((left, right) => right.words.length - left.words.length)[0];
	if (spec === undefined) {
		const verb = argv[0] ?? "";
		const verbs = commandCatalog.map(({ words }) => words.join(" "));
		return fail(
			"unknown_command",
			`\`${verb.slice(0, 80)}\` is no command${hint(argv.slice(0, 2).join(" "), verbs) || hint(verb, verbs)}`,
		);
	}
	return parseWith(spec, argv.slice(spec.words.length));
}
