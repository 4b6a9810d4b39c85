import { describe, expect, it } from "vitest";
import { explainKey, formatProblem } from "../../src/index.ts";
import { createTempHome } from "../temp-home.ts";

describe("the shell environment policy as a layer", () => {
	it("sets speckit keys from SPEC_OPS_ variables, between the command line and the profile", async () => {
		const home = createTempHome(
			{ "config.toml": '[speckit.hal]\nmode = "live"\nbase_url = "file"\n[speckit.consensus]\nmin_agents = 4\n' },
			{
				SPEC_OPS_HAL_MODE: "real",
				SPEC_OPS_ALLOW_DIRTY: "1",
				SPEC_OPS_CONSENSUS_MIN_AGENTS: "3",
				SPEC_OPS_NO_SUCH: "x",
				MODEL: "no",
			},
		);
		const { config, origins } = await home.load({ overrides: ["speckit.consensus.min_agents=5"] });
		expect(config.speckit).toMatchObject({
			allow_dirty: true,
			hal: { mode: "real", base_url: "file" },
			consensus: { min_agents: 5 },
		});
		expect(origins(["speckit", "hal", "mode"])).toEqual({
			layer: "shell_environment_policy",
			place: { kind: "variable", name: "SPEC_OPS_HAL_MODE" },
		});
		expect(origins(["speckit", "hal", "base_url"])?.layer).toBe("config");
	});

	it("lets shell_environment_policy.set win over the process, and points at its line", async () => {
		const home = createTempHome(
			{ "config.toml": '[shell_environment_policy.set]\nSPEC_OPS_HAL_MODE = "mock"\nOTHER = "x"\n' },
			{ SPEC_OPS_HAL_MODE: "live" },
		);
		const result = await home.load();
		expect(result.config.speckit.hal.mode).toBe("mock");
		expect(explainKey(result, "speckit.hal.mode")).toMatchObject({
			origin: { layer: "shell_environment_policy", place: { kind: "file", line: 2, column: 1 } },
			losers: [{ value: "live", origin: { place: { kind: "variable" } } }],
		});
	});

	it("reaches nothing outside speckit", async () => {
		const home = createTempHome(
			{},
			{ SPEC_OPS_MODEL: "evil", SPEC_OPS_APPROVAL_POLICY: "never", SPEC_OPS_SANDBOX_MODE: "danger-full-access" },
		);
		expect(await home.load()).toMatchObject({
			layers: [],
			config: { approval_policy: "on-request", sandbox_mode: "read-only" },
		});
	});

	it.each([
		["SPEC_OPS_ALLOW_DIRTY", "maybe", "`SPEC_OPS_ALLOW_DIRTY` must be `true` or `false`"],
		["SPEC_OPS_HAL_MODE", "fake", "`SPEC_OPS_HAL_MODE` must be one of `mock`, `live`, `real`"],
		["SPEC_OPS_CONSENSUS_MIN_AGENTS", "0", "`SPEC_OPS_CONSENSUS_MIN_AGENTS` must be a whole number, at least 1"],
		["SPEC_OPS_CONSENSUS_MIN_AGENTS", "", "`SPEC_OPS_CONSENSUS_MIN_AGENTS` must be a whole number, at least 1"],
		["SPEC_OPS_CONSENSUS_SIMILARITY_THRESHOLD", "2", "must be a number from 0 to 1"],
	])("refuses %s=%s", async (name, value, expected) => {
		const problems = await createTempHome({}, { [name]: value }).problems();
		expect(problems).toHaveLength(1);
		expect(problems.map(formatProblem).join()).toContain(expected);
	});

	it.each([
		["0", false],
		["", false],
		["off", false],
		["YES", true],
	])("reads the boolean %j", async (value, expected) => {
		const { config } = await createTempHome({}, { SPEC_OPS_TELEMETRY_HAL: value }).load();
		expect(config.speckit.telemetry_hal).toBe(expected);
	});
});
