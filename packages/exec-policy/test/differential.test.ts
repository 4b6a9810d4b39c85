// Our reading of scripts against bash's own. What we would let run, bash must accept; and no command that bash runs may be
// missing from what we judged (users' holes 21, 24, 25).

import { describe, expect, it } from "vitest";
import { decideCommand } from "../src/decide.ts";
import { parseShell } from "../src/shell/parse-shell.ts";
import type { ShellWord } from "../src/shell/word.ts";
import { isAtLeast } from "../src/verdict.ts";
import { createRandom, pick, randomMutant, randomScript, randomSoup } from "./random-scripts.ts";
import { rulesOf } from "./rules-of.ts";
import { doesBashAccept, hasBash, runWithBash } from "./shell-oracle.ts";

const isFull = process.env["CODE_TEST_FULL"] === "1";
const seed = Number(process.env["CODE_FUZZ_SEED"] ?? 20_261_123);
// Anything may run by rule, so that only the reading of the text stands against it.
const rules = rulesOf(
	'prefix_rule(pattern=[["a", "b", "c", "ab", "a1", "b2", "{}", "[", "]", "a b", "a,b"]], decision="allow")',
);

function isLetThrough(script: string): boolean {
	return !isAtLeast(decideCommand({ script }, rules).verdict, "ask");
}

/** Whether what bash ran can be what these words stand for. */
function fits(words: readonly ShellWord[], ran: readonly string[]): boolean {
	const [word, ...rest] = words;
	if (word === undefined) return ran.length === 0;
	const [first, ...others] = ran;
	switch (word.kind) {
		case "literal":
			return first === word.value && fits(rest, others);
		case "pattern":
			// `set -f` leaves globs; only `~` becomes a path.
			return first !== undefined && fits(rest, others);
		case "dynamic":
			return ran.some((_, at) => fits(rest, ran.slice(at))) || fits(rest, []);
	}
}

describe.runIf(hasBash() || process.env["CODE_TEST_REQUIRE"] === "all")("against bash", () => {
	it("lets nothing through that bash does not accept", { timeout: 300_000 }, () => {
		const random = createRandom(seed);
		const wrong: string[] = [];
		let letThrough = 0;
		for (let count = 0; count < (isFull ? 60_000 : 6000); count += 1) {
			const script = count % 2 === 0 ? randomSoup(random) : randomMutant(random);
			if (!isLetThrough(script)) continue;
			letThrough += 1;
			if (!doesBashAccept(script)) wrong.push(script);
		}
		expect(wrong).toEqual([]);
		expect(letThrough).toBeGreaterThan(100);
	});

	it("judges every command that bash runs", { timeout: 600_000 }, () => {
		const random = createRandom(seed + 2);
		const missed: unknown[] = [];
		let seen = 0;
		for (let count = 0; count < (isFull ? 10_000 : 500); count += 1) {
			const script = pick(random, [randomScript, randomSoup, randomMutant])(random);
			const { commands, problems } = parseShell(script);
			// What is not understood is asked about; functions could call themselves without end.
			if (problems.length > 0 || /\([ \t]*\)|function|coproc|while|until|for *\(\(/.test(script)) continue;
			for (const result of [0, 1] as const) {
				for (const ran of runWithBash(script, result) ?? []) {
					seen += 1;
					if (!commands.some(({ words }) => fits(words, ran))) missed.push({ script, ran });
				}
			}
		}
		expect(missed).toEqual([]);
		expect(seen).toBeGreaterThan(300);
	});
});
