// The words after `code speckit`: what belongs to every verb is taken out, the rest is the verb's own. Pure. The same words
// are understood by the slash commands, so nothing of a verb is known here.

import type { ConfigFlags } from "@codex/runtime";

/** What every verb takes. */
export interface SpecKitArguments {
	/** Verb and what is its own. */
	readonly words: readonly string[];
	readonly flags: ConfigFlags;
	readonly cwd: string | undefined;
	readonly json: boolean;
	readonly help: boolean;
	readonly dryRun: boolean;
	/** US dollars of a whole run. */
	readonly budgetUsd: number | undefined;
	/** The file of answers; `-` is stdin. */
	readonly answersFile: string | undefined;
	readonly size: "s" | "m" | "l" | undefined;
	/** A folder that the agents' answers are kept in, or taken from. */
	readonly recordings: { readonly kind: "record" | "replay"; readonly folder: string } | undefined;
}

/** The arguments, or one sentence that says what is wrong. */
export type SpecKitArgumentsResult =
	| { readonly kind: "ok"; readonly value: SpecKitArguments }
	| { readonly kind: "error"; readonly message: string };

const switches = ["json", "help", "dry-run", "trust", "strict-config", "ignore-user-config"] as const;
const valued = ["config", "model", "profile", "cd", "budget", "answers", "size", "record", "replay"] as const;

type Switch = (typeof switches)[number];
type Valued = (typeof valued)[number];

const short: ReadonlyMap<string, Switch | Valued> = new Map<string, Switch | Valued>([
	["-h", "help"],
	["-c", "config"],
	["-m", "model"],
	["-p", "profile"],
	["-C", "cd"],
]);

interface Taken {
	readonly words: string[];
	readonly switches: Set<Switch>;
	readonly values: Map<Valued, string[]>;
}

/** Name and value of a word that is ours; the value is what stands after an `=`. */
function ours(word: string): { readonly name: Switch | Valued; readonly value: string | undefined } | undefined {
	const [, long, value] = /^--([a-z-]+)(?:=(.*))?$/s.exec(word) ?? [];
	const name = long === undefined ? short.get(word) : [...switches, ...valued].find((known) => known === long);
	return name === undefined ? undefined : { name, value };
}

const isSwitch = (name: Switch | Valued): name is Switch => switches.some((known) => known === name);

function take(argv: readonly string[]): Taken | string {
	const taken: Taken = { words: [], switches: new Set(), values: new Map() };
	for (let at = 0; at < argv.length; at += 1) {
		const word = argv[at] ?? "";
		if (word === "--") {
			taken.words.push(...argv.slice(at + 1));
			break;
		}
		const found = ours(word);
		if (found === undefined) taken.words.push(word);
		else if (isSwitch(found.name)) {
			if (found.value !== undefined) return `\`--${found.name}\` takes no value`;
			taken.switches.add(found.name);
		} else {
			const value = found.value ?? argv[at + 1];
			if (found.value === undefined) at += 1;
			if (value === undefined) return `\`--${found.name}\` needs a value`;
			taken.values.set(found.name, [...(taken.values.get(found.name) ?? []), value]);
		}
	}
	return taken;
}

function flagsOf({ switches: given, values }: Taken): ConfigFlags {
	const [model, profile] = [values.get("model")?.at(-1), values.get("profile")?.at(-1)];
	return {
		...(model === undefined ? {} : { model }),
		...(profile === undefined ? {} : { profile }),
		...(given.has("trust") ? { trust: true } : {}),
		...(given.has("strict-config") ? { strict: true } : {}),
		...(given.has("ignore-user-config") ? { ignoreUserConfig: true } : {}),
		overrides: values.get("config") ?? [],
	};
}

function recordingsOf(record: string | undefined, replay: string | undefined): SpecKitArguments["recordings"] | "both" {
	if (record !== undefined) return replay === undefined ? { kind: "record", folder: record } : "both";
	return replay === undefined ? undefined : { kind: "replay", folder: replay };
}

/** Reads the words. */
export function readSpecKitArguments(argv: readonly string[]): SpecKitArgumentsResult {
	const taken = take(argv);
	if (typeof taken === "string") return { kind: "error", message: taken };
	const last = (name: Valued): string | undefined => taken.values.get(name)?.at(-1);
	const [budget, size] = [last("budget")?.trim(), last("size")];
	const budgetUsd = budget === undefined ? undefined : Number(budget);
	if (budget === "" || (budgetUsd !== undefined && !(Number.isFinite(budgetUsd) && budgetUsd > 0))) {
		return { kind: "error", message: `\`--budget\` needs US dollars above 0, not \`${budget}\`` };
	}
	if (size !== undefined && size !== "s" && size !== "m" && size !== "l") {
		return { kind: "error", message: `\`--size\` is one of s, m, l, not \`${size}\`` };
	}
	const recordings = recordingsOf(last("record"), last("replay"));
	if (recordings === "both") {
		return { kind: "error", message: "`--record` and `--replay` cannot be used together" };
	}
	return {
		kind: "ok",
		value: {
			words: taken.words,
			flags: flagsOf(taken),
			cwd: last("cd"),
			json: taken.switches.has("json"),
			help: taken.switches.has("help"),
			dryRun: taken.switches.has("dry-run"),
			budgetUsd,
			answersFile: last("answers"),
			size,
			recordings,
		},
	};
}
