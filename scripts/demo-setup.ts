// What the demo and its recorder share: a copy of the sample repository in a fresh folder, a home of its own, and the one
// command that both run. The script's first argument names another example folder (`repo/` and `recording.jsonl`).

import { spawnSync } from "node:child_process";
import { cpSync, mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { fileURLToPath } from "node:url";

/** The root of the workspace. */
export const workspaceRoot: string = path.join(path.dirname(fileURLToPath(import.meta.url)), "..");

const example = path.resolve(process.argv[2] ?? path.join(workspaceRoot, "examples/demo"));

/** The task that the demo gives to the agent. */
export const demoPrompt = "The tests fail. Find out why, fix the code and prove it.";

/** Where the recording of the demo's model lies. */
export const demoRecording: string = path.join(example, "recording.jsonl");

/** The built command. */
export const codeBin: string = path.join(workspaceRoot, "apps/cli/bin/code.js");

/** A place for one run. */
export interface DemoPlace {
	readonly repository: string;
	/** The environment of the run: a home of its own, so that nobody's settings or keys take part. */
	readonly environment: NodeJS.ProcessEnv;
	readonly dispose: () => void;
}

function git(folder: string, env: NodeJS.ProcessEnv, ...words: string[]): void {
	const identity = ["-c", "user.name=Demo", "-c", "user.email=demo@example.invalid", "-c", "commit.gpgsign=false"];
	const result = spawnSync("git", [...identity, ...words], { cwd: folder, env, encoding: "utf8" });
	if (result.status !== 0) throw new Error(`git ${words.join(" ")} failed: ${result.stderr || result.error?.message}`);
}

/** Copies a sample repository to a temporary folder and commits it there. */
export function setUpDemo(sample: string = path.join(example, "repo")): DemoPlace {
	const base = mkdtempSync(path.join(tmpdir(), "code-demo-"));
	const repository = path.join(base, "price-list");
	const home = path.join(base, "home");
	cpSync(sample, repository, { recursive: true });
	mkdirSync(home);
	const kept = Object.entries(process.env).filter(
		([name]) => !/^(CODEX_|OPENAI_|ANTHROPIC_|GEMINI_|GOOGLE_)/.test(name),
	);
	const environment: NodeJS.ProcessEnv = {
		...Object.fromEntries(kept),
		HOME: home,
		CODE_HOME: path.join(home, ".code"),
	};
	git(repository, environment, "init", "--quiet", "--initial-branch=main");
	git(repository, environment, "add", "--all");
	git(repository, environment, "commit", "--quiet", "--message", "The sample");
	return { repository, environment, dispose: () => rmSync(base, { recursive: true, force: true }) };
}

/** The arguments of `code` that both runs share; commands are allowed because the sample is ours. */
export const demoArguments: readonly string[] = ["exec", "-m", "gpt-5-codex", "-s", "workspace-write", "-a", "never"];
