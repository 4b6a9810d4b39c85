import type { ModelEvent, RecordingLine } from "@codex/protocol";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { createReplayProvider, normalisationNames, recordingLineText } from "../../src/index.ts";
import { aRequest, collect, user } from "../harness.ts";
import {
	answerWith,
	call,
	demoRequests,
	demoToolCall,
	finalMessage,
	listProvider,
	optionsAt,
	output,
	readText,
	recordDemo,
	recorderOf,
	recordingOf,
} from "./replay-harness.ts";

const here = "/home/ada/work/demo";
const elsewhere = "/tmp/code-demo-a1b2/sample";
const secret = "sk-proj-abcdefghijklmnopqrstuvwxyz0123456789ABCD";

describe("recording", () => {
	it("hands every batch on as it came and writes the lines in the order of the run", async () => {
		const answer = answerWith(finalMessage);
		const { provider, lines } = recorderOf(listProvider([answer]), optionsAt(here));
		const { events } = await collect(provider);
		expect(events).toEqual(answer);
		provider.finish("completed");
		provider.finish("failed");
		provider.recordToolCall(demoToolCall);
		expect(lines.map((line) => line.type)).toEqual([
			"header",
			"request",
			...answer.map(() => "model_event"),
			"response_end",
			"end",
		]);
		expect(lines[0]).toMatchObject({ version: 1, provider: "openai", normalisations: normalisationNames });
		expect(lines.at(-1)).toMatchObject({ requests: 1, outcome: "completed" });
		expect([provider.provider, provider.modelInfo("gpt-5").known]).toEqual(["openai", true]);
		await provider.warm();
		await provider.close();
	});

	it("lists of a request only what the one before did not have", async () => {
		const { lines } = await recordDemo(here);
		const requests = lines.filter((line) => line.type === "request");
		expect(requests.map(({ prefix, items }) => [prefix, items.map((item) => item.label)])).toEqual([
			[0, ["message/user", "message/user"]],
			[2, ["function_call shell", "function_call_output"]],
		]);
		expect(requests[0]?.items[0]?.preview).toBe("work in <cwd>");
	});

	it("masks secrets wherever they stand, also in two pieces of a stream", async () => {
		const half = Math.floor(secret.length / 2);
		const [head, tail] = [secret.slice(0, half), secret.slice(half)];
		const answer: ModelEvent[] = [
			{ type: "start" },
			{ type: "text_delta", text: `key: ${head}` },
			{ type: "reasoning_delta", text: "hm", channel: "raw" },
			{ type: "text_delta", text: tail },
			{
				type: "item_done",
				item: { type: "message", role: "assistant", content: [{ type: "output_text", text: secret }] },
			},
			{ type: "done", stopReason: "stop" },
		];
		const { provider, lines } = recorderOf(listProvider([answer]), optionsAt(here));
		const { text } = await collect(provider, aRequest({ input: [user(`use ${secret}`)], instructions: secret }));
		expect(text).toBe(`key: ${secret}`);
		const chunk = (part: string) =>
			({ type: "exec_command_output_delta", callId: "c", stream: "stdout", chunk: part }) as never;
		provider.recordToolCall({
			type: "tool_call",
			callId: "c",
			events: [chunk(`X ${head}`), chunk(tail)],
			output: secret,
		});
		provider.finish("completed");
		const written = lines.map(recordingLineText).join("");
		expect(written).not.toContain(head);
		expect(written).not.toContain(tail);
		expect(written).toContain("[redacted:");
		const kept = lines.flatMap((line) => (line.type === "model_event" ? [line.event] : []));
		expect(kept.filter((event) => event.type === "reasoning_delta")).toEqual([answer[2]]);
	});

	it("closes an answer that its caller left, and one that broke", async () => {
		const { provider, lines } = recorderOf(listProvider([answerWith(finalMessage)]), optionsAt(here));
		for await (const [event] of provider.stream(aRequest(), new AbortController().signal)) {
			if (event?.type === "text_delta") break;
		}
		expect(lines.map((line) => line.type)).toEqual(["header", "request", "model_event", "model_event", "response_end"]);
	});

	it("digests each item once over 300 rounds", async () => {
		const rounds = 300;
		const { createFingerprinter } = await import("../../src/replay/fingerprint.ts");
		let redacted = 0;
		const { normalise } = optionsAt(here);
		const fingerprinter = createFingerprinter({
			normalise,
			redact: (value) => {
				redacted += 1;
				return value;
			},
		});
		const base = aRequest();
		const input = [...base.input];
		const perRound: number[] = [];
		for (let round = 0; round < rounds; round += 1) {
			const before = redacted;
			input.push(call(`c${round}`, "true"), output(`c${round}`, "ok"));
			const { prefix, items } = fingerprinter.take({ ...base, input: [...input] });
			expect(items.length - prefix).toBe(round === 0 ? 3 : 2);
			perRound.push(redacted - before);
		}
		expect(fingerprinter.digestedItems).toBe(1 + 2 * rounds);
		// The work of the last round is that of the second.
		expect(perRound.at(-1)).toBe(perRound[1]);
	});
});

describe("replay", () => {
	it("answers in another folder, on another day, as the recording does", async () => {
		const { text } = await recordDemo(here);
		const recording = await recordingOf(text);
		expect(recording).toMatchObject({ outcome: "completed", toolCalls: [demoToolCall] });
		const provider = createReplayProvider(recording, optionsAt(elsewhere));
		const [first, second] = demoRequests(elsewhere);
		expect(provider.unfinished()).toBe("the recording has 2 requests, but only 0 were made");
		expect((await collect(provider, first)).events).toEqual(answerWith(call("c1", "cat a.txt")));
		expect((await collect(provider, second)).events).toEqual(answerWith(finalMessage));
		expect(provider.unfinished()).toBeUndefined();
		expect([provider.provider, provider.modelInfo("gpt-5").known, provider.recording]).toEqual([
			"openai",
			true,
			recording,
		]);
		const third = await collect(provider, second);
		expect(third.error).toEqual({
			kind: "replay",
			message: "request 3 goes beyond the recording, which has 2",
			retryable: false,
		});
		await provider.warm();
		await provider.close();
	});

	const departures: readonly [string, (requests: ReturnType<typeof demoRequests>) => unknown, string][] = [
		[
			"instructions",
			([a]) => [{ ...a, instructions: "other" }],
			"request 1 departs from the recording in the instructions (recorded by code 0.1.0)",
		],
		[
			"tools",
			([a]) => [{ ...a, tools: [] }],
			"request 1 departs from the recording in the tools (recorded by code 0.1.0)",
		],
		[
			"settings",
			([a]) => [{ ...a, reasoning: { effort: "high" } }],
			"request 1 departs from the recording in the settings: ",
		],
		["model", ([a]) => [{ ...a, model: "gpt-4o" }], "the model: recorded `gpt-5-codex`, now `gpt-4o`"],
		[
			"an item",
			([a]) => [{ ...a, input: [a.input[0], user("break it")] }],
			'input item 2 (message/user): recorded "fix it", now "break it"',
		],
		[
			"a kind",
			([a]) => [{ ...a, input: [a.input[0], call("c", "x")] }],
			'input item 2: recorded message/user "fix it", now function_call shell',
		],
		[
			"one item more",
			([a]) => [{ ...a, input: [...a.input, user("more")] }],
			'input item 3, which the recording does not have: message/user "more"',
		],
		[
			"one item less",
			([a]) => [{ ...a, input: a.input.slice(0, 1) }],
			'input item 2, which is missing now: recorded message/user "fix it"',
		],
		["order", ([a]) => [{ ...a, input: a.input.toReversed() }], "input item 1 (message/user): recorded "],
		[
			"a tool's output",
			([a]) => [a, { ...demoRequests(elsewhere, "1\n2\n4")[1], promptCacheKey: a.promptCacheKey }],
			'request 2 departs from the recording in input item 4 (function_call_output): recorded "…ime: <duration>\\n1\\n2\\n3", now "…ime: <duration>\\n1\\n2\\n4"',
		],
	];
	it.each(departures)("names the first difference: %s", async (_name, change, sentence) => {
		const { text } = await recordDemo(here);
		const provider = createReplayProvider(await recordingOf(text), optionsAt(elsewhere));
		const requests = change(demoRequests(elsewhere)) as Parameters<typeof collect>[1][];
		let message = "";
		for (const request of requests) message = (await collect(provider, request)).error?.message ?? "";
		expect(message).toContain(sentence);
		// A play that has departed does not go on.
		expect((await collect(provider, demoRequests(elsewhere)[0])).error?.message).toBe(message);
	});

	it("says when texts differ behind what the recording keeps of them, or not in their text at all", async () => {
		const long = "x".repeat(500);
		const record = async (input: Parameters<typeof aRequest>[0]) => {
			const { provider, lines } = recorderOf(listProvider([answerWith(finalMessage)]), optionsAt(here));
			await collect(provider, aRequest(input));
			provider.finish("completed");
			return createReplayProvider(await recordingOf(lines.map(recordingLineText).join("")), optionsAt(here));
		};
		const behind = await record({ input: [user(`${long}a`)] });
		expect((await collect(behind, aRequest({ input: [user(`${long}b`)] }))).error?.message).toContain(
			"input item 1 (message/user): the first 160 characters are equal",
		);
		const elsewise = await record({ input: [call("one", "x")] });
		expect((await collect(elsewise, aRequest({ input: [call("two", "x")] }))).error?.message).toContain(
			"the texts are equal, other fields differ",
		);
	});

	it("ends at an abort and at an answer that broke off", async () => {
		const { lines } = await recordDemo(here);
		const cut = lines.slice(0, 4).map(recordingLineText).join("");
		const provider = createReplayProvider(await recordingOf(cut), optionsAt(here));
		const [first] = demoRequests(here);
		const { error, text } = await collect(provider, first);
		expect(text).toBe("thin");
		expect(error).toMatchObject({ kind: "replay", message: "the recorded answer to request 1 breaks off" });
		const again = createReplayProvider(await recordingOf(cut), optionsAt(here));
		expect((await collect(again, first, AbortSignal.abort())).error?.kind).toBe("aborted");
	});
});

describe("readRecording", () => {
	const message = async (text: string): Promise<string> => {
		const result = await readText(text);
		return result.kind === "error" ? result.message : "no error";
	};

	it("says what is wrong with a file, and where", async () => {
		const { lines, text } = await recordDemo(here);
		const [header = "", request = ""] = text.split("\n");
		const end = lines.at(-1);
		expect(await message("")).toMatch(/^the recording `.*run\.jsonl` is empty$/);
		expect(await message("nonsense\n")).toMatch(/^line 1 of `.*` is not JSON$/);
		expect(await message('{"type":"header"}\n')).toMatch(/^line 1 of `.*` is not a line of a recording at \w+/);
		expect(await message(`${request}\n`)).toContain("line 1 of ");
		expect(await message(`${request}\n`)).toContain("comes before the header");
		expect(await message(`${header}\n${header}\n`)).toContain("line 2");
		expect(await message(`${header.replace('"version":1', '"version":2')}\n`)).toContain(
			"has format version 2; this program reads version 1",
		);
		expect(await message(`${header.replace('"paths",', "")}\n`)).toContain("other normalisations");
		expect(await message(`${text}${recordingLineText(end as RecordingLine)}`)).toContain("comes after the last line");
		expect(await message(`${header}\n${request.replace('"number":1', '"number":2')}\n`)).toContain("request 2");
		const orphan = { type: "model_event", number: 7, event: { type: "start" } } as const;
		expect(await message(`${header}\n${recordingLineText(orphan)}`)).toContain("request 7, which is not open");
	});

	it("says that there is no file, without an exception", async () => {
		const { readRecording } = await import("../../src/index.ts");
		expect(await readRecording("/nowhere/at/all.jsonl")).toEqual({
			kind: "error",
			message: "cannot read the recording `/nowhere/at/all.jsonl`: no such file",
		});
	});

	it("reads a run that broke off in the middle of a line as far as it goes", async () => {
		const { text } = await recordDemo(here);
		const recording = await recordingOf(text.slice(0, text.indexOf("response_end") + 20));
		expect(recording.outcome).toBeUndefined();
		expect(recording.rounds).toMatchObject([{ whole: false }]);
	});

	it("notices any change of any line of a whole recording", async () => {
		const { text } = await recordDemo(here);
		const lines = text.trimEnd().split("\n");
		const changed = (line: string, at: number, to: string): string => line.slice(0, at) + to + line.slice(at + 1);
		await fc.assert(
			fc.asyncProperty(
				fc.nat(lines.length - 1),
				fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }),
				fc.constantFrom("x", "0", "7", "f", " ", '"', "}"),
				async (index, share, to) => {
					const line = lines[index] ?? "";
					const mutated = changed(line, Math.floor(share * line.length), to);
					fc.pre(mutated !== line);
					const text = `${lines.with(index, mutated).join("\n")}\n`;
					expect((await readText(text)).kind).toBe("error");
				},
			),
			{ numRuns: 400 },
		);
	});

	it("notices lines that were left out, doubled or exchanged", async () => {
		const { text } = await recordDemo(here);
		const lines = text.trimEnd().split("\n");
		for (const index of lines.keys()) {
			const without = lines.toSpliced(index, 1);
			// Without its last line it is a run that broke off, and says so.
			const result = await readText(`${without.join("\n")}\n`);
			if (index === lines.length - 1) expect(result).toMatchObject({ kind: "ok" });
			else expect(result.kind).toBe("error");
			expect((await readText(`${lines.toSpliced(index, 0, lines[index] ?? "").join("\n")}\n`)).kind).toBe("error");
		}
		const swapped = lines.with(3, lines[4] ?? "").with(4, lines[3] ?? "");
		expect((await readText(`${swapped.join("\n")}\n`)).kind).toBe("error");
	});

	it("names the answer that was changed", async () => {
		const { text } = await recordDemo(here);
		const result = await readText(text.replace("All tests pass.", "All tests fail."));
		expect(result).toMatchObject({
			message: expect.stringContaining("the answer to request 2 was changed after it was recorded"),
		});
	});
});
