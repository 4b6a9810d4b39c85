// Agents as tools of a session's model: it starts some, looks after them, and takes their results. They only read; they have
// no such tools themselves; their number and their budget are the session's; they end with it.

import type { Config } from "@codex/config";
import type { McpAnswer, McpToolInfo, McpTools } from "@codex/core";
import type { BudgetLimits, BudgetSpend, Clock, JsonObject } from "@codex/protocol";
import type { AgentName, AgentOutcome } from "@codex/spec-kit";
import type { SessionMcp } from "../mcp/session-mcp.ts";
import type { AgentRunner, AgentSeat } from "./agent-task.ts";

/** What the tools stand on. */
export interface AgentToolParts {
	/** Made when the first agent is started. */
	readonly runner: () => Promise<AgentRunner>;
	/** Who can be asked, by name; `default` is the session's own model. */
	readonly seats: ReadonlyMap<string, AgentSeat>;
	/** Absolute. */
	readonly cwd: string;
	/** Of the session; what agents spend counts against them. */
	readonly limits: BudgetLimits;
	readonly clock: Clock;
	readonly newId: () => string;
}

/** How many a session may start in all, and how many at once. */
export const agentCounts: { readonly total: number; readonly running: number } = Object.freeze({
	total: 24,
	running: 6,
});

// Time of one agent where nobody limits it: the half hour of the reference.
const mostWallMs = 1_800_000;
// A result goes into the conversation.
const resultChars = 40_000;
const mostTaskChars = 100_000;
const mostWaitMs = 600_000;

interface Agent {
	readonly id: string;
	readonly name: string;
	readonly task: string;
	readonly stop: AbortController;
	readonly done: Promise<void>;
	lastLine: string;
	outcome: AgentOutcome | undefined;
}

const text = (said: string): McpAnswer => ({ kind: "ok", isError: false, parts: [{ kind: "text", text: said }] });
const wrong = (said: string): McpAnswer => ({ kind: "ok", isError: true, parts: [{ kind: "text", text: said }] });

const stateOf = ({ outcome }: Agent): string => outcome?.kind ?? "running";

function line(agent: Agent): string {
	const { id, name, task, lastLine, outcome } = agent;
	const spent = outcome === undefined ? "" : `, ${outcome.spend.tokens} tokens, $${outcome.spend.costUsd.toFixed(4)}`;
	const said = outcome === undefined ? lastLine : outcome.kind === "answered" ? "" : outcome.reason;
	const about = task.replaceAll(/\s+/g, " ").slice(0, 80);
	return `${id} ${name} ${stateOf(agent)}${spent}: ${about}${said === "" ? "" : ` – ${said}`}`;
}

const schema = (properties: JsonObject, required: readonly string[]): JsonObject => ({
	type: "object",
	properties,
	required: [...required],
	additionalProperties: false,
});

const idField: JsonObject = { type: "string", description: "Id that agent_run gave" };

class AgentTools {
	readonly #parts: AgentToolParts;
	readonly #agents = new Map<string, Agent>();
	#runner: Promise<AgentRunner> | undefined;

	constructor(parts: AgentToolParts) {
		this.#parts = parts;
	}

	get infos(): readonly McpToolInfo[] {
		const names = [...this.#parts.seats.keys()];
		const task: JsonObject = { type: "string", description: "What to find out, with all that it needs to know" };
		const agent: JsonObject = { type: "string", enum: names, description: "Who; default: the session's own model" };
		const timeout: JsonObject = { type: "number", description: "Milliseconds to wait at most; default 60000" };
		const ids: JsonObject = { type: "array", items: { type: "string" }, description: "Default: all that run" };
		const all: JsonObject = { type: "boolean", description: "Wait for all of them, not for the first; default false" };
		const rows: readonly [string, string, JsonObject][] = [
			[
				"agent_run",
				"Starts another agent in the background on a task of its own. It can read this repository and run read-only commands; it cannot write, ask anybody, or see this conversation. Returns its id at once. Start several for independent questions.",
				schema({ task, agent }, ["task"]),
			],
			["agent_check", "Says how far an agent is.", schema({ id: idField }, ["id"])],
			[
				"agent_wait",
				"Waits until agents are done, and says how all of them stand.",
				schema({ ids, all, timeout_ms: timeout }, []),
			],
			["agent_result", "The answer of an agent that is done.", schema({ id: idField }, ["id"])],
			["agent_cancel", "Ends an agent; what it has done so far is lost.", schema({ id: idField }, ["id"])],
			["agent_list", "All agents of this session with their state and cost.", schema({}, [])],
		];
		return rows.map(([name, description, parameters]) => ({
			name,
			server: "agents",
			tool: name,
			description,
			parameters,
			// They only read, and their budget is the session's.
			approval: "approve",
			origin: "user",
			claims: { readOnly: true, destructive: false },
			parallel: true,
		}));
	}

	async call(name: string, args: JsonObject, signal: AbortSignal): Promise<McpAnswer> {
		switch (name) {
			case "agent_run":
				return await this.#run(args);
			case "agent_wait":
				return await this.#wait(args, signal);
			case "agent_list":
				return text([...this.#agents.values()].map(line).join("\n") || "no agents yet");
			default: {
				const { id } = args;
				const agent = typeof id === "string" ? this.#agents.get(id) : undefined;
				if (agent === undefined) return wrong(`there is no agent ${JSON.stringify(id ?? "")}; agent_list names them`);
				return await this.#about(name, agent);
			}
		}
	}

	async #about(name: string, agent: Agent): Promise<McpAnswer> {
		switch (name) {
			case "agent_check":
				return text(line(agent));
			case "agent_cancel":
				agent.stop.abort();
				await agent.done;
				return text(line(agent));
			default: {
				const { outcome } = agent;
				if (outcome === undefined) return wrong(`${agent.id} is still running; agent_wait waits for it`);
				if (outcome.kind !== "answered") return wrong(line(agent));
				const cut =
					outcome.text.length > resultChars ? `\n[… ${outcome.text.length - resultChars} characters left out]` : "";
				return text(`${outcome.text.slice(0, resultChars)}${cut}`);
			}
		}
	}

	/** What is left of the session's limits, for one of those that may still run beside it. */
	#grant(): BudgetLimits | string {
		const { limits } = this.#parts;
		const spent = [...this.#agents.values()].reduce(
			(sum, { outcome }) => ({
				tokens: sum.tokens + (outcome?.spend.tokens ?? 0),
				costUsd: sum.costUsd + (outcome?.spend.costUsd ?? 0),
				attempts: sum.attempts + (outcome?.spend.attempts ?? 0),
			}),
			{ tokens: 0, costUsd: 0, attempts: 0 } satisfies Omit<BudgetSpend, "wallMs">,
		);
		const part = (limit: number | undefined, used: number): number | undefined =>
			limit === undefined ? undefined : Math.max(0, limit - used) / agentCounts.running;
		const [tokens, cost] = [part(limits.maxTokens, spent.tokens), part(limits.maxCostUsd, spent.costUsd)];
		if (tokens !== undefined && tokens < 1) return "no tokens are left for agents in this session";
		if (cost !== undefined && cost <= 0) return "no money is left for agents in this session";
		return {
			maxWallMs: Math.min(limits.maxWallMs ?? mostWallMs, mostWallMs),
			...(limits.maxAttempts === undefined ? {} : { maxAttempts: limits.maxAttempts }),
			...(tokens === undefined ? {} : { maxTokens: Math.floor(tokens) }),
			...(cost === undefined ? {} : { maxCostUsd: cost }),
		};
	}

	async #run({ task, agent: name = "default" }: JsonObject): Promise<McpAnswer> {
		if (typeof task !== "string" || task.trim() === "") return wrong("task: what is it to find out?");
		if (task.length > mostTaskChars) return wrong(`task: at most ${mostTaskChars} characters`);
		const seat = typeof name === "string" ? this.#parts.seats.get(name) : undefined;
		if (typeof name !== "string" || seat === undefined)
			return wrong(`agent: one of ${[...this.#parts.seats.keys()].join(", ")}`);
		const running = [...this.#agents.values()].filter(({ outcome }) => outcome === undefined).length;
		if (running >= agentCounts.running) return wrong(`${running} agents run already; wait for one of them first`);
		if (this.#agents.size >= agentCounts.total)
			return wrong(`a session may start ${agentCounts.total} agents, no more`);
		const limits = this.#grant();
		if (typeof limits === "string") return wrong(limits);
		this.#runner ??= this.#parts.runner();
		const runner = await this.#runner;
		const id = `agent-${this.#agents.size + 1}`;
		const stop = new AbortController();
		const over = Promise.withResolvers<void>();
		const agent: Agent = {
			id,
			name,
			task,
			stop,
			done: over.promise,
			lastLine: "",
			outcome: undefined,
		};
		this.#agents.set(id, agent);
		const work = runner.run(
			{
				id: `${this.#parts.newId()}/${id}`,
				seat,
				prompt: task,
				cwd: this.#parts.cwd,
				access: "read-only",
				limits,
				onProgress: ({ lastLine }) => {
					agent.lastLine = lastLine;
				},
			},
			stop.signal,
		);
		// A runner never rejects.
		void work.then((outcome) => {
			agent.outcome = outcome;
			over.resolve();
		});
		return text(`${id} was started`);
	}

	async #wait({ ids, all = false, timeout_ms: timeout }: JsonObject, signal: AbortSignal): Promise<McpAnswer> {
		const named = Array.isArray(ids) && ids.length > 0 ? ids : undefined;
		const wanted = [...this.#agents.values()].filter(({ id, outcome }) =>
			named === undefined ? outcome === undefined : named.includes(id),
		);
		const unknown = (named ?? []).filter((id) => typeof id !== "string" || !this.#agents.has(id));
		if (unknown.length > 0) return wrong(`there is no agent ${JSON.stringify(unknown[0])}`);
		if (wanted.length === 0) return text("no agent is running");
		const ms = typeof timeout === "number" && timeout > 0 ? Math.min(timeout, mostWaitMs) : 60_000;
		const dones = wanted.map(({ done }) => done);
		const enough = new AbortController();
		const patience = AbortSignal.any([signal, enough.signal]);
		const over = all === true ? Promise.all(dones) : Promise.race(dones);
		// A broken-off sleep rejects: enough was waited then.
		await Promise.race([over, this.#parts.clock.sleep(ms, patience).catch(() => undefined)]);
		enough.abort();
		return text(wanted.map(line).join("\n"));
	}

	/** Ends all that run. */
	close(): void {
		for (const { stop } of this.#agents.values()) stop.abort();
	}
}

/** The seats that a model may name: the session's own, and the agents of the configuration that are mapped there. */
export function agentToolSeats(
	config: Config,
	seatOf: (agent: AgentName) => AgentSeat | undefined,
): ReadonlyMap<string, AgentSeat> {
	const seats = new Map<string, AgentSeat>([["default", { kind: "session" }]]);
	for (const agent of ["gemini", "claude", "code", "gpt_codex", "gpt_pro"] as const) {
		const seat = config.speckit.agents[agent] === undefined ? undefined : seatOf(agent);
		if (seat !== undefined) seats.set(agent, seat);
	}
	return seats;
}

/** The session's servers with the agents' tools beside them. Closing it ends the agents. */
export function withAgentTools(mcp: SessionMcp | undefined, parts: AgentToolParts): SessionMcp {
	const agents = new AgentTools(parts);
	const own = agents.infos;
	const names = new Set(own.map(({ name }) => name));
	let last: { readonly from: readonly McpToolInfo[]; readonly all: readonly McpToolInfo[] } | undefined;
	const none: readonly McpToolInfo[] = [];
	const nothing = (): Promise<McpAnswer> => Promise.resolve({ kind: "failed", message: "there are no resources" });
	const inner = mcp?.tools;
	const tools: McpTools = {
		tools: () => {
			const from = inner?.tools() ?? none;
			if (last?.from !== from) {
				const others = from.filter(({ name }) => !names.has(name));
				const all = [...own, ...others].toSorted((left, right) => (left.name < right.name ? -1 : 1));
				last = { from, all };
			}
			return last.all;
		},
		get isStarting() {
			return inner?.isStarting ?? false;
		},
		get hasResources() {
			return inner?.hasResources ?? false;
		},
		settled: (signal) => inner?.settled(signal) ?? Promise.resolve(),
		call: (name, args, signal) => {
			if (names.has(name)) return agents.call(name, args, signal);
			return inner?.call(name, args, signal) ?? nothing();
		},
		listResources: (server, signal) => inner?.listResources(server, signal) ?? nothing(),
		readResource: (server, uri, signal) => inner?.readResource(server, uri, signal) ?? nothing(),
	};
	return {
		tools,
		warnings: mcp?.warnings ?? [],
		missing: (signal) => mcp?.missing(signal) ?? Promise.resolve([]),
		connect: (warn) => mcp?.connect(warn),
		close: () => {
			agents.close();
			mcp?.close();
		},
	};
}
