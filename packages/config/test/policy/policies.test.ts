import { describe, expect, it } from "vitest";
import { type ConfigFlags, commandPermission, resolveApprovalPolicy, resolveSandboxPolicy } from "../../src/index.ts";
import { configOf, createTempHome } from "../temp-home.ts";

describe("commandPermission", () => {
	const file =
		'approval_policy = "never"\nsandbox_mode = "danger-full-access"\n[profiles.p]\napproval_policy = "never"\nsandbox_mode = "workspace-write"\n';
	const ask = async (flags: Partial<ConfigFlags>) =>
		commandPermission(await createTempHome({ "config.toml": file }).load(flags));

	it.each<[Partial<ConfigFlags>]>([
		[{ bypass: true }],
		[{ sandboxMode: "workspace-write", approvalPolicy: "never" }],
		[{ sandboxMode: "read-only", overrides: ['approval_policy="never"'] }],
		[{ overrides: ["sandbox_mode=workspace-write", "approval_policy=never"] }],
		[{ fullAuto: true, approvalPolicy: "never" }],
	])("runs under %j", async (flags) => {
		expect(await ask(flags)).toEqual({ kind: "run", confined: false, because: expect.any(String) });
	});

	it.each<[Partial<ConfigFlags>, string]>([
		[{}, "add `--sandbox workspace-write` and `-a never`, or"],
		[{ profile: "p" }, "add `--sandbox workspace-write` and `-a never`, or"],
		[{ sandboxMode: "workspace-write" }, "add `-a never`, or"],
		[{ approvalPolicy: "never" }, "add `--sandbox workspace-write`, or"],
		[{ sandboxMode: "workspace-write", approvalPolicy: "on-request" }, "add `-a never`, or"],
		[{ fullAuto: true }, "add `-a never` (`--full-auto` alone means on-request), or"],
		[
			{ overrides: ["profiles.p.approval_policy=never", "profiles.p.sandbox_mode=read-only"], profile: "p" },
			"add `--sandbox workspace-write` and `-a never`",
		],
		[
			{ overrides: ["approval_policy=never", "approval_policy=on-request"], sandboxMode: "read-only" },
			"add `-a never`, or",
		],
	])("refuses under %j and says what to add", async (flags, advice) => {
		const permission = await ask(flags);
		if (permission.kind !== "refuse") return expect.unreachable();
		expect(permission.reason).toContain(advice);
		expect(permission.reason).toContain("`--dangerously-bypass-approvals-and-sandbox`");
		expect(permission.reason).not.toContain("\n");
	});
});

describe("resolveSandboxPolicy", () => {
	it("has the details of workspace-write, without doubles", async () => {
		const toml =
			'sandbox_mode = "workspace-write"\n[sandbox_workspace_write]\nwritable_roots = ["/a", "/b"]\nnetwork_access = true\nexclude_slash_tmp = true\n';
		expect(resolveSandboxPolicy(await configOf(toml), ["/b", "/c"])).toEqual({
			mode: "workspace-write",
			writable_roots: ["/a", "/b", "/c"],
			network_access: true,
			exclude_tmpdir_env_var: false,
			exclude_slash_tmp: true,
		});
	});

	it("has nothing else in the other modes", async () => {
		expect(resolveSandboxPolicy(await configOf(""), ["/c"])).toEqual({ mode: "read-only" });
		expect(resolveSandboxPolicy(await configOf('sandbox_mode = "danger-full-access"'))).toEqual({
			mode: "danger-full-access",
		});
	});
});

it("takes the approval policy as it is", async () => {
	expect(resolveApprovalPolicy(await configOf('approval_policy = "untrusted"'))).toBe("untrusted");
});
