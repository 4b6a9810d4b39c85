// The catalog: every name of the reference is there, slash text and command line mean the same, nothing hostile gets
// through, and every command does something that can be seen.

import { describe, expect, it } from "vitest";
import { commandCatalog } from "../../src/commands/catalog.ts";
import type { CommandName, ParsedCommand } from "../../src/commands/command.ts";
import { commandHelp, expectedCalls } from "../../src/commands/help.ts";
import { findSlashCommand, parseCommandLine, parseSlashCommand } from "../../src/commands/parse.ts";
import { type CommandResult, performCommand } from "../../src/commands/perform-command.ts";
import { stages } from "../../src/stage.ts";
import { createFakeHost, type FakeHost, type FakeScript, fakeSpecId } from "../../src/testing/fake-host.ts";
import { issue, outcome, runOn } from "../driver/runs.ts";

const understood = (text: string): ParsedCommand => {
	const parsed = parseSlashCommand(text);
	if (!parsed.ok) throw new Error(parsed.message);
	return parsed.command;
};

describe("the catalog", () => {
	it("has every name of the reference, 38 of them, each once", () => {
		const names = commandCatalog.flatMap(({ slash, aliases }) => [slash, ...aliases]);
		const expected = [
			...["new", "specify", "clarify", "analyze", "checklist", ...stages, "auto", "status"].map(
				(name) => `/speckit.${name}`,
			),
			"/new-spec",
			...stages.map((stage) => `/spec-${stage}`),
			"/spec-auto",
			"/spec-status",
			...[...stages, "auto"].flatMap((name) => [`/guardrail.${name}`, `/spec-ops-${name}`]),
			"/spec-evidence-stats",
			"/spec-consensus",
		];
		expect(names.toSorted()).toEqual(expected.toSorted());
		expect(names).toHaveLength(38);
		expect(new Set(names).size).toBe(names.length);
		expect(new Set(commandCatalog.map(({ words }) => words.join(" "))).size).toBe(commandCatalog.length);
	});

	it.each(commandCatalog.map((spec) => [spec.slash, spec] as const))(
		"%s means the same as slash text, as an older name and on a command line",
		(_, spec) => {
			const slash = parseSlashCommand(`${spec.slash} ${spec.example}`);
			expect(slash).toMatchObject({ ok: true, command: { name: spec.name } });
			for (const alias of spec.aliases) expect(parseSlashCommand(`  ${alias}  ${spec.example} `)).toEqual(slash);
			expect(parseCommandLine([...spec.words, ...spec.example.split(" ")])).toEqual(slash);
			expect(findSlashCommand(spec.slash)).toEqual({ spec, deprecated: false });
		},
	);

	it.each(commandCatalog.map((spec) => [spec.slash, spec] as const))(
		"%s has a help that names what it takes and costs",
		(_, spec) => {
			const help = commandHelp(spec);
			expect(help).toContain(spec.summary);
			expect(help).toContain(`Tier ${spec.tier}`);
			for (const { name } of spec.flags) expect(help).toContain(`--${name}`);
			for (const alias of spec.aliases) expect(help).toContain(alias);
			expect(spec.tier === "0").toBe(expectedCalls(spec) === 0);
		},
	);

	it("says which names are older ones", () => {
		expect(findSlashCommand("/SPEC-OPS-PLAN")).toMatchObject({ deprecated: true, spec: { name: "guardrail.plan" } });
		expect(findSlashCommand("/nothing")).toBeUndefined();
	});
});

describe("arguments", () => {
	it.each([
		["/spec-auto SPEC-KIT-1 do it --from=tasks well", { text: "do it well", from: "tasks" }],
		["/spec-auto SPEC-KIT-1 --resume-from spec-plan --to REVIEW", { from: "plan", to: "audit" }],
		["/spec-auto SPEC-KIT-1 --hal skip", { halMode: "mock" }],
		["/spec-auto SPEC-KIT-1 --hal-mode=REAL", { halMode: "live" }],
		["/spec-auto SPEC-KIT-1 --stages unlock,plan,plan", { stages: ["plan", "unlock"] }],
		['/spec-auto SPEC-KIT-1 say "hello  world" it\'s', { text: "say hello  world it's" }],
		["/spec-auto SPEC-KIT-1 -- --from nowhere", { text: "--from nowhere" }],
		["/spec-auto spec-kit-1", { specId: "SPEC-KIT-1" }],
		["/speckit.status SPEC-KIT-1 --stale-hours=0.5", { staleHours: 0.5 }],
		["/guardrail.plan SPEC-KIT-1 --skip-baseline --allow-fail", { baselineMode: "skip", allowFail: true }],
		["/spec-consensus SPEC-KIT-1 spec-review", { stage: "audit" }],
	])("%s", (text, expected) => {
		expect(understood(text)).toMatchObject(expected);
	});

	it.each([
		["/speckit.autoo SPEC-KIT-1", "unknown_command", "/speckit.auto"],
		["/speckit.plan", "missing_spec_id", "requires a SPEC-ID"],
		["/speckit.plan ../../etc", "invalid_spec_id", "cannot contain"],
		["/speckit.plan SPEC-KIT-1$(id)", "invalid_spec_id", "SPEC-"],
		["/spec-consensus SPEC-KIT-1", "missing_stage", "requires a stage"],
		["/spec-consensus SPEC-KIT-1 plna", "unknown_stage", "plan"],
		["/spec-auto SPEC-KIT-1 --from", "missing_value", "STAGE"],
		["/spec-auto SPEC-KIT-1 --from --hal mock", "missing_value", "STAGE"],
		["/spec-auto SPEC-KIT-1 --from deploy", "unknown_stage", "deploy"],
		["/spec-auto SPEC-KIT-1 --hal maybe", "unknown_hal_mode", "mock or live"],
		["/spec-auto SPEC-KIT-1 --form plan", "unknown_flag", "--from"],
		["/spec-auto SPEC-KIT-1 --from plan --resume-from tasks", "repeated_flag", "--from"],
		["/spec-auto SPEC-KIT-1 --stages plan --from plan", "invalid_value", "--stages"],
		["/spec-auto SPEC-KIT-1 --from audit --to plan", "invalid_value", "audit to plan"],
		["/spec-auto SPEC-KIT-1 --no-quality-gates=1", "invalid_value", "no value"],
		["/speckit.status SPEC-KIT-1 --stale-hours soon", "invalid_value", "soon"],
		["/speckit.status SPEC-KIT-1 extra", "unexpected_argument", "extra"],
		["/guardrail.plan SPEC-KIT-1 --baseline-mode all", "invalid_value", "no-run"],
		["/spec-evidence-stats --spec ../x", "invalid_spec_id", "cannot contain"],
		["/speckit.new", "missing_text", "description"],
		["/speckit.new   ", "missing_text", "description"],
		["", "unknown_command", "no command"],
	])("%s is refused: %s", (text, code, said) => {
		const parsed = parseSlashCommand(text);
		expect(parsed).toMatchObject({ ok: false, code });
		expect(parsed.ok ? "" : parsed.message).toContain(said);
		if (text.startsWith("/speckit.")) {
			const [name = "", ...rest] = text.trim().split(/\s+/);
			expect(parseCommandLine([name.replace("/speckit.", ""), ...rest])).toMatchObject({ ok: false, code });
		}
	});

	it("refuses what is no command on a command line, with the nearest one", () => {
		expect(parseCommandLine([])).toMatchObject({ ok: false, code: "unknown_command" });
		const near = parseCommandLine(["guardrial", "plan", "SPEC-KIT-1"]);
		expect(near.ok ? "" : near.message).toContain("guardrail plan");
		expect(parseCommandLine(["x".repeat(100_000)]).ok).toBe(false);
	});

	it("never throws, whatever it is given", () => {
		for (const text of [
			"/",
			"//",
			"/speckit.auto \u0000",
			"/speckit.auto \ud800 --",
			`/speckit.auto ${"--a=".repeat(5000)}`,
			"/speckit.plan --hal",
		]) {
			expect(() => parseSlashCommand(text)).not.toThrow();
			expect(() => parseCommandLine(text.split(" "))).not.toThrow();
		}
	});
});

type Seen = (result: CommandResult, host: FakeHost) => void;

const finished =
	(...documents: readonly string[]): Seen =>
	(result, host) => {
		expect(result).toMatchObject({ kind: "run", result: { outcome: { kind: "complete" } } });
		for (const name of documents) expect(host.repository.get(`docs/${fakeSpecId}/${name}`)).toBeDefined();
	};

const reported =
	(report: string, calls: number): Seen =>
	(result, host) => {
		expect(result).toMatchObject({
			kind: "gate",
			outcome: { reportPath: `docs/${fakeSpecId}/${report}`, warnings: [] },
		});
		expect(host.requests).toHaveLength(calls);
	};

const guarded: Seen = (result, host) => {
	expect(result).toMatchObject({ kind: "guardrail", outcome: { ok: true } });
	expect(host.records.some(({ kind }) => kind === "telemetry")).toBe(true);
	expect(host.requests).toEqual([]);
};

const effects: Readonly<Record<CommandName, readonly [arguments_: string, seen: Seen]>> = {
	new: [
		"Let users reset their password by mail",
		(result, host) => {
			expect(result).toMatchObject({
				kind: "run",
				created: [expect.stringMatching(/PRD\.md$/), expect.stringMatching(/spec\.md$/)],
			});
			expect([...host.repository.keys()].some((path) => /^docs\/SPEC-[A-Z]+-\d{3}-let-users-reset/.test(path))).toBe(
				true,
			);
		},
	],
	specify: [
		`${fakeSpecId} Links are valid for 30 minutes`,
		(result, host) => {
			expect(result).toMatchObject({ kind: "gate", created: [`docs/${fakeSpecId}/PRD.md`] });
			expect(host.repository.get(`docs/${fakeSpecId}/PRD.md`)).toContain("Links are valid for 30 minutes");
		},
	],
	clarify: [fakeSpecId, reported("clarify.md", 3)],
	analyze: [fakeSpecId, reported("analyze.md", 3)],
	checklist: [fakeSpecId, reported("checklist.md", 2)],
	plan: [fakeSpecId, finished("plan.md")],
	tasks: [fakeSpecId, finished("tasks.md")],
	implement: [fakeSpecId, finished("implement.md")],
	validate: [fakeSpecId, finished("validate.md")],
	audit: [fakeSpecId, finished("audit.md")],
	unlock: [fakeSpecId, finished("unlock.md")],
	auto: [`${fakeSpecId} with care --no-quality-gates`, finished(...stages.map((stage) => `${stage}.md`))],
	status: [
		`${fakeSpecId} --stale-hours 1`,
		(result) =>
			expect(result).toMatchObject({ kind: "status", status: { specId: fakeSpecId, packet: { exists: true } } }),
	],
	"guardrail.plan": [`${fakeSpecId} --baseline-mode quick --manifest-path a/Cargo.toml`, guarded],
	"guardrail.tasks": [fakeSpecId, guarded],
	"guardrail.implement": [fakeSpecId, guarded],
	"guardrail.validate": [`${fakeSpecId} --hal mock`, guarded],
	"guardrail.audit": [`${fakeSpecId} --allow-dirty`, guarded],
	"guardrail.unlock": [fakeSpecId, guarded],
	"guardrail.auto": [`${fakeSpecId} --from unlock`, finished("unlock.md")],
	"evidence.stats": [
		"",
		(result) => expect(result).toMatchObject({ kind: "evidence", counts: [{ commands: expect.any(Number) }] }),
	],
	consensus: [
		`${fakeSpecId} audit`,
		(result) => expect(result).toMatchObject({ kind: "verdict", verdict: { stage: "audit", status: "ok" } }),
	],
};

/** A host on which every stage was done once. */
async function doneHost(script: FakeScript = {}): Promise<FakeHost> {
	const host = createFakeHost(script);
	await runOn(host, { qualityGates: false });
	host.requests.length = 0;
	return host;
}

describe("invariant 16: every command can be invoked and does something that can be seen (B5)", () => {
	it.each(commandCatalog.map((spec) => [spec.slash, spec] as const))("%s", async (_, spec) => {
		const host = await doneHost();
		const [words, seen] = effects[spec.name];
		seen(await performCommand(host, understood(`${spec.slash} ${words}`)), host);
	});

	it("/speckit.new adds the SPEC to the tracker, once", async () => {
		const header =
			"| Order | Task ID | Title | Status | Owners | PRD | Branch | PR | Last Validation | Evidence | Notes |";
		const host = createFakeHost({
			files: { "memory/constitution.md": "# C\n", "SPEC.md": `${header}\n|${" --- |".repeat(11)}\n` },
		});
		await performCommand(host, understood("/speckit.new Add an endpoint"));
		expect(host.repository.get("SPEC.md")).toMatch(/\| 1 \| SPEC-API-005-add-an-endpoint \| Add an endpoint \| /);
	});

	it("/speckit.specify adds the same words once, and other words beside them", async () => {
		const host = await doneHost();
		const path = `docs/${fakeSpecId}/PRD.md`;
		await performCommand(host, understood(`/speckit.specify ${fakeSpecId} One more thing`));
		const once = host.repository.get(path);
		await performCommand(host, understood(`/speckit.specify ${fakeSpecId} One more thing`));
		expect(host.repository.get(path)).toBe(once);
		for (const words of ["A second thing", "A third thing", "A second thing"]) {
			await performCommand(host, understood(`/speckit.specify ${fakeSpecId} ${words}`));
		}
		const added = "## Added Requirements\n\n- A third thing\n\n- A second thing\n";
		expect(host.repository.get(path)).toBe(`${once?.trimEnd() ?? ""}\n\n${added}`);
	});

	it("/speckit.clarify lists what is found, asks nobody, changes no document, and repairs an answer once", async () => {
		const host = createFakeHost({
			agent: ({ agent, role, prompt }) => {
				if (role !== "gate") return undefined;
				if (agent === "claude") return prompt.includes("could not be used") ? { agent, issues: [issue()] } : "no JSON";
				return agent === "code" ? outcome("missing", "no CLI") : { agent, issues: [issue()] };
			},
		});
		const before = host.repository.get(`docs/${fakeSpecId}/spec.md`);
		const result = await performCommand(host, understood(`/speckit.clarify ${fakeSpecId}`));
		expect(result).toMatchObject({
			kind: "gate",
			outcome: {
				issues: [{ agents: ["gemini", "claude"] }],
				questions: [{}],
				warnings: ["code gave no clarify answer: no CLI"],
			},
		});
		expect(host.requests).toHaveLength(4);
		expect(host.asked).toEqual([]);
		expect(host.repository.get(`docs/${fakeSpecId}/spec.md`)).toBe(before);
	});

	it("/speckit.clarify ends when it is cancelled", async () => {
		const controller = new AbortController();
		const host = createFakeHost({
			agent: () => {
				controller.abort();
				return outcome("cancelled");
			},
		});
		const { signal } = controller;
		const result = await performCommand(host, understood(`/speckit.clarify ${fakeSpecId}`), { signal });
		expect(result).toMatchObject({
			outcome: { warnings: [expect.stringContaining("cancelled"), expect.anything(), expect.anything()] },
		});
	});

	it("/spec-consensus says that there is no verdict yet; /speckit.auto passes limits, answers and abort on", async () => {
		const host = createFakeHost();
		await expect(performCommand(host, understood(`/spec-consensus ${fakeSpecId} plan`))).rejects.toMatchObject({
			code: "no_consensus_found",
		});
		const limited = await performCommand(host, understood(`/speckit.auto ${fakeSpecId}`), {
			limits: { maxAttempts: 0 },
			answers: [],
			signal: new AbortController().signal,
		});
		expect(limited).toMatchObject({ result: { outcome: { code: "budget_exhausted" } } });
	});

	it("a command that lacks what it needs is refused, also when no parser stood before it", async () => {
		const host = createFakeHost();
		await expect(performCommand(host, { name: "plan" })).rejects.toMatchObject({ code: "missing_spec_id" });
		await expect(performCommand(host, { name: "new" })).rejects.toMatchObject({ code: "missing_field" });
		await expect(performCommand(host, { name: "consensus", specId: fakeSpecId })).rejects.toMatchObject({
			code: "missing_stage",
		});
	});
});
