import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type ConfigFlags, explainAll, explainKey, type LayerName, type TomlValue } from "../../src/index.ts";
import { createTempHome } from "../temp-home.ts";

// A few keys of every kind with fitting values, written as TOML.
const values: Readonly<Record<string, readonly TomlValue[]>> = {
	model: ["m1", "m2", "m3"],
	approval_policy: ["untrusted", "on-request", "never"],
	sandbox_mode: ["read-only", "workspace-write"],
	project_doc_max_bytes: [0, 1, 2],
	"tui.show_reasoning": [true, false],
	"tui.theme.name": ["dark", "light"],
	notify: [["a"], ["b", "c"], []],
	"features.x": [true, false],
	"features.y": [true, false],
	"shell_environment_policy.set.A": ["1", "2"],
	"shell_environment_policy.exclude": [["A*"], []],
	"speckit.hal.mode": ["mock", "live", "real"],
	"speckit.allow_dirty": [true, false],
};
const keys = Object.keys(values);

const settings = fc
	.uniqueArray(fc.constantFrom(...keys), { maxLength: keys.length })
	.chain((chosen) =>
		fc.tuple(...chosen.map((key) => fc.constantFrom(...(values[key] ?? [])).map((value) => [key, value] as const))),
	);

type Settings = readonly (readonly [string, TomlValue])[];

const toToml = (entries: Settings, prefix = ""): string =>
	entries.map(([key, value]) => `${prefix}${key} = ${JSON.stringify(value)}\n`).join("");

const environmentOf = (entries: Settings): Record<string, string> =>
	Object.fromEntries(
		entries
			.filter(([key]) => key.startsWith("speckit."))
			.map(([key, value]) => [
				`SPEC_OPS_${key.slice(8).replaceAll(".", "_").toUpperCase()}`,
				JSON.stringify(value).replaceAll('"', ""),
			]),
	);

interface World {
	readonly file: Settings;
	readonly table: Settings;
	readonly profileFile: Settings;
	readonly process: Settings;
	readonly overrides: Settings;
	readonly flags: Pick<ConfigFlags, "model" | "approvalPolicy" | "sandboxMode">;
}

const world: fc.Arbitrary<World> = fc.record({
	file: settings,
	table: settings,
	profileFile: settings,
	process: settings,
	// Twice, so that some are replaced.
	overrides: fc.tuple(settings, settings).map(([first, second]) => [...first, ...second]),
	flags: fc.record(
		{ model: fc.constant("m4"), approvalPolicy: fc.constant("on-failure"), sandboxMode: fc.constant("read-only") },
		{ requiredKeys: [] },
	),
});

/** The rule of precedence, told a second time and as simply as possible. */
function expected(world: World, key: string): { readonly value: TomlValue; readonly layer: LayerName } | undefined {
	const flag = {
		model: world.flags.model,
		approval_policy: world.flags.approvalPolicy,
		sandbox_mode: world.flags.sandboxMode,
	}[key];
	if (flag !== undefined) return { value: flag, layer: "cli" };
	const last = (entries: Settings): TomlValue | undefined => entries.findLast(([name]) => name === key)?.[1];
	const order: readonly (readonly [LayerName, TomlValue | undefined])[] = [
		["cli", last(world.overrides)],
		["shell_environment_policy", key.startsWith("speckit.") ? last(world.process) : undefined],
		["profile", last(world.profileFile)],
		["profile", last(world.table)],
		["config", last(world.file)],
	];
	const winner = order.find(([, value]) => value !== undefined);
	return winner?.[1] === undefined ? undefined : { layer: winner[0], value: winner[1] };
}

const at = (config: object, key: string): unknown =>
	key.split(".").reduce<unknown>((value, part) => (value as Record<string, unknown> | undefined)?.[part], config);

describe("random layers", () => {
	it("are merged by the rule of precedence, and explanations compute the same values", async () => {
		await fc.assert(
			fc.asyncProperty(world, async (made) => {
				const home = createTempHome(
					{
						"config.toml": `profile = "p"\n${toToml(made.file)}profiles.p.compact_prompt = "there"\n${toToml(made.table, "profiles.p.")}`,
						"profiles/p.toml": toToml(made.profileFile),
					},
					environmentOf(made.process),
				);
				const overrides = made.overrides.map(([key, value]) => `${key}=${JSON.stringify(value)}`);
				const result = await home.load({ overrides, ...made.flags });
				expect(result.warnings).toEqual([]);
				for (const key of keys) {
					const winner = expected(made, key);
					const explanation = explainKey(result, key);
					const effective = at(result.config, key);
					if (winner === undefined) {
						if (explanation.kind === "value")
							expect(explanation).toMatchObject({ origin: { layer: "default" }, losers: [] });
						else expect(explanation.kind).toBe("unknown");
						if (explanation.kind === "value") expect(explanation.value).toEqual(effective);
						continue;
					}
					expect(effective).toEqual(winner.value);
					expect(explanation).toMatchObject({ kind: "value", value: winner.value, origin: { layer: winner.layer } });
					expect(result.origins(key.split("."))?.layer).toBe(winner.layer);
				}
				for (const entry of explainAll(result)) {
					if (!entry.key.includes('"'))
						expect([entry.key, entry.value]).toEqual([entry.key, at(result.config, entry.key)]);
				}
			}),
			{ numRuns: 60 },
		);
	});

	it("name every loser with its place", async () => {
		const home = createTempHome({
			"config.toml": 'profile = "p"\nmodel = "file"\n[profiles.p]\nmodel = "table"\n',
			"profiles/p.toml": '# head\nmodel = "profile file"\n',
		});
		const result = await home.load({ model: "flag", overrides: ["model=one", "model=two"] });
		const profileFile = `${home.paths.profilesDir}/p.toml`;
		expect(explainKey(result, "model")).toEqual({
			kind: "value",
			key: "model",
			value: "flag",
			origin: { layer: "cli", place: { kind: "flag", flag: "--model" } },
			losers: [
				{ value: "two", origin: { layer: "cli", place: { kind: "override", key: "model" } } },
				{ value: "one", origin: { layer: "cli", place: { kind: "override", key: "model" } } },
				{
					value: "profile file",
					origin: { layer: "profile", place: { kind: "file", file: profileFile, line: 2, column: 1 } },
				},
				{
					value: "table",
					origin: { layer: "profile", place: { kind: "file", file: home.paths.config, line: 4, column: 1 } },
				},
				{
					value: "file",
					origin: { layer: "config", place: { kind: "file", file: home.paths.config, line: 2, column: 1 } },
				},
			],
			doc: expect.stringContaining("model"),
			expected: "a text in quotes",
		});
	});
});
