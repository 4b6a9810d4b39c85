// A host of one's own: agents are any command that reads a prompt on its standard input and prints an answer.
// usage: AGENT_COMMAND="my-model --json" node minimal-host.ts SPEC-ID [--resume RUN]

import { type SpawnOptionsWithoutStdio, spawn } from "node:child_process";
import { createHash, randomUUID } from "node:crypto";
import { createPipeline, parseSpecKitConfig, pipelineExitCode, type SpecKitHost } from "@codex/spec-kit";
import { createEvidenceStore, createJournalStore, createPacketFiles } from "@codex/spec-kit/node";

const root = process.cwd();
const agentCommand = process.env["AGENT_COMMAND"] ?? "cat";

/** Runs a program to its end; an abort ends it. */
async function run(argv: readonly string[], input: string, options: SpawnOptionsWithoutStdio) {
	const child = spawn(argv[0] ?? "true", argv.slice(1), { cwd: root, ...options });
	let stdout = "";
	let stderr = "";
	child.stdout.on("data", (data) => (stdout += String(data)));
	child.stderr.on("data", (data) => (stderr += String(data)));
	child.stdin.on("error", () => undefined).end(input);
	const exitCode = await new Promise<number | null>((resolve) =>
		child.on("error", () => resolve(null)).on("close", resolve),
	);
	return { exitCode, stdout, stderr };
}

const settings = parseSpecKitConfig({}, { environment: {} });
if (!settings.ok) throw new Error(settings.errors.join("\n"));
const place = { root, evidenceDir: settings.config.evidenceDir };

const host: SpecKitHost = {
	config: settings.config,
	files: createPacketFiles({ root }),
	evidence: createEvidenceStore(place),
	journal: createJournalStore(place),
	runAgent: async ({ prompt, agent, role, purpose }, signal) => {
		const env = { ...process.env, AGENT: agent, ROLE: role, PURPOSE: Object.values(purpose).join() };
		const { exitCode, stdout, stderr } = await run(["sh", "-c", agentCommand], prompt, { env, signal });
		const spend = { attempts: 1, wallMs: 0, tokens: 0, costUsd: 0 };
		if (exitCode !== 0) return { kind: signal.aborted ? "cancelled" : "failed", reason: stderr.slice(-200), spend };
		const usage = {
			inputTokens: 0,
			cachedInputTokens: 0,
			cacheWriteInputTokens: 0,
			outputTokens: 0,
			reasoningOutputTokens: 0,
		};
		return { kind: "answered", text: stdout, model: agentCommand, usage, spend };
	},
	runCommand: async ({ command, environment, timeoutMs }, signal) => {
		const begin = Date.now();
		const argv = typeof command === "string" ? ["sh", "-c", command] : command;
		const done = await run(argv, "", { env: { ...process.env, ...environment }, signal, timeout: timeoutMs });
		return { ...done, durationMs: Date.now() - begin };
	},
	memory: { search: async () => [], store: async () => undefined },
	ask: async () => "nobody",
	emit: ({ msg }) => console.log(JSON.stringify(msg)),
	nowMs: () => Date.now(),
	newId: () => `${new Date().toISOString().replaceAll(/\D/g, "")}-${randomUUID().slice(0, 8)}`,
	sha256: (bytes) => createHash("sha256").update(bytes).digest("hex"),
};

const [specId = "", flag, journal = ""] = process.argv.slice(2);
const { result } = createPipeline({ host, specId, ...(flag === "--resume" ? { journal } : {}) });
process.exitCode = pipelineExitCode((await result).outcome);
