import { describe, expect, test } from "vitest";
import { parseFast } from "../../src/arguments/fast-parse.ts";
import { type Invocation, selectCommand } from "../../src/arguments/select-command.ts";
import { type ExecRequestResult, readExecRequest } from "../../src/exec/start-request.ts";

function invocation(...argv: readonly string[]): Invocation {
	const tokens = parseFast(argv);
	const selection = tokens === undefined ? undefined : selectCommand(tokens);
	if (selection?.kind !== "run") throw new Error(`cannot be parsed: ${argv.join(" ")}: ${JSON.stringify(selection)}`);
	return selection.invocation;
}

const read = (...argv: readonly string[]): ExecRequestResult => readExecRequest(invocation(...argv));

const none = { maxTurns: undefined, timeoutMs: undefined, idleTimeoutMs: undefined, maxCostUsd: undefined };

describe("readExecRequest", () => {
	test("with nothing but a prompt", () => {
		expect(read("exec", "hi")).toEqual({
			kind: "ok",
			request: {
				prompt: "hi",
				waitForStdin: false,
				start: {
					source: "exec",
					flags: { overrides: [] },
					additionalRoots: [],
					limits: none,
					ephemeral: false,
					requireRepository: true,
				},
			},
		});
	});

	test("with everything", () => {
		const before = ["-c", "a=1", "-m", "root", "exec", "-m", "m", "-p", "work", "-s", "read-only", "-a", "never"];
		const folders = ["-C", "/w", "--add-dir", "x", "--add-dir", "y"];
		const switches = ["--full-auto", "--yolo", "--oss", "--strict-config", "--ignore-user-config"];
		const limits = ["--max-turns", "3", "--timeout", "1.5", "--idle-timeout", "2", "--max-cost-usd", "0.25"];
		const rest = ["-c", "b=2", "--record", "r", "--ephemeral", "--skip-git-repo-check", "hi"];
		const result = read(...before, ...folders, ...switches, ...limits, ...rest);
		expect(result).toMatchObject({
			kind: "ok",
			request: {
				start: {
					flags: {
						model: "m",
						profile: "work",
						sandboxMode: "read-only",
						approvalPolicy: "never",
						fullAuto: true,
						bypass: true,
						oss: true,
						strict: true,
						ignoreUserConfig: true,
						overrides: ["a=1", "b=2"],
					},
					cwd: "/w",
					additionalRoots: ["x", "y"],
					limits: { maxTurns: 3, timeoutMs: 1500, idleTimeoutMs: 2000, maxCostUsd: 0.25 },
					recordFile: "r",
					ephemeral: true,
					requireRepository: false,
				},
			},
		});
	});

	test.each<[readonly string[], unknown, string | undefined, boolean]>([
		[["exec", "resume", "id"], { kind: "id", id: "id" }, undefined, false],
		[["exec", "resume", "id", "more"], { kind: "id", id: "id" }, "more", false],
		[["exec", "resume", "id", "-"], { kind: "id", id: "id" }, "-", false],
		[["exec", "resume", "id", "more", "-"], { kind: "id", id: "id" }, "more", true],
		[["exec", "resume", "--last"], { kind: "last" }, undefined, false],
		[["exec", "--last", "resume", "more"], { kind: "last" }, "more", false],
		[["exec", "do", "-"], undefined, "do", true],
		[["exec", "-"], undefined, "-", false],
	])("%j", (argv, resume, prompt, waitForStdin) => {
		const result = read(...argv);
		expect(result).toMatchObject({ kind: "ok", request: { prompt, waitForStdin } });
		expect(result.kind === "ok" && result.request.start.resume).toEqual(resume);
	});

	test.each<[readonly string[], string]>([
		[["exec", "resume"], "name the session to go on with: its id, or `--last`"],
		[["exec", "resume", "--last", "a", "b"], "with `--last` there is no session id: give only the prompt"],
		[["exec", "--record", "a", "--replay", "b", "x"], "`--record` and `--replay` contradict each other"],
		[["exec", "--max-turns", "0", "x"], "`--max-turns` needs a whole number above 0, not `0`"],
		[["exec", "--max-turns", "1.5", "x"], "`--max-turns` needs a whole number above 0, not `1.5`"],
		[["exec", "--timeout", "soon", "x"], "`--timeout` needs a number above 0, not `soon`"],
		[["exec", "--max-cost-usd", "1e3", "x"], "`--max-cost-usd` needs a number above 0, not `1e3`"],
	])("%j is refused", (argv, message) => {
		expect(read(...argv)).toEqual({ kind: "error", message });
	});
});
