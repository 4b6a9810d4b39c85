import { createVirtualTerminal, type VirtualTerminal } from "@codex/test-support";
import { describe, expect, onTestFinished, test } from "vitest";
import { makeCli } from "../cli-fixture.ts";

function makeScreen(): VirtualTerminal {
	const screen = createVirtualTerminal(90, 24);
	onTestFinished(() => screen.close());
	return screen;
}

const has =
	(text: string) =>
	(shown: string): boolean =>
		shown.includes(text);

describe("interactive sessions", () => {
	test("the prompt is sent at once; what is left in the shell names the session", async () => {
		const cli = await makeCli({ script: [{ text: "from the screen" }] });
		const screen = makeScreen();
		const running = cli.run(["-m", "gpt-4.1", "a first prompt"], { screen });
		await screen.until(has("from the screen"));
		screen.type("\x04");
		const result = await running;
		expect(result.code).toBe(0);
		expect(result.stderr).toMatch(/code resume [0-9a-f-]{36}/);
		expect(cli.server.requests[0]?.body.model).toBe("gpt-4.1");
	});

	test("resume goes on, by id, by --last, and by choosing", async () => {
		const cli = await makeCli({ script: [{ text: "the earlier answer" }, { text: "one more" }] });
		const first = makeScreen();
		const running = cli.run(["an earlier question"], { screen: first });
		await first.until(has("the earlier answer"));
		first.type("\x04");
		const id = /code resume (\S+)/.exec((await running).stderr)?.[1] ?? "";
		for (const argv of [["resume", id.slice(0, 13)], ["resume", "--last"], ["resume"]]) {
			const screen = makeScreen();
			const again = cli.run(argv, { screen });
			if (argv.length === 1) {
				await screen.until((shown) => shown.includes("search:") && shown.includes("an earlier question"));
				screen.type("\r");
			}
			await screen.until(has("• the earlier answer"));
			screen.type("\x04");
			expect((await again).code, argv.join(" ")).toBe(0);
		}
		const forked = makeScreen();
		const copy = cli.run(["fork", id], { screen: forked });
		await forked.until(has("• the earlier answer"));
		forked.type("\x04");
		const result = await copy;
		expect(result.code).toBe(0);
		expect(result.stderr).not.toContain(id);
	});

	test.each([
		[["two", "prompts"], "quotes"],
		[["--record", "a", "--replay", "b"], "contradict"],
		[["resume", "--last", "id", "prompt"], "there is no session id"],
		[["resume"], "there is no earlier session"],
		[["--max-cost-usd", "x"], "max-cost-usd"],
	])("%j is refused in the shell", async (argv, words) => {
		const cli = await makeCli();
		const result = await cli.run(argv, { screen: makeScreen() });
		expect(result.code).toBe(2);
		expect(result.stderr).toContain(words);
	});

	test("a broken configuration is told in the shell, and no screen is opened", async () => {
		const cli = await makeCli({ homeFiles: { "config.toml": "sandbox_mode = 7\n" } });
		const screen = makeScreen();
		const result = await cli.run([], { screen });
		expect(result.code).toBe(2);
		expect(result.stderr).toContain("sandbox_mode");
		expect(screen.written).toBe("");
	});
});
