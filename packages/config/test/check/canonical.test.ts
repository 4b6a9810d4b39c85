import { describe, expect, it } from "vitest";
import { canonicalPath, canonicalTree } from "../../src/check/canonical.ts";
import { rootShape } from "../../src/keys/root.ts";

describe("canonicalTree", () => {
	it("renames aliases and kebab-case, also in lists, maps and profiles, and knows what was written", () => {
		const { tree, written, clashes } = canonicalTree(rootShape, {
			model_text_verbosity: "low",
			agents: [{ name: "a", "read-only": true }],
			mcp_servers: { "my-server": { "startup-timeout-sec": 3 } },
			profiles: { fast: { "model-text-verbosity": "high" } },
			"no-such-key": 1,
		});
		expect(tree).toEqual({
			model_verbosity: "low",
			agents: [{ name: "a", read_only: true }],
			mcp_servers: { "my-server": { startup_timeout_sec: 3 } },
			profiles: { fast: { model_verbosity: "high" } },
			"no-such-key": 1,
		});
		expect(written(["model_verbosity"])).toEqual(["model_text_verbosity"]);
		expect(written(["agents", "0", "read_only"])).toEqual(["agents", "0", "read-only"]);
		expect(written(["profiles", "fast", "model_verbosity"])).toEqual(["profiles", "fast", "model-text-verbosity"]);
		expect(written(["tui"])).toEqual(["tui"]);
		expect(clashes).toEqual([]);
	});

	it("reports a key that is written under two names", () => {
		const { tree, clashes } = canonicalTree(rootShape, { model_text_verbosity: "low", model_verbosity: "high" });
		expect(tree).toEqual({ model_verbosity: "low" });
		expect(clashes).toEqual([{ path: ["model_verbosity"], names: ["model_text_verbosity", "model_verbosity"] }]);
	});

	it("leaves names that users choose alone", () => {
		const tree = {
			shell_environment_policy: { set: { "MY-VAR": "1", MY_VAR: "2" } },
			profiles: { "a-b": {}, a_b: {} },
		};
		expect(canonicalTree(rootShape, tree).tree).toEqual(tree);
	});
});

describe("canonicalPath", () => {
	it("renames the parts of a path", () => {
		expect(canonicalPath(rootShape, ["model-instructions-file"])).toEqual(["experimental_instructions_file"]);
		expect(canonicalPath(rootShape, ["agents", "0", "args-write"])).toEqual(["agents", "0", "args_write"]);
		expect(canonicalPath(rootShape, ["nope", "x-y"])).toEqual(["nope", "x-y"]);
	});
});
