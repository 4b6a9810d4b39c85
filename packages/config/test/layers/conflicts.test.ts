import { describe, expect, it } from "vitest";
import { formatProblem } from "../../src/index.ts";
import { createTempHome } from "../temp-home.ts";

describe("flags that contradict each other", () => {
	it.each([
		[{ bypass: true, approvalPolicy: "never" }, /--dangerously-bypass.*--ask-for-approval/],
		[{ bypass: true, fullAuto: true }, /--dangerously-bypass.*--full-auto/],
		[{ bypass: true, sandboxMode: "read-only" }, /--dangerously-bypass.*--sandbox read-only/],
		[{ fullAuto: true, sandboxMode: "read-only" }, /--full-auto.*--sandbox read-only/],
		[{ oss: true, modelProvider: "openai" }, /--oss.*--model-provider/],
	])("%j", async (flags, expected) => {
		const problems = await createTempHome().problems(flags);
		expect(problems).toHaveLength(1);
		expect(problems.map(formatProblem).join()).toMatch(expected);
	});

	it.each([
		[{ bypass: true, sandboxMode: "danger-full-access" }, "danger-full-access", "never"],
		[{ bypass: true }, "danger-full-access", "never"],
		[{ fullAuto: true }, "workspace-write", "on-request"],
		[{ fullAuto: true, sandboxMode: "workspace-write", approvalPolicy: "never" }, "workspace-write", "never"],
		[{ fullAuto: true, overrides: ["approval_policy=never"] }, "workspace-write", "on-request"],
	])("%j is fine", async (flags, mode, approval) => {
		const { config } = await createTempHome({ "config.toml": 'sandbox_mode = "read-only"\n' }).load(flags);
		expect([config.sandbox_mode, config.approval_policy]).toEqual([mode, approval]);
	});
});

describe("variables that claim a policy", () => {
	it.each([
		["my_Approval_mode", "approval_policy", '"never"'],
		["CODEX_SANDBOX", "sandbox_mode", '"read-only"'],
		["X_MODEL_PROVIDER_ID", "model_provider", '"openai"'],
	])("%s against %s", async (name, key, value) => {
		const set = `[shell_environment_policy.set]\n${name} = "x"\n`;
		const home = createTempHome({ "config.toml": `${key} = ${value}\n${set}` });
		expect((await home.problems()).map(formatProblem)).toEqual([
			`${home.paths.config}:3:1: \`shell_environment_policy.set.${name}\` contradicts \`${key}\`, which is set at ${home.paths.config}:1:1: remove the variable; commands learn the policy from \`${key}\``,
		]);
		home.write("config.toml", set);
		expect((await home.load()).warnings).toEqual([]);
		expect((await home.problems({ overrides: [`${key}=${value}`] }))[0]?.message).toContain("the command line");
	});

	it("does not mind other variables or typed flags", async () => {
		const home = createTempHome({
			"config.toml": 'model_provider = "openai"\n[shell_environment_policy.set]\nSANDBOX = "1"\nEDITOR = "vi"\n',
		});
		expect((await home.load({ sandboxMode: "read-only" })).kind).toBe("ok");
	});
});
