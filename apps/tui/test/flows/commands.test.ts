import { execFileSync } from "node:child_process";
import { chmod, readdir, readFile, writeFile } from "node:fs/promises";
import path from "node:path";
import { describe, expect, test } from "vitest";
import { keys, makeTui } from "./tui-fixture.ts";

describe("commands", () => {
	test("the list above the composer narrows, completes and runs", async () => {
		const tui = await makeTui();
		await tui.type("/sta");
		await tui.see("▸ /status");
		await tui.type(keys.enter);
		const shown = await tui.see("Safety");
		expect(shown).toContain("gpt-5-codex");
		await tui.type("q");
		await tui.see("Ask for anything");
	});

	test("Escape closes the list, the text stays", async () => {
		const tui = await makeTui();
		await tui.type("/sta");
		await tui.see("▸ /status");
		await tui.type(keys.escape);
		await tui.gone("▸ /status");
		expect(tui.terminal.text()).toContain("› /sta");
	});

	test("what is no command goes to the model", async () => {
		const tui = await makeTui({ script: [{ text: "a path it is" }] });
		await tui.send("/etc/hosts is a file");
		await tui.see("a path it is");
	});

	test("/model with a name asks another model, and the conversation goes on", async () => {
		const tui = await makeTui({ script: [{ text: "from one" }, { text: "from two" }] });
		await tui.send("hello");
		await tui.see("• from one");
		await tui.send("/model gpt-4.1");
		await tui.see(/gpt-4\.1 .*·/);
		await tui.send("and now?");
		await tui.see("• from two");
		expect(tui.server.requests[1]?.body.model).toBe("gpt-4.1");
		expect(JSON.stringify(tui.server.requests[1]?.body)).toContain("hello");
	});

	test("/model without a name lists models; another name can be typed", async () => {
		const tui = await makeTui({ script: [{ text: "hi" }] });
		await tui.send("/model");
		await tui.see("per million");
		await tui.type("my-own-model");
		await tui.see("this name");
		await tui.type(keys.enter);
		await tui.see(/my-own-model/);
		await tui.send("hello");
		await tui.see("• hi");
		expect(tui.server.requests[0]?.body.model).toBe("my-own-model");
	});

	test("/approvals and /sandbox change the access of what follows", async () => {
		const tui = await makeTui({ columns: 120 });
		await tui.send("/sandbox workspace-write");
		await tui.see("writes here");
		await tui.send("/approvals never");
		await tui.see("never asks");
		await tui.type("\x1b[Z");
		await tui.see("read only, asks on-request");
	});

	test("/new forgets, /resume lists what was and goes on with it", async () => {
		const tui = await makeTui({ script: [{ text: "the first answer" }, { text: "resumed well" }], columns: 120 });
		await tui.send("the first question");
		await tui.see("the first answer");
		await tui.send("/new");
		await tui.see("have AGENTS.md written");
		await tui.send("/resume");
		await tui.see("the first question");
		await tui.type(keys.enter);
		await tui.see("• the first answer");
		await tui.send("more");
		await tui.see("resumed well");
		expect(JSON.stringify(tui.server.requests[1]?.body)).toContain("the first question");
	});

	test("Escape twice goes back to an earlier prompt in a copy", async () => {
		const tui = await makeTui({ script: [{ text: "answer A" }, { text: "answer B" }, { text: "answer C" }] });
		await tui.send("question A");
		await tui.see("answer A");
		await tui.send("question B");
		await tui.see("answer B");
		await tui.see("Ask for anything");
		await tui.type(keys.escape);
		await tui.see("Esc again");
		await tui.type(keys.escape);
		await tui.see("earlier prompt, in a copy");
		await tui.type(keys.enter);
		await tui.see("This is a copy of");
		await tui.see("› question B");
		expect(tui.terminal.text()).not.toContain("answer B");
		await tui.type(keys.enter);
		await tui.see("answer C");
		const body = JSON.stringify(tui.server.requests[2]?.body);
		expect(body).toContain("answer A");
		expect(body).not.toContain("answer B");
	});

	test("/undo takes a turn and its changes of files back", async () => {
		const patch = "*** Begin Patch\n*** Add File: made.txt\n+made\n*** End Patch\n";
		const tui = await makeTui({
			script: [{ calls: [{ name: "apply_patch", arguments: { input: patch } }] }, { text: "made it" }],
			request: { flags: { overrides: [], sandboxMode: "workspace-write", approvalPolicy: "never" } },
		});
		await writeFile(path.join(tui.cwd, "kept.txt"), "kept\n");
		await tui.send("make a file");
		await tui.see("• made it");
		expect(await readFile(path.join(tui.cwd, "made.txt"), "utf8")).toBe("made\n");
		await tui.send("/undo");
		await tui.see("Conversation and files");
		await tui.type(keys.enter);
		await tui.see("1 file went back");
		expect(await readdir(tui.cwd)).not.toContain("made.txt");
		await tui.see("› make a file");
	});

	test("/diff shows what differs, file by file", async () => {
		const tui = await makeTui();
		const git = (...args: readonly string[]): void => {
			execFileSync("git", ["-c", "user.name=t", "-c", "user.email=t@t", ...args], { cwd: tui.cwd });
		};
		execFileSync("rm", ["-r", path.join(tui.cwd, ".git")]);
		await writeFile(path.join(tui.cwd, "a.txt"), "one\n");
		git("init", "-q", "-b", "main");
		git("add", ".");
		git("commit", "-qm", "first");
		await writeFile(path.join(tui.cwd, "a.txt"), "two\n");
		await writeFile(path.join(tui.cwd, "new.txt"), "three\n");
		await tui.send("/diff");
		const shown = await tui.see("+two");
		expect(shown).toContain("-one");
		await tui.type("l");
		await tui.see("+three");
	});

	test("/export writes Markdown and never over a file", async () => {
		const tui = await makeTui({ script: [{ text: "exported **text**" }] });
		await tui.send("say");
		await tui.see("exported text");
		await tui.send("/export out.md");
		await tui.see("Written to");
		const written = await readFile(path.join(tui.cwd, "out.md"), "utf8");
		expect(written).toContain("## User\n\nsay");
		expect(written).toContain("exported **text**");
		await tui.send("/export out.md");
		await tui.see("Not written");
	});

	test("/theme shows a theme while choosing and keeps it", async () => {
		const tui = await makeTui();
		await tui.send("/theme");
		await tui.see("High contrast");
		const before = tui.terminal.cell(0, 4).fg;
		await tui.type(keys.down);
		await tui.see("▸ Light");
		expect(tui.terminal.cell(0, 4).fg).not.toBe(before);
		await tui.type(keys.enter);
		await tui.see("Theme: light");
		expect(await readFile(path.join(tui.codeHome, "config.toml"), "utf8")).toContain('name = "light"');
	});

	test("/keys lists keys and commands; a remapped key is listed and works", async () => {
		const tui = await makeTui({
			script: [{ text: "sent" }],
			homeFiles: { "config.toml": '[tui.keymap]\nsubmit = "ctrl+s"\n' },
			rows: 60,
		});
		await tui.send("/keys");
		await tui.see(/Ctrl-S +Send/);
		await tui.type("q");
		await tui.type("hello");
		await tui.type(keys.enter);
		await tui.type("\x13");
		await tui.see("• sent");
	});

	test("a keymap that names no action is told", async () => {
		const tui = await makeTui({ homeFiles: { "config.toml": '[tui.keymap]\nno_such = "ctrl+s"\n' } });
		await tui.see("there is no action");
	});

	test("/config says where a value comes from", async () => {
		const tui = await makeTui({ homeFiles: { "config.toml": 'model = "gpt-4.1"\n' } });
		await tui.send("/config model");
		const shown = await tui.see("from config:");
		expect(shown).toContain("config.toml");
	});

	test("/doctor, /mcp, /memory, /cost and /context open", async () => {
		const tui = await makeTui();
		for (const [command, text] of [
			["/cost", "The last request"],
			["/context", "Context window"],
			["/memory", "remembered"],
			["/mcp", "MCP servers"],
			["/doctor", "node"],
		] as const) {
			await tui.send(command);
			await tui.see(text);
			await tui.type(keys.escape);
			await tui.see("Ask for anything");
		}
	});

	test("/vim reads keys as vim does", async () => {
		const tui = await makeTui();
		await tui.send("/vim");
		await tui.see("Vim mode is on");
		await tui.type("one two three");
		await tui.type(keys.escape);
		await tui.see("normal mode");
		await tui.type("bdw");
		await tui.see("‹ one two");
		await tui.type("0dw");
		await tui.see("‹ two");
	});

	test("a custom prompt is offered and its arguments put in", async () => {
		const tui = await makeTui({
			script: [{ text: "reviewed" }],
			homeFiles: { "prompts/check.md": "---\ndescription: Looks at a file\n---\nLook at $1 with $ARGUMENTS.\n" },
		});
		await tui.type("/prompts:ch");
		await tui.see("Looks at a file");
		await tui.type(keys.tab);
		await tui.type("a.ts care");
		await tui.type(keys.enter);
		await tui.see("• reviewed");
		expect(JSON.stringify(tui.server.requests[0]?.body)).toContain("Look at a.ts with a.ts care.");
	});

	test("! runs a command in the shell, without the model", async () => {
		const tui = await makeTui();
		await tui.send("!echo from-$((40+2)); exit 3");
		await tui.see("from-42");
		await tui.see("exit 3");
		expect(tui.server.requests).toHaveLength(0);
	});

	test("Escape stops the user's own command", async () => {
		const tui = await makeTui();
		await tui.send("!sleep 60");
		await tui.see("Your command runs");
		await tui.type(keys.escape);
		await tui.see("exit 130");
	});

	test("the external editor gets the text and gives it back", async () => {
		const tui = await makeTui({
			files: { "editor.sh": '#!/bin/sh\nprintf "edited: " > "$1.new"; cat "$1" >> "$1.new"; mv "$1.new" "$1"\n' },
		});
		await chmod(path.join(tui.cwd, "editor.sh"), 0o755);
		const editor = path.join(tui.cwd, "editor.sh");
		await tui.type(keys.ctrlD);
		await tui.ended;
		const second = tui.again({}, { EDITOR: editor });
		await second.ready();
		await second.type("my prompt");
		await second.type("\x07");
		await second.see("› edited: my prompt");
		expect(second.terminal.isAlternate).toBe(true);
	});
});

describe("the composer", () => {
	test("@ finds files, Tab names one", async () => {
		const tui = await makeTui({
			script: [{ text: "read" }],
			files: { "src/deep/needle-file.ts": "x\n", "src/other.ts": "y\n", ".git/refs/x": "" },
		});
		await tui.type("look at @needl");
		await tui.see("▸ src/deep/needle-file.ts");
		await tui.type(keys.tab);
		await tui.see("› look at @src/deep/needle-file.ts");
		await tui.type("please");
		await tui.type(keys.enter);
		await tui.see("• read");
		expect(JSON.stringify(tui.server.requests[0]?.body)).toContain("look at @src/deep/needle-file.ts please");
	});

	test("a large paste is a block that is sent whole", async () => {
		const tui = await makeTui({ script: [{ text: "read it" }] });
		const text = Array.from({ length: 100 }, (_, at) => `pasted line ${at}`).join("\n");
		await tui.type(`\x1b[200~${text}\x1b[201~`);
		await tui.see("[Pasted Content");
		await tui.type(" please read");
		await tui.type(keys.enter);
		await tui.see("• read it");
		const body = JSON.stringify(tui.server.requests[0]?.body);
		expect(body).toContain("pasted line 0\\n");
		expect(body).toContain("pasted line 99 please read");
	});

	test("a small paste never submits, whatever lines it has", async () => {
		const tui = await makeTui();
		await tui.type("\x1b[200~one\rtwo\r\x1b[201~");
		const shown = await tui.see("two");
		expect(shown).toContain("› one");
		expect(tui.server.requests).toHaveLength(0);
	});

	test("lines that come without paste marks are a paste too", async () => {
		const tui = await makeTui();
		await tui.type("one\rtwo\rthree");
		await tui.see("three");
		expect(tui.server.requests).toHaveLength(0);
	});

	test("the path of an image becomes an image", async () => {
		const png = Buffer.from(
			"iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNkYPhfDwAChwGA60e6kgAAAABJRU5ErkJggg==",
			"base64",
		);
		const tui = await makeTui({ script: [{ text: "seen" }] });
		await writeFile(path.join(tui.cwd, "shot.png"), png);
		await tui.type(`\x1b[200~${path.join(tui.cwd, "shot.png")}\x1b[201~`);
		await tui.see("[image: shot.png]");
		await tui.type("what is it");
		await tui.type(keys.enter);
		await tui.see("• seen");
		expect(JSON.stringify(tui.server.requests[0]?.body)).toContain("data:image/png;base64");
	});

	test("a backslash before Enter, Ctrl-J and Alt-Enter make lines", async () => {
		const tui = await makeTui({ script: [{ text: "three lines" }] });
		await tui.type("a\\");
		await tui.type(keys.enter);
		await tui.type("b");
		await tui.type("\n");
		await tui.type("c");
		await tui.type("\x1b\r");
		await tui.type("d");
		await tui.type(keys.enter);
		await tui.see("• three lines");
		expect(JSON.stringify(tui.server.requests[0]?.body)).toContain("a\\nb\\nc\\nd");
	});

	test("the cursor stands where the next character goes, also after wide ones", async () => {
		const tui = await makeTui();
		await tui.type("漢字é");
		await tui.see("漢字é");
		expect(tui.terminal.cursor()).toEqual({ row: 21, column: 2 + 5 });
		await tui.type(keys.backspace);
		await tui.type(keys.backspace);
		await tui.gone("字");
		expect(tui.terminal.cursor()?.column).toBe(4);
	});
});
