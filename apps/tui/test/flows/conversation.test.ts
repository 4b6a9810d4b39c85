import { readFile, stat } from "node:fs/promises";
import path from "node:path";
import { describe, expect, test } from "vitest";
import { keys, makeTui } from "./tui-fixture.ts";

const longText = Array.from({ length: 60 }, (_, at) => `paragraph ${at}\n\n`).join("");

describe("a conversation", () => {
	test("a prompt is sent, the answer streams in, the composer is empty", async () => {
		const tui = await makeTui({ script: [{ text: "Hello **there**, person" }] });
		await tui.send("say hello");
		await tui.see("Hello there, person");
		const shown = await tui.see("Ask for anything");
		expect(shown).toContain("› say hello");
		expect(JSON.stringify(tui.server.requests[0]?.body)).toContain("say hello");
	});

	test("the first prompt of the command line is sent at once", async () => {
		const tui = await makeTui({ script: [{ text: "Done at once" }], tui: { first: { text: "from the shell", images: [] } } });
		const shown = await tui.see("Done at once");
		expect(shown).toContain("› from the shell");
	});

	test("what is typed while the session starts is kept and sent", async () => {
		const tui = await makeTui({ script: [{ text: "got it" }] });
		await tui.send("early");
		await tui.see("got it");
	});

	test("the status line names model, access and branch", async () => {
		const tui = await makeTui({ columns: 120 });
		const shown = await tui.see("asks on-request");
		expect(shown).toContain("read only");
	});

	test("a second prompt follows the first; both stay on the screen", async () => {
		const tui = await makeTui({ script: [{ text: "one" }, { text: "two" }] });
		await tui.send("first");
		await tui.see("• one");
		await tui.send("second");
		const shown = await tui.see("• two");
		expect(shown).toContain("› first");
	});

	test("Escape interrupts a model that is silent", async () => {
		const tui = await makeTui({ script: [{ text: "never", delayMs: 60_000 }] });
		await tui.send("wait for it");
		await tui.see("esc to interrupt");
		await tui.type(keys.escape);
		await tui.see("Interrupted");
		await tui.see("Ask for anything");
	});

	test("Enter while the agent works steers, Tab queues", async () => {
		const command = { name: "shell", arguments: { command: "sleep 1; echo slept" } };
		const tui = await makeTui({
			script: [{ calls: [command] }, { text: "steered" }, { text: "second turn" }],
			request: { flags: { overrides: [], sandboxMode: "danger-full-access", approvalPolicy: "never" } },
		});
		await tui.send("go");
		await tui.see("Running a command");
		await tui.type("queued later");
		await tui.type(keys.tab);
		await tui.see("queued: queued later");
		await tui.type("steer now");
		await tui.type(keys.enter);
		await tui.see("second turn");
		const bodies = tui.server.requests.map(({ body }) => JSON.stringify(body));
		expect(bodies[1]).toContain("steer now");
		expect(bodies[1]).not.toContain("queued later");
		expect(bodies[2]).toContain("queued later");
	});

	test("a failed turn gives queued prompts back to the composer", async () => {
		const tui = await makeTui({ script: [{ text: "x", delayMs: 700 }, { status: 400, body: { error: { message: "bad request here" } } }] });
		await tui.send("first");
		await tui.type("kept");
		await tui.type(keys.tab);
		await tui.type(keys.escape);
		await tui.see("Interrupted");
		await tui.see("› kept");
	});

	test("a refusal of the provider is shown", async () => {
		const tui = await makeTui({ script: [{ status: 400, body: { error: { message: "the model said no" } } }] });
		await tui.send("try");
		await tui.see("the model said no");
	});

	test("a long answer is scrolled, followed again at the end, and shown whole in the transcript", async () => {
		const tui = await makeTui({ script: [{ text: longText }] });
		await tui.send("long");
		await tui.see("paragraph 59");
		await tui.see("Ask for anything");
		await tui.type(keys.pageUp);
		await tui.see("more below");
		await tui.type("\x1b[1;2F");
		await tui.see("paragraph 59");
		await tui.type(keys.ctrlT);
		await tui.see("Transcript");
		await tui.type("/paragraph 7");
		await tui.type(keys.enter);
		const shown = await tui.see("hits of");
		expect(shown).toContain("paragraph 7");
		await tui.type("q");
		await tui.see("Ask for anything");
	});

	test("leaving gives the screen back and names the session", async () => {
		const tui = await makeTui({ script: [{ text: "bye" }] });
		await tui.send("hi");
		await tui.see("• bye");
		expect(tui.terminal.isAlternate).toBe(true);
		expect(tui.terminal.input.isRaw).toBe(true);
		await tui.type(keys.ctrlD);
		const end = await tui.ended;
		await tui.terminal.settle();
		expect(end.exitCode).toBe(0);
		expect(end.lines.join("\n")).toMatch(/code resume [0-9a-f-]{36}/);
		expect(tui.terminal.isAlternate).toBe(false);
		expect(tui.terminal.input.isRaw).toBe(false);
		expect(tui.terminal.written).toContain("\x1b[?2004l");
		expect(tui.terminal.written).toContain("\x1b[?25h");
	});

	test("Ctrl-C twice leaves an empty composer, and clears a full one first", async () => {
		const tui = await makeTui();
		await tui.type("some text");
		await tui.type(keys.ctrlC);
		await tui.see("Ask for anything");
		await tui.type(keys.ctrlC);
		await tui.see("again to quit");
		await tui.type(keys.ctrlC);
		expect((await tui.ended).exitCode).toBe(0);
	});

	test("an earlier session goes on with what was said on the screen", async () => {
		const tui = await makeTui({ script: [{ text: "remember me" }, { text: "I do" }] });
		await tui.send("first words");
		await tui.see("remember me");
		await tui.type(keys.ctrlD);
		await tui.ended;
		const second = tui.again({ start: { kind: "last" } });
		const shown = await second.see("remember me");
		expect(shown).toContain("› first words");
		await second.send("still there?");
		await second.see("I do");
		expect(JSON.stringify(tui.server.requests[1]?.body)).toContain("first words");
	});

	test("a closed terminal ends the app", async () => {
		const tui = await makeTui();
		tui.terminal.input.end();
		expect((await tui.ended).exitCode).toBe(130);
	});

	test("prompts are kept for later sessions, readable by their owner alone", async () => {
		const tui = await makeTui({ script: [{ text: "ok" }] });
		await tui.send("keep this prompt");
		await tui.see("• ok");
		const file = path.join(tui.codeHome, "history.jsonl");
		expect(await readFile(file, "utf8")).toContain("keep this prompt");
		expect((await stat(file)).mode & 0o777).toBe(0o600);
		await tui.type(keys.ctrlD);
		await tui.ended;
		const second = tui.again({});
		await second.ready();
		await second.type(keys.up);
		await second.see("› keep this prompt");
		await second.type(keys.ctrlC);
		await second.type(keys.ctrlR);
		await second.type("this pro");
		await second.see("search: this pro");
		await second.type(keys.enter);
		await second.see("› keep this prompt");
	});
});
