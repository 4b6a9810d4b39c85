// What a run loads: the parser and zod cost start-up time and must stay away until they are needed. A child process
// counts the modules that are resolved.

import { execFileSync } from "node:child_process";
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { createTempHome } from "./temp-home.ts";

const script = `import { registerHooks } from "node:module";
	const heavy = ["zod", "smol-toml", "proper-lockfile", "node:crypto"];
	const seen = new Set();
	registerHooks({
		resolve(specifier, context, next) {
			if (heavy.includes(specifier)) seen.add(specifier);
			return next(specifier, context);
		},
	});
	const { loadConfig, readEnvironment, resolvePaths } = await import(process.env.CONFIG_SOURCE);
	const environment = readEnvironment();
	const { paths } = resolvePaths(environment);
	const result = await loadConfig(environment, paths, { overrides: JSON.parse(process.env.OVERRIDES) });
	console.log(JSON.stringify({ kind: result.kind, seen: [...seen] }));
`;

function run(home: string, overrides: readonly string[] = [], cwd: string = home): unknown {
	mkdirSync(cwd, { recursive: true });
	const output = execFileSync(process.execPath, ["--conditions=@codex/source", "--input-type=module", "-e", script], {
		cwd,
		encoding: "utf8",
		env: {
			PATH: process.env["PATH"] ?? "",
			CODE_HOME: home,
			CODEX_HOME: home,
			CONFIG_SOURCE: join(import.meta.dirname, "../src/index.ts"),
			OVERRIDES: JSON.stringify(overrides),
		},
	});
	return JSON.parse(output);
}

describe("what is loaded", () => {
	it("is nothing heavy without a file and with plain overrides", () => {
		const overrides = ['approval_policy="never"', "sandbox_mode=workspace-write", "tool_output_token_limit=5"];
		expect(run(createTempHome().home, overrides)).toEqual({ kind: "ok", seen: [] });
	});

	it("is nothing heavy in a repository without settings of its own", () => {
		const { home, root } = createTempHome();
		mkdirSync(join(root, "repository/.git"), { recursive: true });
		expect(run(home, [], join(root, "repository"))).toEqual({ kind: "ok", seen: [] });
		mkdirSync(join(root, "repository/.code/rules"), { recursive: true });
		expect(run(home, [], join(root, "repository"))).toEqual({ kind: "ok", seen: ["node:crypto"] });
	});

	it("is the TOML parser with a file or a -c that needs it", () => {
		const home = createTempHome({ "config.toml": 'model = "x"\nunknown = 1\n[tui]\nnotifications = ["a"]\n' });
		expect(run(home.home)).toEqual({ kind: "ok", seen: ["smol-toml"] });
		expect(run(createTempHome().home, ["notify=['a']"])).toEqual({ kind: "ok", seen: ["smol-toml"] });
	});

	it("is zod too when a value is doubtful", () => {
		const home = createTempHome({ "config.toml": "model = 5\n" });
		expect(run(home.home)).toEqual({ kind: "error", seen: ["smol-toml", "zod"] });
	});
});
