import { existsSync } from "node:fs";
import { readFile } from "node:fs/promises";
import path from "node:path";
import { describe, expect, test } from "vitest";
import { keys, makeTui, type TuiFixture } from "./tui-fixture.ts";

const outside = (command: string) => ({
	calls: [{ name: "shell", arguments: { command, with_escalated_permissions: true, justification: "it must" } }],
});

const lastBody = (tui: TuiFixture): string => JSON.stringify(tui.server.requests.at(-1)?.body);

describe("a command that is asked about", () => {
	test("is shown exactly, and runs after yes", async () => {
		const tui = await makeTui({ script: [outside("echo one > made.txt && echo two"), { text: "finished" }] });
		await tui.send("do it");
		const shown = await tui.see("Code wants to run");
		expect(shown).toContain("echo one > made.txt && echo two");
		expect(shown).toContain("It would run outside the sandbox");
		expect(shown).toContain("the model says: it must");
		expect(existsSync(path.join(tui.cwd, "made.txt"))).toBe(false);
		await tui.type("y");
		await tui.see("• finished");
		expect(await readFile(path.join(tui.cwd, "made.txt"), "utf8")).toBe("one\n");
	});

	test("does not run after no; the model reads what to do instead", async () => {
		const tui = await makeTui({ script: [outside("touch made.txt"), { text: "all right" }] });
		await tui.send("do it");
		await tui.see("Code wants to run");
		await tui.type("n");
		await tui.see("What shall it do instead?");
		await tui.send("write it in Rust");
		await tui.see("• all right");
		expect(existsSync(path.join(tui.cwd, "made.txt"))).toBe(false);
		expect(lastBody(tui)).toContain("write it in Rust");
	});

	test("Escape in the feedback goes back to the answers, Escape there stops the turn", async () => {
		const tui = await makeTui({ script: [outside("touch made.txt")] });
		await tui.send("do it");
		await tui.see("Code wants to run");
		await tui.type("n");
		await tui.see("What shall it do instead?");
		await tui.type(keys.escape);
		await tui.see("Yes, once");
		await tui.type(keys.escape);
		await tui.see("Interrupted");
		expect(existsSync(path.join(tui.cwd, "made.txt"))).toBe(false);
	});

	test("yes for the session: the same command is not asked about again", async () => {
		const tui = await makeTui({ script: [outside("echo again"), outside("echo again"), { text: "both ran" }] });
		await tui.send("do it");
		await tui.see("Code wants to run");
		await tui.type("s");
		await tui.see("• both ran");
	});

	test("always shows the rule that is saved, with examples, and saves exactly it", async () => {
		const call = { calls: [{ name: "shell", arguments: { command: "npm test --silent" } }] };
		const tui = await makeTui({
			script: [call, { text: "tested" }],
			rows: 40,
			request: { flags: { overrides: [], approvalPolicy: "untrusted", sandboxMode: "workspace-write" } },
		});
		await tui.send("test it");
		const shown = await tui.see("Always: save this rule");
		const rule = 'prefix_rule(pattern=["npm", "test", "--silent"], decision="allow",';
		expect(shown).toContain(rule);
		expect(shown).toContain("allows:");
		await tui.type("a");
		await tui.see("• tested");
		const saved = await readFile(path.join(tui.codeHome, "rules/default.rules"), "utf8");
		expect(saved).toContain(rule);
		expect(saved).toContain("exact=True");
	});

	test("arrows and Enter choose as well", async () => {
		const tui = await makeTui({ script: [outside("echo chosen"), { text: "done" }] });
		await tui.send("do it");
		await tui.see("▸ Yes, once");
		await tui.type(keys.down);
		await tui.see("▸ Yes, for the rest");
		await tui.type(keys.up);
		await tui.type(keys.enter);
		await tui.see("• done");
	});

	test("a long command shows its beginning, its end and its length, and all of it on demand", async () => {
		const lines = Array.from({ length: 40 }, (_, at) => `echo line-${at}`).join("\n");
		const tui = await makeTui({ script: [outside(lines), { text: "ok" }] });
		await tui.send("do it");
		const shown = await tui.see("rows between");
		expect(shown).toContain("echo line-0");
		expect(shown).toContain("echo line-39");
		expect(shown).toContain("40 lines");
		await tui.type("v");
		await tui.see("echo line-9");
		await tui.type(keys.pageDown);
		await tui.see("PgUp PgDn");
		await tui.type("y");
		await tui.see("• ok");
	});

	test("control characters in a command are shown by name", async () => {
		const tui = await makeTui({ script: [outside("echo safe\u0008\u0008\u0008\u0008rm -rf x"), { text: "no" }] });
		await tui.send("do it");
		await tui.see("echo safe\\x08\\x08\\x08\\x08rm -rf x");
		await tui.type(keys.escape);
		await tui.see("Interrupted");
	});

	test("keys that were meant for the composer answer nothing", async () => {
		const tui = await makeTui({ script: [{ ...outside("touch made.txt"), delayMs: 300 }, { text: "end" }] });
		await tui.send("do it");
		// Typed on until the question is there.
		while (!tui.terminal.text().includes("Code wants to run")) await tui.type("y");
		await tui.type("y");
		expect(tui.terminal.text()).toContain("Code wants to run");
		expect(existsSync(path.join(tui.cwd, "made.txt"))).toBe(false);
	});
});

test("a patch is asked about as a diff and applied after yes", async () => {
	const patch = "*** Begin Patch\n*** Update File: a.txt\n@@\n-old\n+new\n*** End Patch\n";
	const tui = await makeTui({
		script: [{ calls: [{ name: "apply_patch", arguments: { input: patch } }] }, { text: "patched" }],
		files: { "a.txt": "old\n" },
		request: { flags: { overrides: [], approvalPolicy: "untrusted", sandboxMode: "workspace-write" } },
	});
	await tui.send("change it");
	const shown = await tui.see("Code wants to change files");
	expect(shown).toContain("-old");
	expect(shown).toContain("+new");
	await tui.type("y");
	await tui.see("• patched");
	expect(await readFile(path.join(tui.cwd, "a.txt"), "utf8")).toBe("new\n");
	expect(tui.terminal.text()).toContain("Edited");
});
