// Who answers in `code speckit`: programs of other vendors beside sessions of ours, agents that behave badly, what doctor
// says of each seat, and the mapping that init writes. The programs are stand-ins that write what their vendors document.

import { execFileSync } from "node:child_process";
import { chmodSync, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import path from "node:path";
import { healthyAnswer, healthyFiles } from "@codex/spec-kit/testing";
import { describe, expect, test } from "vitest";
import { makeCli } from "../cli-fixture.ts";
import { type AskedAgent, oneVendor, specKitModel } from "../spec-kit-model.ts";

const specId = "SPEC-KIT-005-reset";

/** The healthy answers of plan, by role, for a stand-in. */
const answers = JSON.stringify(
	Object.fromEntries(
		(["research", "synthesis", "review", "aggregator"] as const).map((role) => [
			role,
			healthyAnswer({ agent: "claude", role, purpose: { stage: "plan" } }),
		]),
	),
);

const reads = `
const fs = require("node:fs");
const prompt = fs.readFileSync(0, "utf8");
const role = /asked as ([\\w-]+) for/.exec(prompt)?.[1];
const answer = (${answers})[role];
`;

const programs: Readonly<Record<string, string>> = {
	claude: `${reads}console.log(JSON.stringify({ type: "result", is_error: false, result: JSON.stringify(answer), total_cost_usd: 0.125, usage: { input_tokens: 5, output_tokens: 6 } }));`,
	gemini: `${reads}console.log(JSON.stringify({ response: "Here:\\n\`\`\`json\\n" + JSON.stringify(answer) + "\\n\`\`\`", stats: { models: { "gemini-2.5-pro": { tokens: { prompt: 7, candidates: 8 } } } } }));`,
	codex: `${reads}console.log(JSON.stringify({ type: "item.completed", item: { type: "agent_message", text: JSON.stringify(answer) } })); console.log(JSON.stringify({ type: "turn.completed", usage: { input_tokens: 1, output_tokens: 2 } }));`,
	prose: `${reads}console.log("I would rather talk about it.");`,
	dies: `process.kill(process.pid, "SIGKILL");`,
	never: `setInterval(() => 1, 1000);`,
};

async function scene(settings: string, answer?: (asked: AskedAgent) => object | string | undefined) {
	const cli = await makeCli({
		script: specKitModel(answer),
		files: healthyFiles(specId),
		homeFiles: { "config.toml": settings },
	});
	rmSync(path.join(cli.cwd, ".git"), { recursive: true });
	const git = (...words: string[]): unknown =>
		execFileSync("git", ["-c", "user.name=T", "-c", "user.email=t@example.invalid", ...words], { cwd: cli.cwd });
	git("init", "--quiet", "--initial-branch=main");
	git("add", "--all");
	git("commit", "--quiet", "--message", "one");
	const bin = path.join(cli.codeHome, "..", "bin");
	mkdirSync(bin, { recursive: true });
	for (const [name, text] of Object.entries(programs)) {
		writeFileSync(path.join(bin, name), `#!${process.execPath}\n${text}\n`);
		chmodSync(path.join(bin, name), 0o755);
	}
	const env = { PATH: `${bin}:${process.env["PATH"] ?? ""}` };
	const json = async (...words: readonly string[]) => {
		const run = await cli.run(["speckit", ...words, "--json"], { env });
		return { code: run.code, stderr: run.stderr, answer: JSON.parse(run.stdout) };
	};
	return { cli, json, bin };
}

const mapped = (entries: Readonly<Record<string, string>>): string => {
	const names = [...new Set(Object.values(entries))];
	return [
		oneVendor,
		...names.map((name) => `[[agents]]\nname = "${name}"\n`),
		...Object.entries(entries).map(([agent, name]) => `[speckit.agents.${agent}]\ncommand = "${name}"\n`),
	].join("\n");
};

/** Settings without the seat that is mapped anew: a table may stand once. */
const withPrograms = (entries: Readonly<Record<string, string>>): string => {
	const kept = oneVendor
		.split("\n\n")
		.filter((block) => !Object.keys(entries).some((agent) => block.includes(`[speckit.agents.${agent}]`)))
		.join("\n\n");
	return mapped(entries).replace(oneVendor, kept);
};

describe("programs", () => {
	test("fill seats beside sessions, with their models and costs on record", async () => {
		const { json, cli } = await scene(withPrograms({ claude: "claude", gemini: "gemini", gpt_pro: "codex" }));
		const { answer, code } = await json("plan", specId);
		expect(answer).toMatchObject({ outcome: "complete", verdicts: [{ status: "ok", missing: [] }] });
		expect(code).toBe(0);
		expect(answer.spend.cost_usd).toBeCloseTo(0.125);
		expect(answer.spend.tokens).toBe(11 + 15 + 3 + 3);
		expect(cli.server.requests).toEqual([]);
		const trace = await json("trace", specId);
		expect(trace.answer.costs).toContainEqual(
			expect.objectContaining({ agent: "gemini", model: "gemini-2.5-pro", tokens: 15 }),
		);
	});

	test.each([
		["prose", "prose", /invalid|did not answer|missing/],
		["died", "dies", /failed|signal|exit code/],
		["was not there", "nowhere", /not on the search path/],
	])("an agent that %s makes the verdict degraded, visibly, and the others are unharmed", async (_, name, words) => {
		const { json } = await scene(withPrograms({ claude: name }));
		const { answer, code, stderr } = await json("plan", specId);
		expect(code).toBe(12);
		expect(answer).toMatchObject({ outcome: "halted", code: "missing_agents" });
		expect(answer.reason).toContain("claude");
		expect(`${answer.reason} ${stderr}`).toMatch(words);
		const going = await json("plan", specId, "-c", "speckit.consensus.allow_degraded=true");
		expect(going.answer).toMatchObject({
			outcome: "complete",
			verdicts: [{ status: "degraded", missing: ["claude"] }],
		});
	});

	test("one that asks for ten minutes is ended after the time of a call, and told as that", async () => {
		const { json } = await scene(withPrograms({ claude: "never" }));
		const words = ["-c", "speckit.consensus.timeout_seconds=1", "-c", "speckit.retry.max_retries=0"];
		const { answer, stderr } = await json("plan", specId, ...words);
		expect(answer).toMatchObject({ outcome: "halted", code: "missing_agents" });
		expect(stderr).toContain("claude (synthesis) timed_out");
		expect(execFileSync("bash", ["-c", "pgrep -f '[/]bin/never' || true"], { encoding: "utf8" })).toBe("");
	});

	test("are not asked in a replay, and a repository cannot name them", async () => {
		const { json, cli } = await scene(withPrograms({ claude: "claude" }));
		mkdirSync(path.join(cli.cwd, "rec"));
		const replayed = await json("plan", specId, "--replay", "rec");
		expect(replayed.answer.reason).toContain("claude is a program: its answers are not recorded");
		const other = await scene(oneVendor);
		mkdirSync(path.join(other.cli.cwd, ".code"), { recursive: true });
		writeFileSync(
			path.join(other.cli.cwd, ".code/config.toml"),
			'[[agents]]\nname = "dies"\n\n[speckit.agents.claude]\ncommand = "dies"\n',
		);
		const { answer } = await other.json("doctor", "--trust");
		expect(JSON.stringify(answer.agents)).not.toContain("dies");
	});
});

describe("sessions that answer badly", () => {
	const schema = { type: "object", properties: { work_breakdown: { type: "array" } } };
	test.each([
		["prose", "Let us talk about it first.", "missing_agents"],
		["the schema", JSON.stringify(schema), "missing_agents"],
		["half a JSON", '{"work_breakdown": [{"step": "Add', "missing_agents"],
		["nothing", "", "missing_agents"],
	])("with %s: asked again, counted, and then missing", async (_, text, code) => {
		const { json, cli } = await scene(oneVendor, ({ agent }) => (agent === "claude" ? text : undefined));
		const { answer, stderr } = await json("plan", specId, "-c", "speckit.retry.max_retries=2");
		expect(answer).toMatchObject({ outcome: "halted", code });
		expect(stderr.match(/claude \(synthesis\) running/g)?.length).toBeGreaterThan(1);
		expect(cli.server.requests.length).toBeLessThan(20);
	});

	test("that disagree on the decision are settled or asked about, never averaged", async () => {
		const { json } = await scene(oneVendor, ({ agent, role, stage }) => {
			if (role === "aggregator" || role === "arbiter") return undefined;
			const decision = agent === "claude" ? "needs-clarification" : "go";
			return { ...healthyAnswer({ agent, role, purpose: { stage } }), decision };
		});
		const { answer } = await json("plan", specId);
		expect(answer.verdicts[0]).toMatchObject({ decision: "go" });
		expect(answer.verdicts[0].dissent + answer.verdicts[0].conflicts).toBeGreaterThan(0);
	});
});

/** Twelve forms of keys, put together here so that no scanner takes this file for a leak. */
const secrets: readonly string[] = [
	["sk", "proj", "Abcdefghijklmnopqrstuvwxyz0123456789ABCD"].join("-"),
	["sk", "ant", "api03", "Abcdefghijklmnopqrstuvwxyz0123456789ABCD"].join("-"),
	`AIza${"SyA1234567890abcdefghijklmnopqrstuv"}`,
	`ghp_${"0123456789abcdefghijABCDEFGHIJ012345"}`,
	`github_pat_${"11ABCDEFG0123456789abc_ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789abcdefghijklmnopqrs"}`,
	`glpat-${"0123456789abcdefghij"}`,
	`AKIA${"IOSFODNN7EXAMPLE"}`,
	`xoxb-${"123456789012-123456789012-abcdefghijklmnopqrstuvwx"}`,
	`npm_${"0123456789abcdefghijABCDEFGHIJ012345"}`,
	`sk_live_${"0123456789abcdefghijABCD"}`,
	`hf_${"abcdefghijklmnopqrstuvwxyzABCDEFGH"}`,
	`eyJ${"hbGciOiJIUzI1NiJ9"}.eyJ${"zdWIiOiIxMjM0NTY3ODkwIn0"}.${"dozjgNryP4J3jVmNHl0w5N_XgL0n3I9PlFUP0THsR8U"}`,
];

test("keys of twelve forms in agents' answers reach no evidence, journal, document, report or stream", async () => {
	const { json, cli } = await scene(oneVendor, ({ agent, role, stage }) => {
		const healthy = healthyAnswer({ agent, role, purpose: { stage } });
		return JSON.parse(JSON.stringify(healthy).replaceAll(/"(risk|step|rationale)":"/g, `"$1":"${secrets.join(" ")} `));
	});
	const run = await json("plan", specId);
	const report = await json("trace", specId, "--html");
	expect(existsSync(path.join(cli.cwd, report.answer.html))).toBe(true);
	const kept = execFileSync("find", [cli.cwd, cli.codeHome, "-type", "f", "-not", "-path", "*/.git/*"], {
		encoding: "utf8",
	});
	const texts = [
		run.stderr,
		JSON.stringify(run.answer),
		JSON.stringify(report.answer),
		...kept
			.trim()
			.split("\n")
			.map((file) => readFileSync(file, "utf8")),
	];
	expect(texts.length).toBeGreaterThan(20);
	for (const secret of secrets)
		expect(texts.filter((text) => text.includes(secret)).length, secret.slice(0, 8)).toBe(0);
});

describe("doctor and init", () => {
	test("say of each seat whether it can be filled, and why not", async () => {
		const { json } = await scene(
			'[[agents]]\nname = "claude"\n\n[speckit.agents.claude]\ncommand = "claude"\nmodel = "m"\n\n[speckit.agents.code]\nenabled = false\n\n[speckit.agents.gpt_pro]\ncommand = "nobody"\n',
		);
		const { answer, code } = await json("doctor");
		expect(code).toBe(3);
		const by = Object.fromEntries(answer.agents.map((seat: { agent: string }) => [seat.agent, seat]));
		expect(by.claude).toEqual({ agent: "claude", on: "the program claude on m" });
		expect(by.gpt_codex).toMatchObject({ on: expect.stringContaining("openai/") });
		expect(by.gpt_codex.missing).toBeUndefined();
		expect(by.gemini.missing).toContain("GEMINI_API_KEY");
		expect(by.code.missing).toContain("switched off");
		expect(by.gpt_pro.missing).toContain("there is no [[agents]] entry called `nobody`");
	});

	test("init gives a user with one key a full roster, once, and leaves the user's own settings alone", async () => {
		const { json, cli } = await scene(
			'# mine\n[speckit.agents.gemini]\nenabled = true\nmodel = "own"\nprovider = "openai"\n',
		);
		const config = path.join(cli.codeHome, "config.toml");
		const dry = await json("init", "--dry-run");
		expect(dry.answer.agents.map(({ agent }: { agent: string }) => agent)).toEqual(["claude"]);
		expect(readFileSync(config, "utf8")).not.toContain("claude");
		await json("init");
		const text = readFileSync(config, "utf8");
		expect(text).toContain("# mine");
		expect(text).toContain('model = "own"');
		expect(text).toMatch(/\[speckit\.agents\.claude\]\s+provider = "openai"/);
		expect((await json("doctor")).code).toBe(0);
		expect((await json("init")).answer.agents).toEqual([]);
	});
});
