import { readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import { join } from "node:path";
import { afterEach, describe, expect, it } from "vitest";
import { defaultSpecKitConfig, type SpecKitConfig } from "../../src/config.ts";
import { changedPaths } from "../../src/guardrail/clean-tree.ts";
import type { GuardrailInput } from "../../src/guardrail/guardrail.ts";
import { type GuardrailOutcome, runGuardrail } from "../../src/guardrail/run-guardrail.ts";
import type { SpecKitHost } from "../../src/host.ts";
import { readTelemetry } from "../../src/schema/telemetry-schema.ts";
import { type Stage, stages } from "../../src/stage.ts";
import { specStatus } from "../../src/status.ts";
import { createRealHost, git, temporaryFolder, writeFiles } from "../real-host.ts";
import { fixtureRepository, packet, specId } from "./fixture-repository.ts";

const disposers: (() => void)[] = [];
afterEach(() => {
	for (const dispose of disposers.splice(0)) dispose();
});

async function repository(changes: Parameters<typeof fixtureRepository>[0] = {}): Promise<string> {
	const { root, dispose } = await fixtureRepository(changes);
	disposers.push(dispose);
	return root;
}

const run = (host: SpecKitHost, stage: Stage, more: Partial<GuardrailInput> = {}): Promise<GuardrailOutcome> =>
	runGuardrail({ host, specId, runId: "run-1", stage, signal: new AbortController().signal, ...more });

const command = (text: string, name = "test") => ({ name, command: text, timeoutMs: 10_000 });
const withEnvironment = (environment: Record<string, string>): Partial<SpecKitConfig> => ({ environment });

const failedNames = (outcome: GuardrailOutcome): readonly string[] =>
	outcome.scenarios.filter(({ status }) => status === "failed").map(({ name }) => name);

describe("invariant 1: what a guardrail writes, the pipeline and the status read", () => {
	it("for all six stages", async () => {
		const root = await repository();
		const host = createRealHost(root, { commands: { lint: command("true", "lint"), test: command("echo fine") } });
		for (const stage of stages) {
			const outcome = await run(host, stage);
			expect(outcome, stage).toMatchObject({ ok: true, failures: [], warnings: [] });
			const text = readFileSync(join(root, outcome.telemetryPath ?? ""), "utf8");
			expect(readTelemetry(stage, text)).toMatchObject({ ok: true, telemetry: { specId, stage, version: 1 } });
			expect(JSON.parse(text)).toMatchObject({ schemaVersion: 1, command: `spec-ops-${stage}`, specId });
		}
		const status = await specStatus({ ...host, specId, nowMs: host.nowMs() });
		expect(status.stages.map(({ stage, guardrail }) => [stage, guardrail?.ok])).toEqual(
			stages.map((stage) => [stage, true]),
		);
		expect(status.stages.every(({ cue }) => cue === "pass")).toBe(true);
		expect(status.packet).toMatchObject({ folder: packet, exists: true });
	});
});

describe("each check passes on the fixture and fails on one that is broken for that reason only", () => {
	const cases: readonly (readonly [
		name: string,
		stage: Stage,
		changes: Parameters<typeof fixtureRepository>[0],
		message: string,
	])[] = [
		["packet", "plan", { without: [packet] }, `docs/${specId} does not exist or is empty`],
		["packet", "plan", { without: [`${packet}/spec.md`, `${packet}/PRD.md`] }, "lacks spec.md or PRD.md"],
		["packet", "tasks", { without: [`${packet}/plan.md`] }, "lacks plan.md"],
		["packet", "tasks", { files: { [`${packet}/plan.md`]: " \n" } }, "lacks plan.md"],
		["packet", "implement", { without: [`${packet}/tasks.md`] }, "lacks tasks.md"],
		["packet", "validate", { without: [`${packet}/implement.md`] }, "lacks implement.md or implementation.md"],
		["packet", "audit", { without: [`${packet}/validate.md`] }, "lacks validate.md or validation.md"],
		["packet", "unlock", { without: [`${packet}/audit.md`] }, "lacks audit.md"],
		[
			"prerequisites",
			"tasks",
			{ files: { [`${packet}/plan.md`]: "**Decision**: NEEDS-CLARIFICATION\n" } },
			"plan.md says needs-clarification",
		],
		["prerequisites", "implement", { files: { [`${packet}/tasks.md`]: "# Tasks\n" } }, "has no task"],
		[
			"prerequisites",
			"implement",
			{ files: { [`${packet}/tasks.md`]: "- [ ] T001 a\n- [ ] T001 b\n" } },
			"line 2: T001 is also",
		],
		["prerequisites", "validate", { files: { [`${packet}/tasks.md`]: "- [ ] broken\n" } }, "line 1: a checkbox"],
		[
			"prerequisites",
			"audit",
			{ files: { [`${packet}/validate.md`]: "**Decision**: FAIL\n" } },
			"validate.md says fail",
		],
		["prerequisites", "unlock", { files: { [`${packet}/audit.md`]: "**Decision**: NO-GO\n" } }, "audit.md says no-go"],
		["constitution", "plan", { without: ["memory"] }, "memory/constitution.md does not exist"],
		["constitution", "audit", { files: { "memory/constitution.md": "" } }, "does not exist or is empty"],
	];

	it.each(cases)("%s at %s", async (name, stage, changes, message) => {
		const outcome = await run(createRealHost(await repository(changes)), stage);
		expect(outcome.ok).toBe(false);
		expect(failedNames(outcome)).toEqual([name]);
		expect(outcome.failures[0]).toContain(message);
	});

	it("spec-id: refused without a file or a command", async () => {
		const host = createRealHost(await repository());
		const outcome = await run(host, "plan", { specId: "../x" });
		expect(outcome).toMatchObject({ ok: false, telemetryPath: undefined, scenarios: [] });
		expect(host.commands).toEqual([]);
	});

	it.each(["build", "lint", "test"] as const)("%s at validate and audit", async (name) => {
		const root = await repository();
		const good = createRealHost(root, { commands: { [name]: command("true", name) } });
		const bad = createRealHost(root, { commands: { [name]: command("echo out; echo 'two broke' >&2; exit 3", name) } });
		for (const stage of ["validate", "audit"] as const) {
			expect(await run(good, stage)).toMatchObject({ ok: true });
			const outcome = await run(bad, stage);
			expect(failedNames(outcome)).toEqual([name]);
			expect(outcome.failures).toEqual([`${name}: exit code 3: two broke`]);
		}
	});

	it("a command that does not end, and one that does not exist", async () => {
		const root = await repository();
		const slow = createRealHost(root, { commands: { test: { name: "test", command: "sleep 30", timeoutMs: 50 } } });
		expect((await run(slow, "validate")).failures).toEqual(["test: timed out"]);
		const gone = createRealHost(root, { commands: { test: command("no-such-command-here") } });
		expect((await run(gone, "validate")).failures[0]).toContain("test: exit code 127");
	});

	it("commands wait until the cheap checks hold", async () => {
		const host = createRealHost(await repository({ without: ["memory"] }), { commands: { test: command("true") } });
		await run(host, "validate");
		expect(host.commands.map(({ purpose }) => purpose)).toEqual(["git", "git"]);
	});
});

describe("invariant 10: the dirty-tree rule ignores packet and evidence", () => {
	it.each(["plan", "tasks", "implement", "unlock"] as const)("%s stops at other changes only", async (stage) => {
		const root = await repository({ files: { ".code/evidence/commands/x": "x", "new name.txt": "n" } });
		const host = createRealHost(root);
		await writeFiles(root, {
			[`${packet}/plan.md`]: "**Decision**: GO\n",
			".code/evidence/commands/x": "y",
			"SPEC.md": "changed",
			"untracked.txt": "u",
		});
		expect(await run(host, stage)).toMatchObject({ ok: true });
		writeFileSync(join(root, "a.txt"), "changed");
		await git(root, "mv", "new name.txt", "other\tname.txt");
		const outcome = await run(host, stage);
		expect(failedNames(outcome)).toEqual(["clean-tree"]);
		expect(outcome.failures[0]).toBe(
			"clean-tree: 3 files have uncommitted changes: a.txt, other\tname.txt, new name.txt",
		);
	});

	it.each(["validate", "audit"] as const)("%s only warns", async (stage) => {
		const root = await repository();
		writeFileSync(join(root, "a.txt"), "changed");
		expect(await run(createRealHost(root), stage)).toMatchObject({
			ok: true,
			warnings: ["clean-tree: 1 file has uncommitted changes: a.txt"],
		});
	});

	it("a packet whose name only begins alike is not ours", async () => {
		const root = await repository({ files: { [`${packet}-2/spec.md`]: "x" } });
		writeFileSync(join(root, `${packet}-2/spec.md`), "changed");
		expect(failedNames(await run(createRealHost(root), "plan"))).toEqual(["clean-tree"]);
	});

	it("staged and removed files count", async () => {
		const root = await repository({ files: { "b.txt": "b" } });
		rmSync(join(root, "b.txt"));
		expect(failedNames(await run(createRealHost(root), "plan"))).toEqual(["clean-tree"]);
		await git(root, "add", "-A");
		expect(failedNames(await run(createRealHost(root), "plan"))).toEqual(["clean-tree"]);
	});

	it("is left out when dirty trees are allowed and outside of git", async () => {
		const root = await repository();
		writeFileSync(join(root, "a.txt"), "changed");
		expect(await run(createRealHost(root), "plan", { allowDirty: true })).toMatchObject({ ok: true });
		expect(await run(createRealHost(root, withEnvironment({ SPEC_OPS_ALLOW_DIRTY: "1" })), "plan")).toMatchObject({
			ok: true,
		});
		expect(
			await run(createRealHost(root, withEnvironment({ SPEC_OPS_ALLOW_DIRTY: "1" })), "plan", { allowDirty: false }),
		).toMatchObject({ ok: false });
		rmSync(join(root, ".git"), { recursive: true });
		const outcome = await run(createRealHost(root), "plan");
		expect(outcome).toMatchObject({ ok: true });
		expect(outcome.scenarios).toContainEqual({ name: "clean-tree", status: "skipped" });
	});

	it("does not take a broken git for a clean tree", async () => {
		const root = await repository();
		writeFileSync(join(root, ".git/config"), "[core\n");
		expect(failedNames(await run(createRealHost(root), "plan"))).toEqual(["clean-tree"]);
	});

	it("works in a folder below the top of a repository", async () => {
		const top = temporaryFolder();
		disposers.push(top.dispose);
		const inner = await repository();
		rmSync(join(inner, ".git"), { recursive: true });
		await git(top.root, "init", "-q", "-b", "main");
		const { cpSync } = await import("node:fs");
		cpSync(inner, join(top.root, "inner"), { recursive: true });
		await writeFiles(top.root, { "above.txt": "x" });
		await git(top.root, "add", "-A");
		await git(top.root, "commit", "-q", "-m", "x");
		writeFileSync(join(top.root, "above.txt"), "changed");
		writeFileSync(join(top.root, "inner", packet, "plan.md"), "changed");
		expect(await run(createRealHost(join(top.root, "inner")), "plan")).toMatchObject({ ok: true });
	});

	it("reads what git prints", () => {
		expect(changedPaths(" M a b\0R  new\0old\0?? u\0")).toEqual(["a b", "new", "old", "u"]);
		expect(changedPaths("")).toEqual([]);
	});
});

describe("plan's baseline", () => {
	const commands = { build: command("true", "build"), lint: command("true", "lint"), test: command("exit 1") };

	it.each([
		["no-run", true, "passed"],
		["quick", true, "passed"],
		["skip", true, "skipped"],
		["full", false, "failed"],
	] as const)("mode %s", async (baselineMode, ok, status) => {
		const root = await repository();
		const outcome = await run(createRealHost(root, { commands }), "plan", { baselineMode });
		expect(outcome.ok).toBe(ok);
		expect(JSON.parse(readFileSync(join(root, outcome.telemetryPath ?? ""), "utf8"))).toMatchObject({
			baseline: { mode: baselineMode, status },
		});
	});

	it("may fail when it is allowed to, and fails when it is told to", async () => {
		const root = await repository();
		const allowed = createRealHost(root, { commands, ...withEnvironment({ SPEC_OPS_BASELINE_ALLOW_FAIL: "1" }) });
		expect(await run(allowed, "plan", { baselineMode: "full" })).toMatchObject({
			ok: true,
			warnings: ["test: exit code 1"],
		});
		const forced = createRealHost(root, withEnvironment({ SPEC_OPS_BASELINE_FORCE_FAIL: "1" }));
		expect((await run(forced, "plan")).failures).toContain("Baseline audit status: failed");
	});
});

describe("HAL", () => {
	async function server(): Promise<{ readonly url: string; readonly seen: string[] }> {
		const seen: string[] = [];
		const http = createServer((request, response) => {
			seen.push(`${request.method} ${request.url} ${request.headers.authorization ?? "-"}`);
			response.statusCode = request.url?.startsWith("/broken") === true ? 500 : 200;
			response.end("ok");
		});
		await new Promise<void>((resolve) => http.listen(0, "127.0.0.1", resolve));
		disposers.push(() => http.close());
		const address = http.address();
		return { url: `http://127.0.0.1:${typeof address === "object" ? address?.port : 0}`, seen };
	}
	const checks = [
		{ name: "health", method: "GET", path: "/health", expectStatus: 200 },
		{ name: "ping", method: "POST", path: "ping", expectStatus: 200 },
	] as const;
	const broken = [
		...checks,
		{ name: "broken", method: "GET", path: "/broken?a='b'&c=$(id)", expectStatus: 200 },
	] as const;

	it("passes when every check answers as expected", async () => {
		const { url, seen } = await server();
		const root = await repository();
		const outcome = await run(createRealHost(root, { hal: { mode: "mock", baseUrl: url, checks } }), "validate", {
			halMode: "live",
		});
		expect(outcome).toMatchObject({ ok: true });
		expect(outcome.summary).toContain("HAL passed");
		expect(seen).toEqual(["GET /health -", "POST /ping -"]);
		const telemetry: unknown = JSON.parse(readFileSync(join(root, outcome.telemetryPath ?? ""), "utf8"));
		expect(telemetry).toMatchObject({
			hal: { summary: { status: "passed", failed_checks: [], artifacts: [expect.any(String), expect.any(String)] } },
		});
	});

	it("fails for one wrong answer and for that reason only", async () => {
		const { url, seen } = await server();
		const root = await repository();
		const hal = { mode: "live", baseUrl: url, checks: broken } as const;
		const outcome = await run(createRealHost(root, { hal }), "audit");
		expect(failedNames(outcome)).toEqual(["hal: broken"]);
		expect(outcome.failures[0]).toContain("answered 500, expected 200");
		expect(outcome.failures).toContain("HAL failed checks: broken");
		expect(seen.at(-1)).toBe("GET /broken?a='b'&c=$(id) -");
	});

	it("fails when nobody answers", async () => {
		const host = createRealHost(await repository(), {
			hal: { mode: "live", baseUrl: "http://127.0.0.1:1", checks: [checks[0]] },
		});
		expect(failedNames(await run(host, "validate"))).toEqual(["hal: health"]);
	});

	it("sends a secret that stands in no argument, no log and no evidence", async () => {
		const { url, seen } = await server();
		const root = await repository();
		const environment = { SPEC_OPS_HAL_SECRET_ENV: "HAL_KEY", HAL_KEY: "s3cret-value-123", SPEC_OPS_HAL_BASE_URL: url };
		const commands = { test: command("env") };
		const host = createRealHost(root, { hal: { mode: "live", checks }, environment, commands });
		const outcome = await run(host, "validate");
		expect(outcome.ok).toBe(true);
		const withSecret = host.commands.filter(({ environment: seenBy }) => "HAL_KEY" in seenBy);
		expect(withSecret.map(({ purpose }) => purpose)).toEqual(["http", "http"]);
		expect(seen[0]).toBe("GET /health Bearer s3cret-value-123");
		expect(host.commands.map(({ command: text }) => String(text)).join()).not.toContain("s3cret");
		for (const path of await host.files.list(".code")) {
			expect(await host.files.read(path), path).not.toContain("s3cret");
		}
	});

	it("is skipped without its secret, unless the secret is required", async () => {
		const root = await repository();
		const hal = { mode: "live", checks } as const;
		const environment = { SPEC_OPS_HAL_SECRET_ENV: "HAL_KEY" };
		const skipped = await run(createRealHost(root, { hal, environment }), "validate");
		expect(skipped.ok).toBe(true);
		expect(skipped.scenarios).toContainEqual({ name: "hal", status: "skipped" });
		const required = createRealHost(root, { hal, environment: { ...environment, SPEC_OPS_HAL_REQUIRE_SECRET: "1" } });
		expect((await run(required, "validate")).failures).toContain("HAL failed checks: secret");
		const hostile = createRealHost(root, {
			hal,
			environment: { SPEC_OPS_HAL_SECRET_ENV: "A;id", "A;id": "x", SPEC_OPS_HAL_REQUIRE_SECRET: "1" },
		});
		expect(failedNames(await run(hostile, "validate"))).toEqual(["hal"]);
	});

	it.each([
		["mock mode", { mode: "mock" }, {}],
		["SPEC_OPS_HAL_SKIP", { mode: "live" }, { SPEC_OPS_HAL_SKIP: "1" }],
		["SPEC_OPS_HAL_MODE=mock", { mode: "live" }, { SPEC_OPS_HAL_MODE: "mock" }],
	] as const)("requests nothing: %s", async (_name, mode, environment) => {
		const host = createRealHost(await repository(), { hal: { ...mode, checks }, environment });
		const outcome = await run(host, "validate");
		expect(outcome.ok).toBe(true);
		expect(host.commands.some(({ purpose }) => purpose === "http")).toBe(false);
	});

	it("in mock mode is told of in telemetry when asked for, and SPEC_OPS_HAL_MODE can turn it on", async () => {
		const root = await repository();
		const told = await run(createRealHost(root, withEnvironment({ SPEC_OPS_TELEMETRY_HAL: "1" })), "validate");
		expect(told.summary).toContain("HAL skipped");
		const { url, seen } = await server();
		const live = createRealHost(root, {
			hal: { mode: "mock", baseUrl: url, checks },
			environment: { SPEC_OPS_HAL_MODE: "live" },
		});
		expect(await run(live, "validate")).toMatchObject({ ok: true });
		expect(seen).toHaveLength(2);
		const bad = createRealHost(root, { hal: { mode: "live", baseUrl: "file:///etc/passwd", checks } });
		expect((await run(bad, "validate")).failures).toContain("HAL failed checks: base-url");
	});
});

describe("runGuardrail", () => {
	it("runs the policy layers, which warn and never fail", async () => {
		const environment = {
			SPEC_OPS_POLICY_PREFILTER_CMD: "test {spec_id} = SPEC-KIT-065 && test {stage} = plan",
			SPEC_OPS_POLICY_FINAL_CMD: "echo no; exit 1",
		};
		const root = await repository();
		const outcome = await run(createRealHost(root, { environment }), "plan");
		expect(outcome).toMatchObject({ ok: true, warnings: ["policy final: exit code 1: no"] });
		expect(JSON.parse(readFileSync(join(root, outcome.telemetryPath ?? ""), "utf8"))).toMatchObject({
			policy: { prefilter: { status: "passed" }, final: { status: "failed" } },
		});
	});

	it("hands the documented variables to commands", async () => {
		const environment = { SPEC_OPS_SESSION_ID: "session-7" };
		const text = "env | grep ^SPEC_OPS_ | sort";
		const root = await repository();
		const host = createRealHost(root, { commands: { test: command(text) }, environment });
		const outcome = await run(host, "validate", { halMode: "live" });
		const log = (await host.files.list(".code")).find((path) => path.endsWith(".log")) ?? "";
		const said = await host.files.read(log);
		for (const line of [
			"SPEC_OPS_SESSION_ID=session-7",
			"SPEC_OPS_HAL_MODE=live",
			"SPEC_OPS_TELEMETRY_HAL=1",
			`SPEC_OPS_STAGE_DIR=.code/evidence/commands/${specId}`,
		]) {
			expect(said).toContain(line);
		}
		expect(JSON.parse(readFileSync(join(root, outcome.telemetryPath ?? ""), "utf8"))).toMatchObject({
			sessionId: "session-7",
		});
	});

	it("ends soon after an abort, records it, and starts nothing more", async () => {
		const root = await repository();
		const abort = new AbortController();
		const commands = { build: command("touch started; sleep 30", "build"), test: command("touch never") };
		const host = createRealHost(root, { commands });
		const running = run(host, "validate", { signal: abort.signal });
		await expect.poll(() => host.commands.some(({ id }) => id.endsWith("/build"))).toBe(true);
		const startedAt = performance.now();
		abort.abort();
		const outcome = await running;
		expect(performance.now() - startedAt).toBeLessThan(2000);
		expect(failedNames(outcome)).toEqual(["build", "cancelled"]);
		expect(outcome.telemetryPath).toBeDefined();
		expect(await host.files.read("never")).toBeUndefined();
	});

	it("is a failure, not an exception, when evidence cannot be written or read back", async () => {
		const root = await repository();
		const host = createRealHost(root);
		const refusing = { ...host, evidence: { ...host.evidence, write: () => Promise.reject(new Error("disk full")) } };
		expect(await run(refusing, "plan")).toMatchObject({
			ok: false,
			telemetryPath: undefined,
			failures: [expect.stringContaining("disk full")],
		});
		const forgetting = { ...host, evidence: { ...host.evidence, read: () => Promise.resolve(undefined) } };
		expect(await run(forgetting, "plan")).toMatchObject({ ok: false, failures: ["Telemetry is not JSON"] });
		const unlisted = { ...host, files: { ...host.files, list: () => Promise.reject(new Error("no disk")) } };
		expect(await run(unlisted, "plan")).toMatchObject({ ok: false, failures: [expect.stringContaining("no disk")] });
	});

	it("warns of tasks that are not done, of placeholders, and of documents without a decision", async () => {
		const tasks = "- [ ] T001 open\n- [x] T002 done\n";
		const files = {
			[`${packet}/tasks.md`]: tasks,
			[`${packet}/spec.md`]: "# Spec\n[GOALS]\n",
			[`${packet}/validate.md`]: "# old\n",
		};
		const host = createRealHost(await repository({ files }));
		expect((await run(host, "validate")).warnings).toEqual([
			"packet: spec.md still has [GOALS]",
			"prerequisites: 1 of 2 tasks are not done",
		]);
		expect((await run(host, "audit")).warnings).toContain("prerequisites: validate.md states no decision");
	});

	it("finds the constitution where github/spec-kit keeps it, and older names of documents", async () => {
		const files = { ".specify/memory/constitution.md": "# C\n", [`${packet}/implementation.md`]: "# I\n" };
		const host = createRealHost(
			await repository({ files, without: ["memory", `${packet}/implement.md`] }),
			defaultSpecKitConfig,
		);
		expect(await run(host, "validate")).toMatchObject({ ok: true });
	});
});
