// A host in memory, for tests of whoever uses the engine: agents answer what a script says, and with healthy answers
// otherwise; files, evidence, journal and memory are maps. No clock runs: time moves only by `advance`.

import { type BudgetSpend, type JsonObject, zeroUsage } from "@codex/protocol";
import type { AgentName } from "../agent.ts";
import { defaultSpecKitConfig, type SpecKitConfig } from "../config.ts";
import type {
	AgentOutcome,
	AgentRequest,
	CommandOutcome,
	CommandRequest,
	EvidenceRecord,
	MemoryHit,
	SpecKitHost,
} from "../host.ts";
import type { Answer, Question } from "../issue.ts";
import type { PipelineProgress } from "../progress.ts";
import { answerSchema } from "../schema/answers-schema.ts";

/** What an agent does: an object is its answer, a string its text, an outcome what the call came to. */
export type FakeAnswer = JsonObject | string | AgentOutcome;

/** What a fake host does. Everything has a healthy default. */
export interface FakeScript {
	readonly specId?: string;
	/** Decides a call; `undefined` means the healthy answer. `signal` aborts when the run is cancelled. */
	agent?(request: AgentRequest, signal: AbortSignal): FakeAnswer | undefined | Promise<FakeAnswer | undefined>;
	command?(request: CommandRequest): Partial<CommandOutcome> | undefined;
	ask?(questions: readonly Question[]): readonly Answer[] | "nobody" | Promise<readonly Answer[] | "nobody">;
	/** Texts that a search finds, or what it fails with. */
	readonly memory?: readonly string[] | Error;
	/** Files in place of a healthy packet and constitution. */
	readonly files?: Readonly<Record<string, string>>;
	readonly config?: Partial<SpecKitConfig>;
	/** What each call costs. Default: one attempt, 100 tokens, 0.01 $. */
	readonly spend?: Partial<BudgetSpend>;
	/** Called before a journal record is kept; may throw, as a full disk would. */
	beforeAppend?(count: number): void | Promise<void>;
}

/** A fake host and what it saw. */
export interface FakeHost extends SpecKitHost {
	/** The repository. */
	readonly repository: Map<string, string>;
	readonly requests: AgentRequest[];
	readonly commands: CommandRequest[];
	readonly records: EvidenceRecord[];
	/** Lines of the journals, by run. */
	readonly journals: Map<string, string[]>;
	readonly progress: PipelineProgress[];
	readonly asked: Question[][];
	readonly memories: { readonly content: string; readonly tags: readonly string[] }[];
	/** Moves the clock, in milliseconds. */
	advance(milliseconds: number): void;
}

/** The SPEC of a fake host that names none. */
export const fakeSpecId: string = "SPEC-KIT-005-reset";

/** A packet that is complete for the plan stage and leaves our own checks nothing to find, with a constitution. */
export function healthyFiles(specId: string = fakeSpecId): Readonly<Record<string, string>> {
	return {
		"memory/constitution.md": "# Constitution\n\n- Every change has a test.\n",
		[`docs/${specId}/spec.md`]: [
			`# ${specId}: Reset a password by mail`,
			"",
			"## User Scenarios",
			"",
			"### P1: Reset",
			"",
			"- Given a user with a verified address, when the user asks for a reset, then a mail with a link arrives within 60 s.",
			"",
			"## Edge Cases",
			"",
			"- An address that is not known gets the same answer and no mail.",
			"",
			"## Requirements",
			"",
			"### Functional Requirements",
			"",
			"- FR-1: A user can reset the password by a link that is sent by mail and is valid for 30 minutes.",
			"",
			"## Success Criteria",
			"",
			"- The integration test of FR-1 passes within 60 s.",
			"",
		].join("\n"),
	};
}

function text(value: JsonObject): string {
	return `Here is what I found.\n\n\`\`\`json\n${JSON.stringify(value, null, 2)}\n\`\`\`\n`;
}

/** The answer of an agent that has nothing to complain about. */
export function healthyAnswer(request: Pick<AgentRequest, "purpose" | "role" | "agent">): JsonObject {
	const { purpose, role, agent } = request;
	if (role === "gate") return { agent, issues: [] };
	if (role === "gate-validator") return { agent, judgements: [] };
	if (role === "arbiter") return { agent, resolutions: [] };
	const stage = "stage" in purpose ? purpose.stage : "plan";
	return { ...answerSchema(stage, role).sample, agent };
}

// Not SHA-256: the package has no hash of its own outside Node, and a fake host's hashes only have to differ.
function fakeHash(bytes: Uint8Array): string {
	let hash = 0x811c9dc5;
	for (const byte of bytes) hash = Math.imul(hash ^ byte, 0x01000193) >>> 0;
	return hash.toString(16).padStart(8, "0").repeat(8);
}

function isOutcome(answer: FakeAnswer): answer is AgentOutcome {
	return typeof answer === "object" && "kind" in answer && "spend" in answer;
}

const models: Readonly<Record<AgentName, string>> = {
	gemini: "fake-gemini",
	claude: "fake-claude",
	code: "fake-code",
	gpt_codex: "fake-codex",
	gpt_pro: "fake-pro",
};

type Stores = Pick<FakeHost, "repository" | "records" | "journals" | "memories">;

function evidenceOf({ records }: Stores): FakeHost["evidence"] {
	const stored = new Map<string, string>();
	return {
		write: (record) => {
			records.push(record);
			const { category, stage, kind, agent, content } = record;
			const name = [`spec-${stage}`, String(records.length).padStart(4, "0"), record.runId, kind, agent ?? ""];
			const path = `.code/evidence/${category}/${record.specId}/${name.filter((part) => part !== "").join("_")}.json`;
			stored.set(path, typeof content === "string" ? content : JSON.stringify(content));
			return Promise.resolve(path);
		},
		read: (path) => Promise.resolve(stored.get(path)),
		list: (id, category) =>
			Promise.resolve([...stored.keys()].filter((path) => path.startsWith(`.code/evidence/${category}/${id}/`))),
	};
}

function journalOf({ journals }: Stores, script: FakeScript): FakeHost["journal"] {
	let appended = 0;
	return {
		append: async (_specId, runId, line) => {
			appended += 1;
			await script.beforeAppend?.(appended);
			journals.set(runId, [...(journals.get(runId) ?? []), line]);
		},
		read: (_specId, runId) => Promise.resolve(journals.get(runId) ?? []),
		runs: () => Promise.resolve([...journals.keys()]),
	};
}

function memoryOf({ memories }: Stores, script: FakeScript): FakeHost["memory"] {
	return {
		search: () => {
			if (script.memory instanceof Error) return Promise.reject(script.memory);
			return Promise.resolve((script.memory ?? []).map((content): MemoryHit => ({ content })));
		},
		store: ({ content, tags }) => {
			if (script.memory instanceof Error) return Promise.reject(script.memory);
			memories.push({ content, tags });
			return Promise.resolve();
		},
	};
}

function filesOf({ repository }: Stores): FakeHost["files"] {
	return {
		read: (path) => Promise.resolve(repository.get(path)),
		write: (path, content) => {
			repository.set(path, content);
			return Promise.resolve();
		},
		list: (folder) => {
			const paths = [...repository.keys()].filter((path) => path.startsWith(`${folder.replace(/\/+$/, "")}/`));
			return Promise.resolve(paths.toSorted());
		},
	};
}

function outcomeOf(request: AgentRequest, answer: FakeAnswer, spend: BudgetSpend): AgentOutcome {
	if (typeof answer !== "string" && isOutcome(answer)) return answer;
	const { tokens } = spend;
	return {
		kind: "answered",
		text: typeof answer === "string" ? answer : text(answer),
		model: models[request.agent],
		usage: { ...zeroUsage, inputTokens: tokens },
		spend,
	};
}

/** Makes a fake host. */
export function createFakeHost(script: FakeScript = {}): FakeHost {
	const repository = new Map(Object.entries(script.files ?? healthyFiles(script.specId ?? fakeSpecId)));
	const stores: Stores = { repository, records: [], journals: new Map(), memories: [] };
	const seen = { requests: [] as AgentRequest[], commands: [] as CommandRequest[], asked: [] as Question[][] };
	const progress: PipelineProgress[] = [];
	// 2026-11-23T00:00:00Z.
	let now = 1_795_392_000_000;
	let ids = 0;
	const spend: BudgetSpend = { attempts: 1, wallMs: 0, tokens: 100, costUsd: 0.01, ...script.spend };
	return {
		...stores,
		...seen,
		progress,
		advance: (milliseconds) => {
			now += milliseconds;
		},
		runAgent: async (request, signal) => {
			seen.requests.push(request);
			return outcomeOf(request, (await script.agent?.(request, signal)) ?? healthyAnswer(request), spend);
		},
		runCommand: (request) => {
			seen.commands.push(request);
			const healthy: CommandOutcome = { exitCode: 0, stdout: "", stderr: "", durationMs: 1 };
			return Promise.resolve({ ...healthy, ...script.command?.(request) });
		},
		memory: memoryOf(stores, script),
		evidence: evidenceOf(stores),
		journal: journalOf(stores, script),
		files: filesOf(stores),
		ask: (questions) => {
			seen.asked.push([...questions]);
			return Promise.resolve(script.ask?.(questions) ?? "nobody");
		},
		emit: (event) => void progress.push(event),
		nowMs: () => now,
		newId: () => {
			ids += 1;
			return `run-${String(ids).padStart(4, "0")}`;
		},
		sha256: fakeHash,
		config: { ...defaultSpecKitConfig, ...script.config },
	};
}
