// The interactive screen in a real terminal (tmux), as a user starts it.

import { execFileSync } from "node:child_process";
import { existsSync } from "node:fs";
import { readFile } from "node:fs/promises";
import path from "node:path";
import { type ModelServerOptions, requirePrerequisite } from "@codex/test-support";
import { describe, expect, onTestFinished, test as plainTest } from "vitest";
import { createScene, type Scene } from "./scene.ts";
import { startTmux, type Tmux } from "./tmux.ts";

const hasTmux = await requirePrerequisite("tmux", () => {
	execFileSync("tmux", ["-V"]);
	return true;
});
const test = hasTmux ? plainTest : plainTest.skip;

interface Stage {
	readonly scene: Scene;
	readonly tmux: Tmux;
	readonly again: (args: readonly string[]) => Promise<Tmux>;
}

async function setStage(script: ModelServerOptions["script"], args: readonly string[] = []): Promise<Stage> {
	const scene = await createScene(script);
	const start = async (more: readonly string[]): Promise<Tmux> => {
		const tmux = await startTmux({
			cwd: scene.repo,
			env: { ...scene.env, TERM: "tmux-256color" },
			args: more,
			columns: 90,
			rows: 28,
		});
		onTestFinished(() => tmux.close());
		return tmux;
	};
	const tmux = await start(args);
	return { scene, tmux, again: start };
}

const command = (text: string) => ({
	calls: [
		{ name: "shell", arguments: { command: text, with_escalated_permissions: true, justification: "for the test" } },
	],
});

describe("code in a terminal", () => {
	test("starts, answers a prompt, and gives the terminal back", async () => {
		const { tmux } = await setStage([{ text: "An answer with **weight**" }]);
		await tmux.see(/asks on-request/);
		expect(await tmux.ask("#{alternate_on}")).toBe("1");
		await tmux.type("say something");
		await tmux.press("Enter");
		await tmux.see("An answer with weight");
		await tmux.press("C-d");
		const shown = await tmux.see("ended with 0");
		expect(shown).toContain("code resume ");
		expect(await tmux.ask("#{alternate_on}")).toBe("0");
		await tmux.type("echo back-$((1+1))");
		await tmux.press("Enter");
		await tmux.see("back-2");
	});

	test("runs a command after yes, and not after no", async () => {
		const { tmux, scene } = await setStage([
			command("touch yes.txt"),
			{ text: "first done" },
			command("touch no.txt"),
			{ text: "second done" },
		]);
		await tmux.see(/asks on-request/);
		await tmux.type("make one");
		await tmux.press("Enter");
		await tmux.see("Code wants to run");
		await tmux.press("y");
		await tmux.see("first done");
		expect(existsSync(path.join(scene.repo, "yes.txt"))).toBe(true);
		await tmux.type("make another");
		await tmux.press("Enter");
		await tmux.see("Code wants to run");
		await tmux.press("n");
		await tmux.see("What shall it do instead?");
		await tmux.type("leave it");
		await tmux.press("Enter");
		await tmux.see("second done");
		expect(existsSync(path.join(scene.repo, "no.txt"))).toBe(false);
		expect(JSON.stringify(scene.server.requests.at(-1)?.body)).toContain("leave it");
	});

	test("interrupts, follows the size of the window, and leaves on Ctrl-C twice", async () => {
		const { tmux } = await setStage([{ text: "never", delayMs: 60_000 }]);
		await tmux.see(/asks on-request/);
		await tmux.type("wait");
		await tmux.press("Enter");
		await tmux.see("esc to interrupt");
		await tmux.press("Escape");
		await tmux.see("Interrupted");
		await tmux.resize(60, 15);
		await tmux.see(/─{60}\n› Ask for anything/);
		await tmux.resize(120, 40);
		await tmux.see(/─{120}/);
		await tmux.press("C-c");
		await tmux.see("again to quit");
		await tmux.press("C-c");
		await tmux.see("ended with 0");
	});

	test("Ctrl-Z gives the shell back, fg goes on with what was typed", async () => {
		const scene = await createScene([]);
		const env = { ...scene.env, TERM: "tmux-256color" };
		const tmux = await startTmux({ cwd: scene.repo, env, columns: 90, rows: 28, inShell: true });
		onTestFinished(() => tmux.close());
		await tmux.see(/asks on-request/);
		await tmux.type("half a pro");
		await tmux.see("half a pro");
		await tmux.press("C-z");
		await tmux.see("Stopped");
		expect(await tmux.ask("#{alternate_on}")).toBe("0");
		await tmux.type("echo in-the-$((1))-shell");
		await tmux.press("Enter");
		await tmux.see("in-the-1-shell");
		await tmux.type("fg");
		await tmux.press("Enter");
		await tmux.see("› half a pro");
		await tmux.type("mpt");
		await tmux.see("› half a prompt");
	});

	test("pastes many lines as one block that is sent whole", async () => {
		const { tmux, scene } = await setStage([{ text: "got all of it" }]);
		await tmux.see(/asks on-request/);
		const text = Array.from({ length: 120 }, (_, at) => `row ${at} of the paste`).join("\n");
		await tmux.paste(text);
		await tmux.see("[Pasted Content");
		await tmux.press("Enter");
		await tmux.see("got all of it");
		expect(JSON.stringify(scene.server.requests[0]?.body)).toContain("row 119 of the paste");
	});

	test("a killed program gives the terminal back; resume goes on", async () => {
		const { tmux, again } = await setStage([{ text: "keep me" }, { text: "went on" }], ["first prompt"]);
		await tmux.see("keep me");
		const pid = execFileSync("pgrep", ["-n", "-P", await tmux.ask("#{pane_pid}")], { encoding: "utf8" }).trim();
		process.kill(Number(pid), "SIGTERM");
		await tmux.see("ended with 130");
		expect(await tmux.ask("#{alternate_on}")).toBe("0");
		const second = await again(["resume", "--last"]);
		await second.see("keep me");
		await second.type("go on");
		await second.press("Enter");
		await second.see("went on");
	});

	test("without a terminal it says so and exits with 13", async () => {
		const scene = await createScene([]);
		const result = await scene.run(["do something"]);
		expect(result.exitCode).toBe(13);
		expect(result.stderr).toContain("needs a terminal");
	});

	test("the prompts of a session are in the history file", async () => {
		const { tmux, scene } = await setStage([{ text: "noted" }]);
		await tmux.see(/asks on-request/);
		await tmux.type("remember this");
		await tmux.press("Enter");
		await tmux.see("noted");
		expect(await readFile(path.join(scene.home.codeHome, "history.jsonl"), "utf8")).toContain("remember this");
	});
});
