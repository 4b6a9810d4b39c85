// The whole test run: the checks, then every test with coverage, in an environment that carries no home, key or
// setting of who runs it. Its last line counts the tests; its exit code is 0 only when checks, tests and coverage pass.
import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { homedir, tmpdir } from "node:os";
import { join } from "node:path";
import { type Outcome, readOutcome } from "./test-report.ts";
import { workspaceRoot } from "./workspace.ts";

/** Variables of the caller that a test must never see: keys, endpoints, homes and switches of the program. */
const hidden =
	/^(?:CODE_(?!TEST_)|CODEX_|OPENAI_|ANTHROPIC_|GEMINI_|GOOGLE_|AZURE_|XDG_|GIT_)|_API_KEY$|^(?:FORCE_COLOR|NO_COLOR)$/;

function testEnvironment(home: string, full: boolean): NodeJS.ProcessEnv {
	const kept = Object.entries(process.env).filter(([name]) => !hidden.test(name));
	return {
		...Object.fromEntries(kept),
		HOME: home,
		NPM_CONFIG_USERCONFIG: process.env.NPM_CONFIG_USERCONFIG ?? join(homedir(), ".npmrc"),
		TURBO_TELEMETRY_DISABLED: "1",
		...(full ? { CODE_TEST_FULL: "1" } : {}),
	};
}

function run(command: string, args: readonly string[], env: NodeJS.ProcessEnv): number {
	const { status } = spawnSync(command, args, { cwd: workspaceRoot, stdio: ["ignore", "inherit", "inherit"], env });
	return status ?? 1;
}

function runTests(full: boolean): { readonly status: number; readonly outcome: Outcome } {
	const home = mkdtempSync(join(tmpdir(), "code-test-home-"));
	const reportFile = join(workspaceRoot, "coverage", "tests.json");
	mkdirSync(join(workspaceRoot, "coverage"), { recursive: true });
	rmSync(reportFile, { force: true });
	try {
		const reporters = ["--reporter=default", "--reporter=json", `--outputFile.json=${reportFile}`];
		// Cleaning the coverage folder would also remove the report.
		const args = ["run", "--coverage", "--coverage.clean=false", ...reporters];
		const status = run("vitest", args, testEnvironment(home, full));
		return { status, outcome: readOutcome(readFileSync(reportFile, "utf8")) };
	} catch (error) {
		console.error(`the test runner left no report: ${String(error)}`);
		return { status: 1, outcome: { passed: 0, failed: 1, skipped: 0, skippedNames: [] } };
	} finally {
		rmSync(home, { recursive: true, force: true });
	}
}

const checked = run("node", ["scripts/check.ts"], process.env);
const { status, outcome } = runTests(process.argv.includes("--full"));
for (const name of outcome.skippedNames) console.log(`skipped: ${name}`);
if (checked !== 0) console.log("the checks failed: see the top of this output");
if (status !== 0 && outcome.failed === 0)
	console.log("the tests passed, but coverage or the runner did not: see above");
process.exitCode = checked === 0 && status === 0 && outcome.failed === 0 ? 0 : 1;
console.log(`${outcome.passed} passed, ${outcome.failed} failed, ${outcome.skipped} skipped`);
