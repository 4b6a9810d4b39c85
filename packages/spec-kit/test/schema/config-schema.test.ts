import { describe, expect, it } from "vitest";
import { defaultSpecKitConfig } from "../../src/config.ts";
import { parseSpecKitConfig, specKitConfigJsonSchema } from "../../src/schema/config-schema.ts";

const parse = (table: unknown, environment: Record<string, string> = {}) => parseSpecKitConfig(table, { environment });

describe("parseSpecKitConfig", () => {
	it("gives the defaults for nothing", () => {
		expect(parse(undefined)).toEqual({ ok: true, config: defaultSpecKitConfig, warnings: [] });
		expect(parse({})).toEqual({ ok: true, config: defaultSpecKitConfig, warnings: [] });
	});

	it("takes every key", () => {
		const parsed = parseSpecKitConfig(
			{
				evidence_dir: "docs/e/",
				rosters: { plan: ["Claude-Sonnet", "gpt5", "claude"] },
				gate_roster: ["code"],
				tiers: { "2": ["gpt5", "gemini"] },
				aggregators: ["claude"],
				arbiter: "gpt-5",
				consensus: {
					mode: "single",
					threshold: 0.5,
					similarity: 0.7,
					quorum: 1,
					allow_degraded: true,
					majority: false,
				},
				quality_gates: { enabled: false, max_questions: 3 },
				retries: { agent: 0, validate: 1 },
				implement: { candidates: 3 },
				commands: { test: "npm test", lint: { command: "npm run lint", timeout_ms: 5 } },
				hal: { mode: "live", base_url: "http://localhost:1", checks: [{ name: "health", path: "/health" }] },
				evidence: { max_evidence_age_days: 7, soft_limit_mb: 1, hard_limit_mb: 2 },
				max_context_chars: 2000,
			},
			{ environment: { SPEC_OPS_ALLOW_DIRTY: "1" }, evidenceDir: "ignored" },
		);
		expect(parsed).toEqual({
			ok: true,
			warnings: [],
			config: {
				evidenceDir: "docs/e",
				rosters: { ...defaultSpecKitConfig.rosters, plan: ["claude", "gpt_pro"] },
				gateRoster: ["code"],
				tiers: { ...defaultSpecKitConfig.tiers, "2": ["gpt_pro", "gemini"] },
				aggregators: ["claude"],
				arbiter: "gpt_pro",
				consensus: { mode: "single", threshold: 0.5, similarity: 0.7, quorum: 1, allowDegraded: true, majority: false },
				qualityGates: { enabled: false, maxQuestions: 3 },
				retries: { agent: 0, validate: 1 },
				implement: { candidates: 3 },
				commands: {
					test: { name: "test", command: "npm test", timeoutMs: 600_000 },
					lint: { name: "lint", command: "npm run lint", timeoutMs: 5 },
				},
				hal: {
					mode: "live",
					baseUrl: "http://localhost:1",
					checks: [{ name: "health", method: "GET", path: "/health", expectStatus: 200 }],
				},
				evidence: { maxEvidenceAgeDays: 7, softLimitBytes: 1024 * 1024, hardLimitBytes: 2 * 1024 * 1024 },
				maxContextChars: 2000,
				environment: { SPEC_OPS_ALLOW_DIRTY: "1" },
			},
		});
	});

	it("turns the gates off by their variable, and uses the surroundings' evidence folder", () => {
		expect(parse({}, { SPEC_KIT_QUALITY_GATES_DISABLED: "1" })).toMatchObject({
			config: { qualityGates: { enabled: false } },
		});
		expect(parseSpecKitConfig({}, { environment: {}, evidenceDir: "docs/x" })).toMatchObject({
			config: { evidenceDir: "docs/x" },
		});
		expect(parseSpecKitConfig({}, { environment: {}, evidenceDir: "../x" })).toMatchObject({ ok: false });
	});

	it("ignores keys that nobody knows, at any depth, and says so", () => {
		expect(parse({ typo: 1, consensus: { thresold: 1, quorum: 1 } })).toMatchObject({
			ok: true,
			config: { consensus: { quorum: 1 } },
			warnings: [
				"`speckit.consensus.thresold` is not known and was ignored",
				"`speckit.typo` is not known and was ignored",
			],
		});
	});

	it.each([
		[{ evidence_dir: "../out" }, "`speckit.evidence_dir`: must be a plain path"],
		[{ rosters: { plan: [] } }, "`speckit.rosters.plan`: needs at least one agent"],
		[{ rosters: { plan: ["hal9000"] } }, "`speckit.rosters.plan.0`: must be one of gemini"],
		[{ consensus: { threshold: 0 } }, "`speckit.consensus.threshold`: must be above 0"],
		[{ consensus: { quorum: 2 } }, "`speckit.consensus.quorum`: must be at most 1"],
		[{ hal: { base_url: "file:///x" } }, "`speckit.hal.base_url`: must be an HTTP address"],
		[{ hal: { checks: [{ name: "a b", path: "/" }] } }, "`speckit.hal.checks.0.name`: must be a short word"],
		[{ evidence: { soft_limit_mb: 60 } }, "`speckit.evidence.hard_limit_mb`: must not be below"],
		[7, "`speckit`"],
	])("refuses %j", (table, error) => {
		const parsed = parse(table);
		expect(parsed.ok).toBe(false);
		if (!parsed.ok) expect(parsed.errors.join("\n")).toContain(error);
	});

	it("has a JSON Schema", () => expect(specKitConfigJsonSchema()).toHaveProperty("properties.consensus"));
});
