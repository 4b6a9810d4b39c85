// A runtime in a temporary home, a repository to work in, and a scripted model.

import path from "node:path";
import type { Clock, Event, EventMsg, JsonObject, Op } from "@codex/protocol";
import {
	assertWellFormed,
	createModelServer,
	createTempDir,
	createTempHome,
	type ModelServer,
	type ModelWire,
	type ScriptEntry,
	writeTree,
} from "@codex/test-support";
import { onTestFinished } from "vitest";
import {
	createRuntime,
	noLimits,
	type Runtime,
	type SessionHandle,
	type StartRequest,
	type StartResult,
} from "../src/index.ts";

export interface Fixture {
	readonly runtime: Runtime;
	/** The repository; a real path. */
	readonly cwd: string;
	readonly codeHome: string;
	readonly server: ModelServer;
	/** Flags that reach the scripted server. */
	readonly overrides: readonly string[];
	start(request?: Partial<StartRequest>): Promise<StartResult>;
}

export interface FixtureOptions {
	readonly script?: readonly ScriptEntry[];
	readonly files?: Readonly<Record<string, string | Uint8Array>>;
	readonly env?: Readonly<Record<string, string>>;
	readonly homeFiles?: Readonly<Record<string, string>>;
	/** Default: the machine's. */
	readonly clock?: Clock;
}

/** Makes the fixture; all of it goes with the test. */
export async function makeFixture(options: FixtureOptions = {}): Promise<Fixture> {
	const [home, repo, server] = await Promise.all([
		createTempHome(),
		createTempDir("code-ws-"),
		createModelServer({ script: options.script ?? [] }),
	]);
	onTestFinished(async () => {
		await server.close();
		await Promise.all([home.dispose(), repo.dispose()]);
	});
	await writeTree(repo.path, { ".git/HEAD": "ref: refs/heads/main\n", ...options.files });
	await writeTree(home.codeHome, options.homeFiles ?? {});
	const made = createRuntime({
		version: "0.0.0-test",
		...(options.clock === undefined ? {} : { clock: options.clock }),
		environment: {
			env: {
				PATH: process.env["PATH"],
				HOME: home.path,
				CODE_HOME: home.codeHome,
				OPENAI_API_KEY: "sk-test-key-0123456789abcdef",
				...options.env,
			},
			homedir: home.path,
			tmpdir: "/tmp",
			cwd: repo.path,
		},
	});
	if (made.kind === "error") throw new Error(made.lines.join("\n"));
	const { runtime } = made;
	onTestFinished(() => runtime.close());
	const overrides = [`openai_base_url="${server.baseUrl}"`];
	return {
		runtime,
		cwd: repo.path,
		codeHome: home.codeHome,
		server,
		overrides,
		start: (request) =>
			runtime.startSession({
				source: "exec",
				additionalRoots: [],
				limits: noLimits,
				ephemeral: false,
				requireRepository: true,
				...request,
				flags: {
					sandboxMode: "workspace-write",
					approvalPolicy: "never",
					...request?.flags,
					overrides: [...overrides, ...(request?.flags?.overrides ?? [])],
				},
			}),
	};
}

/** Keys of the other vendors, for the environment of a fixture. */
export const wireKeys: Readonly<Record<string, string>> = {
	ANTHROPIC_API_KEY: "sk-ant-test-0123456789abcdef",
	GEMINI_API_KEY: "AIzaTest0123456789abcdef",
};

/** All wires. */
export const wires: readonly ModelWire[] = ["responses", "chat", "anthropic", "gemini", "ollama"];

/** What a user sets to have answers over `wire` from the scripted server. */
export function wireFlags(wire: ModelWire, { server }: Fixture): StartRequest["flags"] {
	const provider = wire === "responses" || wire === "chat" ? "openai" : wire;
	const table = (key: string, value: string): string => `model_providers.${provider}.${key}=${JSON.stringify(value)}`;
	switch (wire) {
		case "responses":
			return { model: "gpt-5-codex", overrides: [] };
		case "chat":
			return { model: "gpt-5-codex", overrides: [table("wire_api", "chat")] };
		case "anthropic":
			return { model: "claude-sonnet-4-5", overrides: [table("base_url", server.origin)] };
		case "gemini":
			return { model: "gemini-2.5-pro", overrides: [table("base_url", server.origin)] };
		case "ollama":
			return { model: "qwen3-vl:8b", overrides: ['model_provider="ollama"', table("base_url", server.origin)] };
	}
}

/** The session of a start that must work. */
export function sessionOf(started: StartResult): SessionHandle {
	if (started.kind === "error") throw new Error(started.lines.join("\n"));
	return started.session;
}

export interface Played {
	readonly events: readonly Event[];
	readonly last: EventMsg | undefined;
	readonly problems: readonly string[];
}

const endings = new Set<EventMsg["type"]>(["turn_completed", "turn_failed", "turn_aborted"]);

/** Runs one turn and closes the session; the events must be well formed. */
export async function play(session: SessionHandle, prompt = "go", outputSchema?: JsonObject): Promise<Played> {
	const events: Event[] = [];
	const ended = new Promise<EventMsg>((resolve) => {
		session.subscribe((event) => {
			events.push(event);
			if (endings.has(event.msg.type)) resolve(event.msg);
		});
	});
	const op: Op = { type: "user_input", items: [{ type: "text", text: prompt }] };
	session.submit(outputSchema === undefined ? op : { ...op, outputSchema });
	const last = await ended;
	const { problems } = await session.close();
	assertWellFormed(events);
	return { events, last, problems };
}

/** Where a file of the fixture's repository is. */
export const inRepo = ({ cwd }: Fixture, name: string): string => path.join(cwd, name);
