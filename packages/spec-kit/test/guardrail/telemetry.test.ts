import { describe, expect, it } from "vitest";
import { artifactPath, evaluateTelemetry, withArtifacts } from "../../src/guardrail/telemetry.ts";
import { parseTelemetry, readTelemetry, telemetryJsonSchemas } from "../../src/schema/telemetry-schema.ts";
import { type Stage, stages } from "../../src/stage.ts";

const envelope = (stage: Stage) => ({
	schemaVersion: 1,
	command: `spec-ops-${stage}`,
	specId: "SPEC-KIT-065",
	sessionId: "2025-10-18T00:00:00Z-123",
	timestamp: "2025-10-18T00:00:00Z",
	artifacts: [{ path: "docs/e/a.log" }],
});
const plan = (baseline: string, hook: string) => ({
	...envelope("plan"),
	baseline: { mode: "no-run", artifact: "b.md", status: baseline },
	hooks: { "session.start": hook },
});
const tasks = (status: string) => ({ ...envelope("tasks"), tool: { status } });
const implement = (lock: string, hook: string) => ({ ...envelope("implement"), lock_status: lock, hook_status: hook });
const unlock = (status: string) => ({ ...envelope("unlock"), unlock_status: status });
const validate = (scenarios: readonly object[], hal?: object) => ({
	...envelope("validate"),
	scenarios,
	...(hal === undefined ? {} : { hal }),
});
const passedOne = { name: "one", status: "passed" };

const judge = (stage: Stage, value: unknown) => {
	const parsed = parseTelemetry(stage, value);
	if (!parsed.ok) throw new Error(parsed.failures.join("; "));
	return evaluateTelemetry(parsed.telemetry);
};

describe("evaluateTelemetry", () => {
	it.each([
		["plan", plan("passed", "ok"), true, []],
		["plan", plan("skipped", "ok"), true, []],
		["plan", plan("failed", "ok"), false, ["Baseline audit status: failed"]],
		["plan", plan("unknown", "late"), false, ["Baseline audit status: unknown", "session.start hook: late"]],
		["tasks", tasks("ok"), true, []],
		["tasks", tasks("ready"), false, ["tasks hook status: ready"]],
		["implement", implement("locked", "ok"), true, []],
		["implement", implement("open", "ok"), false, ["SPEC lock status: open"]],
		["implement", implement("locked", "bad"), false, ["file_after_write hook: bad"]],
		["validate", validate([passedOne, { name: "two", status: "skipped" }]), true, []],
		["validate", validate([passedOne, { name: "two", status: "failed" }]), false, ["two: failed"]],
		[
			"validate",
			validate([passedOne], { summary: { status: "failed", failed_checks: ["a", "b"], artifacts: ["x"] } }),
			true,
			["HAL failed checks: a, b"],
		],
		["unlock", unlock("unlocked"), true, []],
		["unlock", unlock("pending"), false, ["Unlock status: pending"]],
	] as const)("%s %#", (stage, value, success, failures) =>
		expect(judge(stage, value)).toMatchObject({ success, failures }),
	);

	it("sums up scenarios and HAL", () => {
		expect(
			judge("validate", validate([passedOne, { name: "two", status: "failed" }], { summary: { status: "passed" } }))
				.summary,
		).toBe("1 of 2 scenarios passed; HAL passed");
		const none = {
			version: 1,
			stage: "audit",
			specId: "",
			sessionId: "",
			timestamp: "",
			artifacts: [],
			scenarios: [],
		} as const;
		expect(evaluateTelemetry(none)).toMatchObject({ success: false, failures: ["No validation scenarios reported"] });
		expect(evaluateTelemetry({ ...none, stage: "tasks" })).toMatchObject({ failures: ["tasks hook status: missing"] });
	});
});

describe("parseTelemetry", () => {
	it.each([
		["plan", { ...plan("passed", "ok"), specId: undefined }, "Missing required string field specId"],
		["plan", { ...plan("passed", "ok"), sessionId: " " }, "Field sessionId must be a non-empty string"],
		["plan", { ...plan("passed", "ok"), timestamp: 7 }, "Field timestamp must be a non-empty string"],
		["plan", { ...plan("passed", "ok"), artifacts: [] }, "Telemetry artifacts array is empty"],
		["plan", { ...plan("passed", "ok"), artifacts: [{}] }, "Each artifact must be a path or an object with one"],
		["plan", { ...plan("passed", "ok"), schemaVersion: "9" }, "Unknown schemaVersion"],
		["plan", { ...plan("passed", "ok"), hooks: {} }, "Missing required string field hooks.session.start"],
		["plan", { ...envelope("plan") }, "Missing required object field baseline"],
		[
			"plan",
			{ ...plan("passed", "ok"), command: "spec-ops-tasks" },
			"Unexpected command 'spec-ops-tasks' (expected spec-ops-plan)",
		],
		["validate", validate([]), "Scenarios array must not be empty"],
		["validate", validate([{ name: "x", status: "maybe" }]), "Scenario status must be passed, failed or skipped"],
		["audit", { ...envelope("audit") }, "Missing required array field scenarios"],
	] as const)("%s %#: says what is wrong", (stage, value, failure) => {
		const parsed = parseTelemetry(stage, value);
		expect(parsed).toMatchObject({ ok: false });
		if (!parsed.ok) expect(parsed.failures).toContain(failure);
	});

	it.each([1, "1", "1.0", "2.0", 2])("takes schemaVersion %j", (schemaVersion) => {
		expect(parseTelemetry("tasks", { ...tasks("ok"), schemaVersion, consensus: { agents: [] } })).toMatchObject({
			ok: true,
			telemetry: { version: String(schemaVersion).startsWith("1") ? 1 : 2 },
		});
	});

	it("takes artifacts as texts or objects, HAL with or without its summary, and keeps the policy", () => {
		const value = {
			...validate([passedOne], { status: "failed", failed_checks: ["x"] }),
			artifacts: ["a", { path: "b", sha: 1 }],
			policy: { prefilter: { status: "skipped" }, final: { model: "m", status: "failed", note: "" } },
		};
		expect(parseTelemetry("validate", value)).toMatchObject({
			telemetry: { artifacts: ["a", "b"], hal: { status: "failed", failedChecks: ["x"] }, policy: { final: "failed" } },
		});
	});
});

describe("readTelemetry", () => {
	it("repairs quotes that old scripts left in notes", () => {
		const text = JSON.stringify(
			{
				...tasks("ok"),
				policy: {
					prefilter: { model: "m", status: "passed", note: "NOTE" },
					final: { model: "m", note: "NOTE", status: "failed" },
				},
			},
			null,
			2,
		);
		const broken = text.replaceAll("NOTE", 'said "no", then \\"yes\\" {"a": 1}');
		expect(() => JSON.parse(broken)).toThrow();
		expect(readTelemetry("tasks", broken)).toMatchObject({ ok: true, telemetry: { policy: { final: "failed" } } });
		const oneLine = broken.replaceAll("\n", "");
		expect(readTelemetry("tasks", oneLine)).toMatchObject({ ok: true });
	});

	it("says that other texts are no JSON, soon", () => {
		expect(readTelemetry("tasks", "{")).toEqual({ ok: false, failures: ["Telemetry is not JSON"] });
		const startedAt = performance.now();
		readTelemetry("tasks", '"note":"'.repeat(100_000));
		expect(performance.now() - startedAt).toBeLessThan(1000);
	});

	it("has JSON Schemas", () => {
		const schemas = telemetryJsonSchemas();
		for (const stage of stages) expect(schemas[stage]).toHaveProperty("type", "object");
	});
});

describe("withArtifacts", () => {
	const evaluation = { success: true, summary: "fine", failures: [] };
	const telemetry = (artifacts: readonly string[], stage: Stage = "tasks") =>
		({ version: 1, stage, specId: "", sessionId: "", timestamp: "", artifacts, scenarios: [] }) as const;
	const place = { dir: "docs/e", exists: (path: string) => Promise.resolve(path === "docs/e/there.log") };

	it("counts those that exist, also by the absolute paths of another machine", async () => {
		expect(
			await withArtifacts(evaluation, telemetry(["docs/e/there.log", "/home/u/repo/docs/e/there.log"]), place),
		).toEqual({ success: true, summary: "fine | 2 artifacts", failures: [] });
	});

	it("names those that do not", async () => {
		expect(
			await withArtifacts(evaluation, telemetry(["docs/e/there.log", "docs/e/gone.log", "/etc/passwd"]), place),
		).toEqual({
			success: false,
			summary: "fine | 1 artifacts",
			failures: ["Artifact #2 not found at docs/e/gone.log", "Artifact #3 not found at /etc/passwd"],
		});
	});

	it("leaves validation alone", async () => {
		expect(await withArtifacts(evaluation, telemetry(["gone"], "validate"), place)).toBe(evaluation);
	});

	it("never leads out", () => {
		expect(artifactPath("../x", "e")).toBeUndefined();
		expect(artifactPath("/a/e/../x", "e")).toBeUndefined();
		expect(artifactPath("C:\\r\\e\\x.log", "e")).toBe("e/x.log");
		expect(artifactPath("./e/x", "e")).toBe("e/x");
	});
});
