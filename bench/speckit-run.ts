// Benchmarks what Spec-Kit's orchestration costs: whole runs of six stages with agents that answer at once, on a real disk
// with journal, evidence, locks and the memory server as shipped; and `status` beside 100 SPECs and 10,000 evidence files.
// Nothing is asserted. The targets are 2 s for a run and 1 s for a status.
// usage: node --conditions=@codex/source bench/speckit-run.ts [--runs N] (default 5); `build` first

import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { createRuntime, loadSpecKit } from "../packages/runtime/src/index.ts";
import { fakeSpecId, healthyAnswer, healthyFiles } from "../packages/spec-kit/src/testing/index.ts";

const at = process.argv.indexOf("--runs");
const runs = at === -1 ? 5 : Number(process.argv[at + 1]) || 5;
const folder = mkdtempSync(path.join(tmpdir(), "code-bench-speckit-"));
const home = path.join(folder, "home");

function makeRepository(name: string): string {
	const root = path.join(folder, name);
	for (const [file, text] of Object.entries({ ...healthyFiles(), ".gitignore": ".code/evidence\n" })) {
		mkdirSync(path.dirname(path.join(root, file)), { recursive: true });
		writeFileSync(path.join(root, file), text);
	}
	const git = (...words: string[]): unknown =>
		execFileSync("git", ["-c", "user.name=B", "-c", "user.email=b@example.invalid", ...words], { cwd: root });
	git("init", "--quiet");
	git("add", "--all");
	git("commit", "--quiet", "--message", "one");
	return root;
}

const bundle = path.join(import.meta.dirname, "../apps/cli/bin/code.js");
const made = createRuntime({
	version: "0.0.0",
	environment: {
		env: { PATH: process.env["PATH"], HOME: home, CODE_HOME: path.join(home, ".code") },
		homedir: home,
		tmpdir: tmpdir(),
		cwd: folder,
	},
	program: { command: process.execPath, args: [bundle] },
});
if (made.kind === "error") throw new Error(made.lines.join("\n"));
const { runtime } = made;
const kit = await loadSpecKit();
const spend = { attempts: 1, wallMs: 0, tokens: 100, costUsd: 0.01 };
const usage = {
	inputTokens: 90,
	cachedInputTokens: 0,
	cacheWriteInputTokens: 0,
	outputTokens: 10,
	reasoningOutputTokens: 0,
};

async function oneRun(
	root: string,
): Promise<{ readonly ms: number; readonly calls: number; readonly problems: number }> {
	let [calls, problems] = [0, 0];
	const ready = await kit.createSpecKitHost(runtime, {
		flags: { overrides: [] },
		cwd: root,
		emit: ({ msg }) => {
			if (msg.type === "warning" && /emory/.test(msg.message)) problems += 1;
		},
		agents: {
			run: (task) => {
				calls += 1;
				if (task.access === "workspace-write") {
					mkdirSync(path.join(task.cwd, "src"), { recursive: true });
					writeFileSync(path.join(task.cwd, "src/reset.ts"), "export const reset = true;\n");
					return Promise.resolve({ kind: "answered", text: "Done.", model: "instant", usage, spend });
				}
				const [, place = "", agent = "", role = ""] = task.id.split("/");
				return Promise.resolve({
					kind: "answered",
					text: answerFor(place, agent, role, task.id),
					model: "instant",
					usage,
					spend,
				});
			},
		},
	});
	if (ready.kind === "error") throw new Error(ready.lines.join("\n"));
	const parsed = kit.parseCommandLine(["auto", fakeSpecId]);
	if (!parsed.ok) throw new Error(parsed.message);
	const begun = performance.now();
	const result = await kit.performSpecKit(ready, parsed.command, { signal: new AbortController().signal });
	const ms = performance.now() - begun;
	if (result.kind !== "run" || result.result.outcome.kind !== "complete") throw new Error(JSON.stringify(result));
	await ready.close();
	return { ms, calls, problems };
}

/** Ids are `<run>/<stage or checkpoint>/[<gate>/]<agent>/<role>/<attempt>`. */
function answerFor(place: string, agent: string, role: string, id: string): string {
	const parts = id.split("/");
	const named = kit.stages.find((stage) => stage === place);
	const [who, as] = named === undefined ? [parts.at(-3), parts.at(-2)] : [agent, role];
	const request = { agent: who, role: as, purpose: { stage: named ?? "plan" } };
	return JSON.stringify(healthyAnswer(JSON.parse(JSON.stringify(request))));
}

async function statusMs(): Promise<number> {
	const root = makeRepository("many");
	const evidence = path.join(root, ".code/evidence");
	for (let spec = 0; spec < 100; spec += 1) {
		const id = spec === 0 ? fakeSpecId : `SPEC-KIT-${String(spec * 5).padStart(3, "0")}`;
		mkdirSync(path.join(root, "docs", id), { recursive: true });
		writeFileSync(path.join(root, "docs", id, "PRD.md"), "# PRD\n");
		for (const category of ["commands", "consensus"]) {
			const place = path.join(evidence, category, id);
			mkdirSync(place, { recursive: true });
			for (let file = 0; file < 50; file += 1) {
				const time = `20261101T${String(100_000 + file).slice(-6)}000Z`;
				const name = `spec-plan_${time}_run${file}_${category === "commands" ? "telemetry" : "artifact_claude"}.json`;
				writeFileSync(path.join(place, name), JSON.stringify({ specId: id, stage: "spec-plan", schemaVersion: "1" }));
			}
		}
	}
	const ready = await kit.createSpecKitHost(runtime, { flags: { overrides: [] }, cwd: root });
	if (ready.kind === "error") throw new Error(ready.lines.join("\n"));
	const parsed = kit.parseCommandLine(["status", fakeSpecId]);
	if (!parsed.ok) throw new Error(parsed.message);
	const begun = performance.now();
	await kit.performSpecKit(ready, parsed.command, { signal: new AbortController().signal });
	const ms = performance.now() - begun;
	await ready.close();
	return ms;
}

try {
	mkdirSync(path.join(home, ".code"), { recursive: true });
	const samples: number[] = [];
	for (let run = 0; run < runs; run += 1) {
		const { ms, calls, problems } = await oneRun(makeRepository(`run-${run}`));
		samples.push(ms);
		console.log(
			`run ${run + 1}: ${ms.toFixed(0)} ms for ${calls} calls${problems === 0 ? "" : `; the memory failed ${problems} times`}`,
		);
	}
	const sorted = samples.toSorted((left, right) => left - right);
	console.log(`six stages: median ${sorted[Math.floor(sorted.length / 2)]?.toFixed(0)} ms (target 2000)`);
	console.log(`status beside 100 SPECs and 10,000 files: ${(await statusMs()).toFixed(0)} ms (target 1000)`);
} finally {
	await runtime.close();
	rmSync(folder, { recursive: true, force: true });
}
