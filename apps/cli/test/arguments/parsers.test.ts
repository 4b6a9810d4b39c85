import { describe, expect, test } from "vitest";
import { parseFast } from "../../src/arguments/fast-parse.ts";
import { parseWithYargs } from "../../src/arguments/yargs-parse.ts";
import { allOptions } from "../../src/options/commands.ts";
import { fc } from "../property.ts";

const plainWord = fc.constantFrom(
	"exec",
	"resume",
	"fix it",
	"a b\nc",
	"-",
	"x=y",
	"ß–🙂",
	"0199",
	"--",
	"- item",
	"--do this",
);
const valueWord = fc.constantFrom("v", "k=v", "a,b", "1.5", "-", "", "-x", "--json", "true", "a b");
const optionWord = fc.constantFrom(
	...allOptions().flatMap(({ name, short, aliases = [] }) => [
		`--${name}`,
		...aliases.map((alias) => `--${alias}`),
		...(short === undefined ? [] : [`-${short}`]),
	]),
);
const withEquals = fc.tuple(optionWord, valueWord).map(([option, value]) => `${option}=${value}`);
const grouped = fc.constantFrom("-hV", "-mgpt", "-sread-only", "-i", "--unknown", "--jso", "-z");
const words = fc.array(fc.oneof(plainWord, optionWord, valueWord, withEquals, grouped), { maxLength: 10 });

const asObject = (options: ReadonlyMap<string, readonly string[]>): Record<string, readonly string[]> =>
	Object.fromEntries([...options].toSorted(([left], [right]) => left.localeCompare(right)));

describe("the two parsers", () => {
	test("take every argv that the fast one decides apart in the same way", () => {
		let decided = 0;
		fc.assert(
			fc.property(words, (argv) => {
				const fast = parseFast(argv);
				if (fast === undefined) return;
				decided += 1;
				const full = parseWithYargs(argv);
				expect(full).toMatchObject({ kind: "ok" });
				if (full.kind === "error") return;
				expect(full.tokens.positionals).toEqual(fast.positionals);
				expect(full.tokens.beforeDashes).toBe(fast.beforeDashes);
				expect(asObject(full.tokens.options)).toEqual(asObject(fast.options));
			}),
			{ numRuns: 400, seed: 7 },
		);
		expect(decided).toBeGreaterThan(50);
	});

	test("decide what the Codex SDK sends without yargs", () => {
		const argv = ["exec", "--experimental-json", "--config", 'model_reasoning_effort="low"', "--model", "m"];
		const fast = parseFast([...argv, "--sandbox", "read-only", "--cd", "/w", "resume", "id", "--image", "a.png"]);
		expect(fast?.positionals).toEqual(["exec", "resume", "id"]);
		expect(asObject(fast?.options ?? new Map())).toEqual({
			cd: ["/w"],
			config: ['model_reasoning_effort="low"'],
			image: ["a.png"],
			json: [],
			model: ["m"],
			sandbox: ["read-only"],
		});
	});

	test("an image does not swallow the prompt", () => {
		expect(parseFast(["exec", "-i", "a.png,b.png", "what is this"])?.positionals).toEqual(["exec", "what is this"]);
	});

	test("a list keeps the order of its values", () => {
		const tokens = parseFast(["-c", "a=1", "exec", "-c", "a=2", "-c", "a=3"]);
		expect(tokens?.options.get("config")).toEqual(["a=1", "a=2", "a=3"]);
	});
});

describe("yargs", () => {
	test.each([
		[["exec", "--modle", "x"], "unknown option `--modle`; did you mean `--model`?"],
		[["exec", "-z"], "unknown option `-z`"],
		[["exec", "--model"], "`--model` needs a value (one that begins with a dash is written `--model=VALUE`)"],
		[["exec", "-m", "--json"], "`--model` needs a value (one that begins with a dash is written `--model=VALUE`)"],
	])("%j is an error", (argv, message) => {
		expect(parseFast(argv)).toBeUndefined();
		expect(parseWithYargs(argv)).toEqual({ kind: "error", message });
	});

	test("takes values that begin with a dash after an equals sign", () => {
		const parsed = parseWithYargs(["exec", "--model=-x"]);
		expect(parsed.kind === "ok" && parsed.tokens.options.get("model")).toEqual(["-x"]);
	});

	test("takes groups of letters and refuses values of flags", () => {
		const parsed = parseWithYargs(["exec", "-hV", "true"]);
		expect(parsed.kind === "ok" && [...parsed.tokens.options.keys()].toSorted()).toEqual(["help", "version"]);
		expect(parsed.kind === "ok" && parsed.tokens.positionals).toEqual(["exec", "true"]);
		expect(parseWithYargs(["exec", "--json=false"])).toEqual({ kind: "error", message: "`--json` takes no value" });
	});
});
