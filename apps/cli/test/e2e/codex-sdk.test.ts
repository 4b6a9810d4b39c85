// The published SDK of Codex drives our program unchanged: what it passes on the command line and in the environment is
// taken, and what comes back it understands.

import { mkdir, writeFile } from "node:fs/promises";
import path from "node:path";
import type { AnswerStep, ModelServerOptions } from "@codex/test-support";
import { Codex, type CodexOptions, type ThreadEvent, type ThreadOptions } from "@openai/codex-sdk";
import { describe, expect, test } from "vitest";
import { atEnd, codeBin, sleepersFor, until } from "./run-code.ts";
import { apiKey, createScene, type Scene } from "./scene.ts";

interface SdkScene extends Scene {
	/** A new Codex object, as a new program would make it. */
	codex(options?: CodexOptions): Codex;
	/** Thread options under which commands run. */
	readonly thread: ThreadOptions;
}

async function sdkScene(script: ModelServerOptions["script"], files: Record<string, string> = {}): Promise<SdkScene> {
	const scene = await createScene(script, files);
	const { OPENAI_API_KEY: _, OPENAI_BASE_URL: __, ...env } = scene.env;
	return {
		...scene,
		codex: (options = {}) =>
			new Codex({ codexPathOverride: codeBin, baseUrl: scene.server.baseUrl, apiKey, env, ...options }),
		thread: {
			workingDirectory: scene.repo,
			sandboxMode: "workspace-write",
			approvalPolicy: "never",
			skipGitRepoCheck: true,
		},
	};
}

async function collect(events: AsyncGenerator<ThreadEvent>): Promise<readonly ThreadEvent[]> {
	const all: ThreadEvent[] = [];
	for await (const event of events) all.push(event);
	return all;
}

const shell = (command: string, text?: string): AnswerStep => ({
	...(text === undefined ? {} : { text }),
	calls: [{ name: "shell", arguments: { command } }],
});

const inputText = (scene: Scene, number: number): string =>
	JSON.stringify(scene.server.requests[number - 1]?.body.input);

describe.concurrent("a thread", () => {
	test("streams a turn with a tool call, goes on with a second one, and is taken up by another program", async () => {
		const scene = await sdkScene(
			[shell("cat note.txt"), { text: "It says hello." }, { text: "As I said." }, { text: "Still." }],
			{
				"note.txt": "hello from the file\n",
			},
		);
		const thread = scene.codex().startThread(scene.thread);
		expect(thread.id).toBeNull();
		const events = await collect((await thread.runStreamed("what does it say?")).events);
		expect(events.map((event) => ("item" in event ? `${event.type} ${event.item.type}` : event.type))).toEqual([
			"thread.started",
			"turn.started",
			"item.started command_execution",
			"item.completed command_execution",
			"item.completed agent_message",
			"turn.completed",
		]);
		expect(events[3]).toMatchObject({
			item: { aggregated_output: "hello from the file\n", exit_code: 0, status: "completed" },
		});
		expect(events.at(-1)).toMatchObject({ usage: { input_tokens: 20, output_tokens: 10 } });
		const { id } = thread;
		expect(events[0]).toMatchObject({ thread_id: id });

		const second = await thread.run("sure?");
		expect(second).toMatchObject({ finalResponse: "As I said.", usage: { input_tokens: 30 } });
		expect(inputText(scene, 3)).toContain("hello from the file");
		expect(inputText(scene, 3)).toContain("It says hello.");
		expect(thread.id).toBe(id);

		const again = scene.codex().resumeThread(id ?? "", scene.thread);
		expect(await again.run("really?")).toMatchObject({ finalResponse: "Still." });
		expect(inputText(scene, 4)).toContain("As I said.");
		expect(again.id).toBe(id);
		for (const { headers } of scene.server.requests) {
			expect(headers["authorization"]).toBe(`Bearer ${apiKey}`);
			expect(headers["originator"]).toBe("codex_sdk_ts");
		}
	});

	test("takes an output schema", async () => {
		const schema = {
			type: "object",
			properties: { ok: { type: "boolean" } },
			required: ["ok"],
			additionalProperties: false,
		};
		const scene = await sdkScene([{ text: '{"ok":true}' }]);
		const turn = await scene.codex().startThread(scene.thread).run("fine?", { outputSchema: schema });
		expect(JSON.parse(turn.finalResponse)).toEqual({ ok: true });
		expect(scene.server.requests[0]?.body.text.format).toMatchObject({ type: "json_schema", schema });
	});

	test("takes text and images", async () => {
		const scene = await sdkScene([{ text: "a picture" }, { text: "the same" }]);
		const image = path.join(scene.repo, "a.png");
		await writeFile(image, Buffer.from("\x89PNG\r\n\x1a\nrest", "latin1"));
		const thread = scene.codex().startThread(scene.thread);
		const input = [
			{ type: "text" as const, text: "what" },
			{ type: "text" as const, text: "is it?" },
			{ type: "local_image" as const, path: image },
		];
		await thread.run(input);
		const { content } = scene.server.requests[0]?.body.input.at(-1) ?? {};
		expect(content).toEqual([
			expect.objectContaining({ type: "input_image", image_url: expect.stringMatching(/^data:image\/png;base64,/) }),
			{ type: "input_text", text: "what\n\nis it?" },
		]);
		// The SDK puts `resume ID` before `--image`.
		expect(await thread.run(input)).toMatchObject({ finalResponse: "the same" });
	});

	test("sees patches and plans as its own items", async () => {
		const input = "*** Begin Patch\n*** Add File: new.txt\n+new\n*** End Patch";
		const scene = await sdkScene([
			{
				reasoning: "**Plan**",
				calls: [
					{ name: "update_plan", arguments: { plan: [{ step: "add", status: "in_progress" }] } },
					{ name: "apply_patch", arguments: { input } },
				],
			},
			{ text: "added" },
		]);
		const { items } = await scene.codex().startThread(scene.thread).run("add it");
		expect(items.map(({ type }) => type)).toEqual(["reasoning", "file_change", "agent_message", "todo_list"]);
		expect(items[1]).toMatchObject({
			changes: [{ path: path.join(scene.repo, "new.txt"), kind: "add" }],
			status: "completed",
		});
	});
});

describe.concurrent("options", () => {
	test("reach the request and the session", async () => {
		const scene = await sdkScene([shell("echo $FROM_CONFIG"), { text: "ok" }]);
		const more = path.join(scene.home.path, "more");
		await mkdir(more);
		const codex = scene.codex({
			config: {
				model_reasoning_summary: "detailed",
				shell_environment_policy: { set: { FROM_CONFIG: 'a "quoted" word' } },
			},
			configOverrides: ["model_verbosity=low"],
		});
		const turn = await codex
			.startThread({
				...scene.thread,
				model: "gpt-5",
				modelReasoningEffort: "high",
				additionalDirectories: [more],
				networkAccessEnabled: true,
				webSearchEnabled: false,
				threadSource: "test",
			})
			.run("go", { cyberAccessProgram: "standard" });
		expect(turn.items[0]).toMatchObject({ aggregated_output: 'a "quoted" word\n' });
		const { body } = scene.server.requests[0] ?? {};
		expect(body).toMatchObject({
			model: "gpt-5",
			reasoning: { effort: "high", summary: "detailed" },
			text: { verbosity: "low" },
		});
		const context = JSON.stringify(body.input);
		expect(context).toContain("<network_access>enabled</network_access>");
		expect(context).toContain(`<root>${more}</root>`);
		expect(context).toContain("<approval_policy>never</approval_policy>");
		expect(context).toContain(`<cwd>${scene.repo}</cwd>`);
	});

	test.each<Partial<ThreadOptions>>([
		{ webSearchEnabled: true },
		{ webSearchMode: "cached" },
		{ sandboxMode: "danger-full-access" },
		{ sandboxMode: "read-only", approvalPolicy: "on-request" },
		{ modelReasoningEffort: "xhigh" },
	])("%o is taken", async (options) => {
		const scene = await sdkScene([{ text: "ok" }]);
		const turn = await scene
			.codex()
			.startThread({ ...scene.thread, ...options })
			.run("go");
		expect(turn.finalResponse).toBe("ok");
	});

	test("a folder outside every repository needs skipGitRepoCheck", async () => {
		const scene = await sdkScene([{ text: "ok" }]);
		const outside = { ...scene.thread, workingDirectory: scene.home.path };
		expect(await scene.codex().startThread(outside).run("go")).toMatchObject({ finalResponse: "ok" });
		const strict = scene.codex().startThread({ ...outside, skipGitRepoCheck: false });
		await expect(strict.run("go")).rejects.toThrow(/exited with code 2:[\s\S]*Not inside a trusted directory/);
	});
});

describe.concurrent("failures", () => {
	test("an abort in the middle of a command ends the program and the command", async () => {
		const scene = await sdkScene([shell(`exec sleep 1000.${process.pid}9`), { text: "went on" }]);
		const controller = new AbortController();
		const thread = scene.codex().startThread(scene.thread);
		const { events } = await thread.runStreamed("sleep", { signal: controller.signal });
		const sleeping = (): readonly number[] => sleepersFor(`1000.${process.pid}9`);
		const aborted = (async () => {
			for await (const event of events) {
				if (event.type !== "item.started") continue;
				await until("the command", () => sleeping().length === 1);
				controller.abort();
			}
		})();
		await expect(aborted).rejects.toThrow(/abort/i);
		atEnd(() => {
			for (const pid of sleeping()) process.kill(pid, "SIGKILL");
		});
		await until("the command to be gone", () => sleeping().length === 0);
		expect(await thread.run("go on")).toMatchObject({ finalResponse: "went on" });
	});

	test("a signal that is aborted already starts nothing", async () => {
		const scene = await sdkScene([]);
		await expect(scene.codex().startThread(scene.thread).run("go", { signal: AbortSignal.abort() })).rejects.toThrow(
			/abort/i,
		);
		expect(scene.server.requests).toHaveLength(0);
	});

	test("a key that is refused is told with its cause", async () => {
		const scene = await sdkScene([{ status: 401, body: { error: { message: "Incorrect API key provided" } } }]);
		const run = scene.codex().startThread(scene.thread).run("go");
		await expect(run).rejects.toThrow(/refused the API key CODEX_API_KEY \(401\): Incorrect API key provided/);
		expect(scene.server.requests).toHaveLength(1);
	});

	test("a failed turn is an error with its message", async () => {
		const scene = await sdkScene([{ status: 400, body: { error: { message: "Unknown parameter" } } }]);
		await expect(scene.codex().startThread(scene.thread).run("go")).rejects.toThrow(/Unknown parameter/);
	});

	test("what stops the start is told too", async () => {
		const scene = await sdkScene([]);
		const { OPENAI_API_KEY: _, OPENAI_BASE_URL: __, ...env } = scene.env;
		const keyless = new Codex({ codexPathOverride: codeBin, env });
		await expect(keyless.startThread(scene.thread).run("go")).rejects.toThrow(
			/exited with code 3:[\s\S]*No credentials found/,
		);
		const lost = scene.codex().resumeThread("0199a213-81c0-7800-8aa1-bbab2a035a53", scene.thread);
		await expect(lost.run("go")).rejects.toThrow(/exited with code 2:[\s\S]*no session with id/);
	});
});
