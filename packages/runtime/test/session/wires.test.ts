// The same work whatever the wire: one task of four steps, sessions that change their model in the middle, and providers
// that misbehave. Everything over real HTTP, with real tools.

import { existsSync, readFileSync } from "node:fs";
import type { Clock, EventMsg } from "@codex/protocol";
import { createSystemClock } from "@codex/resilience";
import { type ModelStep, type ModelWire, type ReceivedRequest, renderedEvents } from "@codex/test-support";
import { describe, expect, test } from "vitest";
import { noLimits } from "../../src/index.ts";
import {
	type Fixture,
	inRepo,
	makeFixture,
	type Played,
	play,
	sessionOf,
	wireFlags,
	wireKeys,
	wires,
} from "../runtime-fixture.ts";

const patch = "*** Begin Patch\n*** Update File: a.txt\n@@\n-one\n+uno\n*** End Patch\n";

const fourSteps: readonly ModelStep[] = [
	{
		reasoning: "First I look.",
		calls: [
			{ name: "read_file", arguments: { file_path: "a.txt" } },
			{ name: "shell", arguments: { command: ["cat", "a.txt"] } },
		],
	},
	{ text: "Now the change.", calls: [{ name: "apply_patch", arguments: { input: patch } }] },
	{ calls: [{ name: "shell", arguments: { command: "grep -c uno a.txt" } }] },
	{ text: "Done, grüße 🙂." },
];

// A pixel: what vendors take for an image.
const png = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==";

/** The machine's clock whose waits of up to ten seconds are short: retries are not waited for. */
function impatientClock(): Clock {
	const clock = createSystemClock();
	const short = (ms: number): number => (ms <= 10_000 ? Math.min(ms, 3) : ms);
	return {
		nowMs: () => clock.nowMs(),
		monotonicMs: () => clock.monotonicMs(),
		sleep: (ms, signal) => clock.sleep(short(ms), signal),
		timer: (ms, fire) => clock.timer(ms, fire),
	};
}

async function playOn(wire: ModelWire, fixture: Fixture, prompt = "go"): Promise<Played> {
	const session = sessionOf(await fixture.start({ flags: wireFlags(wire, fixture) }));
	return play(session, prompt);
}

describe.each(wires)("over the %s wire", (wire) => {
	test("a task of four steps", async () => {
		const fixture = await makeFixture({ env: wireKeys, script: fourSteps, files: { "a.txt": "one\n" } });
		const { last, problems, events } = await playOn(wire, fixture);
		expect(last).toMatchObject({ type: "turn_completed", lastAgentMessage: "Done, grüße 🙂." });
		expect(problems).toEqual([]);
		expect(readFileSync(inRepo(fixture, "a.txt"), "utf8")).toBe("uno\n");
		fixture.server.assertExhausted();
		expect(fixture.server.requests.map((request) => request.wire)).toEqual(Array(4).fill(wire));
		expect(events.map(({ msg }) => msg.type)).toContain("token_count");
		expect(fixture.server.connections()).toBeLessThanOrEqual(2);
	});

	test("sessions of one runtime share their connections", async () => {
		const fixture = await makeFixture({ env: wireKeys, script: Array.from({ length: 6 }, () => ({ text: "ok" })) });
		for (let count = 0; count < 6; count += 1) {
			const { last } = await playOn(wire, fixture);
			expect(last).toMatchObject({ type: "turn_completed" });
			// As long as the shortest tool: the end of the body is on its way.
			await new Promise((resolve) => setTimeout(resolve, 10));
		}
		expect(fixture.server.requests).toHaveLength(6);
		expect(fixture.server.connections()).toBe(1);
	});

	test("a final answer that must fit a schema is asked for once more", async () => {
		const fixture = await makeFixture({ env: wireKeys, script: [{ text: '{"n": "no"}' }, { text: '{"n": 7}' }] });
		const session = sessionOf(await fixture.start({ flags: wireFlags(wire, fixture) }));
		const schema = {
			type: "object",
			properties: { n: { type: "integer" } },
			required: ["n"],
			additionalProperties: false,
		};
		const { last } = await play(session, "count", schema);
		expect(last).toMatchObject({ type: "turn_completed", lastAgentMessage: '{"n": 7}' });
		fixture.server.assertExhausted();
	});
});

/** Words of the first turn that the second provider must be told. */
const kept = ["remember 42", "I look.", "file-content-7", "echo ran-$((6 + 7))", "ran-13", "Noted."];

/** Wires that want their own reasoning back as text. */
const takesReasoning: ReadonlySet<ModelWire> = new Set(["responses", "chat", "anthropic", "ollama"]);

describe("a session that changes its model in the middle", () => {
	const pairs = wires.flatMap((from) => wires.map((to) => [from, to] as const));

	test.each(pairs)("from %s to %s keeps the conversation", async (from, to) => {
		const fixture = await makeFixture({
			env: wireKeys,
			script: [
				{
					reasoning: "First I look.",
					text: "I look.",
					calls: [
						{ name: "shell", arguments: { command: ["cat", "a.txt"] } },
						{ name: "shell", arguments: { command: "echo ran-$((6 + 7))" } },
						{ name: "view_image", arguments: { path: "dot.png" } },
					],
				},
				{ reasoning: "First I look.", text: "Noted." },
				{ text: "It was 42." },
			],
			files: { "a.txt": "file-content-7\n", "dot.png": Buffer.from(png, "base64") },
		});
		const first = sessionOf(await fixture.start({ flags: wireFlags(from, fixture) }));
		await play(first, "remember 42");
		const second = sessionOf(
			await fixture.start({ resume: { kind: "id", id: first.id }, flags: wireFlags(to, fixture) }),
		);
		const { last } = await play(second, "what was it?");
		expect(last).toMatchObject({ type: "turn_completed", lastAgentMessage: "It was 42." });
		const [, , third] = fixture.server.requests;
		expect(third?.wire).toBe(to);
		const body = JSON.stringify(third?.body);
		for (const words of kept) expect(body).toContain(words);
		// Reasoning goes back to whom it came from, and to nobody else.
		expect(body.includes("First I look.")).toBe(from === to && takesReasoning.has(to));
		expect(body).toContain(png.slice(0, 60));
	});
});

/** Adds a line to a file: more than one line means that a call ran twice. */
const once: ModelStep = {
	reasoning: "thinking",
	text: "I count.",
	calls: [{ name: "shell", arguments: { command: "echo ran >> ran.txt" }, callId: "call_once" }],
};

const types = (events: Played["events"]): readonly EventMsg["type"][] => events.map(({ msg }) => msg.type);

describe.each(wires)("a provider that misbehaves, over the %s wire", (wire) => {
	const clock = impatientClock();

	test("disconnects at every event: what was whole is kept, nothing runs twice", async () => {
		const boundaries = renderedEvents(wire, once).length;
		for (let cutAfter = 0; cutAfter < boundaries; cutAfter += 1) {
			const fixture = await makeFixture({
				env: wireKeys,
				clock,
				script: [
					{ ...once, cutAfter, reset: cutAfter % 2 === 0 ? true : undefined } as ModelStep,
					...Array.from({ length: 3 }, () => (request: ReceivedRequest): ModelStep => {
						const ran = JSON.stringify(request.body).includes("I count") && existsSync(inRepo(fixture, "ran.txt"));
						return ran ? { text: "Done." } : once;
					}),
				],
			});
			const { last, events } = await playOn(wire, fixture);
			expect([cutAfter, last]).toMatchObject([cutAfter, { type: "turn_completed", lastAgentMessage: "Done." }]);
			expect([cutAfter, readFileSync(inRepo(fixture, "ran.txt"), "utf8")]).toEqual([cutAfter, "ran\n"]);
			expect(fixture.server.requests.length).toBeLessThanOrEqual(3);
			expect(types(events).filter((type) => type === "stream_error").length).toBeLessThanOrEqual(1);
		}
	});

	test.each([
		[
			"429 with Retry-After",
			{ status: 429, headers: { "retry-after": "1" }, body: { error: { message: "slow down" } } },
		],
		["429 without", { status: 429, body: { error: { message: "slow down" } } }],
		["500", { status: 500, body: { error: { message: "oops" } } }],
		["529", { status: 529, body: { error: { message: "overloaded" } } }],
		["a reset", { reset: true }],
		["a stream without its end", { text: "half", noFinalEvent: true }],
	] as const)("%s, then well", async (_name, fault) => {
		const fixture = await makeFixture({ env: wireKeys, clock, script: [fault, fault, { text: "Well." }] });
		const { last } = await playOn(wire, fixture);
		expect(last).toMatchObject({ type: "turn_completed", lastAgentMessage: "Well." });
		expect(fixture.server.requests).toHaveLength(3);
	});

	test.each([429, 500, 529])("a storm of %i ends after the retries of the budget", async (status) => {
		const fixture = await makeFixture({
			env: wireKeys,
			clock,
			script: Array.from({ length: 40 }, () => ({ status, body: { error: { message: "no" } } })),
		});
		const { last } = await playOn(wire, fixture);
		expect(last).toMatchObject({ type: "turn_failed" });
		// request_max_retries is 4.
		expect(fixture.server.requests).toHaveLength(5);
	});

	test("a storm of cut streams ends after the retries of the budget", async () => {
		const fixture = await makeFixture({
			env: wireKeys,
			clock,
			script: Array.from({ length: 40 }, () => ({ text: "half", noFinalEvent: true as const })),
		});
		const { last } = await playOn(wire, fixture);
		expect(last).toMatchObject({ type: "turn_failed" });
		// stream_max_retries is 5.
		expect(fixture.server.requests).toHaveLength(6);
	});

	test("silence is given up and asked again", async () => {
		const fixture = await makeFixture({
			env: wireKeys,
			clock,
			script: [{ text: "…", cutAfter: 1, idle: true }, { text: "Well." }],
		});
		const limits = { ...noLimits, idleTimeoutMs: 250 };
		const session = sessionOf(await fixture.start({ limits, flags: wireFlags(wire, fixture) }));
		const { last } = await play(session);
		expect(last).toMatchObject({ type: "turn_completed", lastAgentMessage: "Well." });
	});

	test.each([
		["401", { status: 401, body: { error: { message: "bad key" } } }, /refused the API key|wants an API key/],
		["a page", { html: "<html><title>Hotel</title></html>" }, /text\/html/],
		[
			"a too long input",
			{ status: 400, body: { error: { message: "prompt is too long: 9 tokens > 8 maximum" } } },
			/context window/,
		],
	] as const)("%s is one clear sentence and no retry", async (_name, fault, sentence) => {
		const fixture = await makeFixture({ env: wireKeys, clock, script: [fault] });
		const { last } = await playOn(wire, fixture);
		expect(last).toMatchObject({ type: "turn_failed", error: { message: expect.stringMatching(sentence) } });
		expect(fixture.server.requests).toHaveLength(1);
	});
});
