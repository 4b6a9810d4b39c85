import { describe, expect, it } from "vitest";
import { resolveApprovalPolicy, resolveSandboxPolicy } from "../../src/index.ts";
import { configOf } from "../temp-home.ts";

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
