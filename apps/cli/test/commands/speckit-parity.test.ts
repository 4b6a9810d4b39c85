// Every command of Spec-Kit, by the names that people and scripts know: its slash name, its older names, its words in a shell,
// and the effect that can be seen in a scratch repository. The table is the list; a command that is missing in it fails.

import { execFileSync } from "node:child_process";
import { existsSync, readdirSync, readFileSync, rmSync } from "node:fs";
import path from "node:path";
import { loadSpecKit } from "@codex/runtime";
import { findSlashCommand, parseSlashCommand } from "@codex/spec-kit";
import { healthyFiles } from "@codex/spec-kit/testing";
import { describe, expect, test } from "vitest";
import { type CliFixture, makeCli } from "../cli-fixture.ts";
import { oneVendor, specKitModel } from "../spec-kit-model.ts";

const specId = "SPEC-KIT-005-reset";

interface Scene {
	readonly cli: CliFixture;
	readonly run: (...words: readonly string[]) => Promise<{ readonly code: number; readonly answer: Answer }>;
	readonly text: (name: string) => string;
	readonly evidence: () => readonly string[];
}

interface Answer {
	readonly [key: string]: unknown;
}

async function scene(): Promise<Scene> {
	const cli = await makeCli({
		script: specKitModel(),
		files: { ...healthyFiles(specId), ".gitignore": ".code/evidence/\n", "SPEC.md": tracker },
		homeFiles: { "config.toml": oneVendor },
	});
	rmSync(path.join(cli.cwd, ".git"), { recursive: true });
	const git = (...words: string[]): unknown =>
		execFileSync("git", ["-c", "user.name=T", "-c", "user.email=t@example.invalid", ...words], { cwd: cli.cwd });
	git("init", "--quiet", "--initial-branch=main");
	git("add", "--all");
	git("commit", "--quiet", "--message", "one");
	return {
		cli,
		run: async (...words) => {
			const { code, stdout } = await cli.run(["speckit", ...words, "--json"]);
			return { code, answer: JSON.parse(stdout) };
		},
		text: (name) => readFileSync(path.join(cli.cwd, name), "utf8"),
		evidence: () => {
			const folder = path.join(cli.cwd, ".code/evidence");
			return existsSync(folder) ? readdirSync(folder, { recursive: true }).map(String) : [];
		},
	};
}

const tracker =
	"# Tracker\n\n| Order | Task ID | Title | Status | Owners | PRD | Branch | PR | Last Validation | Evidence | Notes |\n| --- | --- | --- | --- | --- | --- | --- | --- | --- | --- | --- |\n";

const packet = (name: string): string => `docs/${specId}/${name}`;

interface Row {
	/** The slash name, then the older ones. */
	readonly slash: readonly string[];
	/** The words behind `code speckit`. */
	readonly words: readonly string[];
	readonly code?: number;
	/** What can be seen afterwards. */
	readonly seen: (scene: Scene, answer: Answer) => void;
}

/** A stage's document, verdict and costs are there. */
const stageRow = (stage: string, older: readonly string[], document = `${stage}.md`): Row => ({
	slash: [`/speckit.${stage}`, ...older],
	words: [stage, specId],
	seen: ({ text, evidence }, answer) => {
		expect(answer).toMatchObject({ outcome: "complete", verdicts: [{ stage, status: "ok" }] });
		expect(text(packet(document))).toContain("#");
		const names = evidence().join("\n");
		expect(names).toMatch(new RegExp(`spec-${stage}_[^\\n]*_verdict`));
		expect(names).toMatch(new RegExp(`spec-${stage}_[^\\n]*_cost`));
		expect(text("SPEC.md")).toContain(specId);
	},
});

const gateRow = (gate: string): Row => ({
	slash: [`/speckit.${gate}`],
	words: [gate, specId],
	seen: (_scene, answer) => {
		expect(answer).toMatchObject({ issues: expect.any(Array), questions: expect.any(Array) });
	},
});

const guardRow = (stage: string): Row => ({
	slash: [`/guardrail.${stage}`, `/spec-ops-${stage}`],
	words: ["guardrail", stage, specId, "--allow-dirty", "--hal=mock"],
	seen: ({ evidence }, answer) => {
		expect(answer).toMatchObject({ scenarios: expect.any(Array), summary: expect.any(String) });
		expect(evidence().join("\n")).toMatch(new RegExp(`spec-${stage}_[^\\n]*_telemetry`));
	},
});

// In an order in which each finds what it needs.
const rows: readonly Row[] = [
	{
		slash: ["/speckit.new", "/new-spec"],
		words: ["new", "Let", "users", "export", "their", "data"],
		seen: ({ cli, text }, answer) => {
			const made = String(answer["spec_id"]);
			expect(made).toMatch(/^SPEC-[A-Z]+-\d{3}-let-users-export/);
			expect(readdirSync(path.join(cli.cwd, "docs", made)).toSorted()).toEqual(
				expect.arrayContaining(["PRD.md", "plan.md", "spec.md", "tasks.md"]),
			);
			expect(text("SPEC.md")).toContain(made);
		},
	},
	{
		slash: ["/speckit.specify"],
		words: ["specify", specId, "Links", "are", "valid", "for", "30", "minutes"],
		seen: ({ text }) => {
			expect(text(packet("PRD.md"))).toContain("Links are valid for 30 minutes");
		},
	},
	gateRow("clarify"),
	gateRow("checklist"),
	gateRow("analyze"),
	guardRow("plan"),
	stageRow("plan", ["/spec-plan"]),
	guardRow("tasks"),
	stageRow("tasks", ["/spec-tasks"]),
	guardRow("implement"),
	stageRow("implement", ["/spec-implement"]),
	guardRow("validate"),
	stageRow("validate", ["/spec-validate"]),
	guardRow("audit"),
	stageRow("audit", ["/spec-audit"]),
	guardRow("unlock"),
	stageRow("unlock", ["/spec-unlock"]),
	{
		slash: ["/speckit.status", "/spec-status"],
		words: ["status", specId, "--stale-hours", "48"],
		seen: (_scene, answer) => {
			expect(JSON.stringify(answer["stages"])).toContain('"stage":"unlock"');
		},
	},
	{
		slash: ["/spec-consensus"],
		words: ["consensus", specId, "spec-plan"],
		seen: (_scene, answer) => {
			expect(answer).toMatchObject({ verdict: { status: "ok", stage: "plan" } });
		},
	},
	{
		slash: ["/spec-evidence-stats"],
		words: ["evidence", "stats", specId],
		seen: (_scene, answer) => {
			expect(answer["specs"]).toMatchObject([{ specId }]);
		},
	},
	{
		slash: ["/speckit.auto", "/spec-auto"],
		words: ["auto", specId, "keep", "it", "small", "--from", "audit", "--hal-mode", "mock", "--no-quality-gates"],
		seen: (_scene, answer) => {
			expect(answer).toMatchObject({ outcome: "complete", verdicts: [{ stage: "audit" }, { stage: "unlock" }] });
		},
	},
	{
		slash: ["/guardrail.auto", "/spec-ops-auto"],
		words: ["guardrail", "auto", specId, "--from=unlock"],
		seen: (_scene, answer) => {
			expect(answer).toMatchObject({ outcome: "complete", verdicts: [{ stage: "unlock" }] });
		},
	},
];

describe("the table", () => {
	test("holds every command of the catalog under all its names, and no other", async () => {
		const { commandCatalog } = await loadSpecKit();
		const names = rows.flatMap(({ slash }) => slash);
		expect(names.toSorted()).toEqual(commandCatalog.flatMap(({ slash, aliases }) => [slash, ...aliases]).toSorted());
		for (const { slash, words } of rows) {
			const found = slash.map((name) => findSlashCommand(name)?.spec.name);
			expect(new Set(found).size).toBe(1);
			const spec = commandCatalog.find(({ name }) => name === found[0]);
			expect(words.slice(0, spec?.words.length)).toEqual(spec?.words);
			// What the shell says is what the slash command says.
			const line = `${slash[0]} ${words.slice(spec?.words.length).join(" ")}`;
			if (slash[0] !== "/spec-evidence-stats") expect(parseSlashCommand(line)).toMatchObject({ ok: true });
		}
	});
});

test("in a scratch repository, one after another, each command has its effect", async () => {
	const made = await scene();
	for (const { words, seen, code = 0 } of rows) {
		const ran = await made.run(...words);
		expect({ words, code: ran.code, reason: ran.answer["reason"] ?? ran.answer["failures"] }).toMatchObject({ code });
		seen(made, ran.answer);
	}
}, 120_000);
