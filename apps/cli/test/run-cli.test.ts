import { describe, expect, test } from "vitest";
import { makeCli } from "./cli-fixture.ts";

describe("runCli", () => {
	test("shows the version and help of every kind", async () => {
		const cli = await makeCli();
		expect(await cli.run(["exec", "--version"])).toMatchObject({ code: 0, stdout: "code 0.0.0-test\n", stderr: "" });
		const help = await cli.run(["exec", "-h"], { terminal: true });
		expect(help).toMatchObject({ code: 0, stderr: "" });
		expect(help.stdout).toContain("Usage: code exec [OPTIONS] [PROMPT]");
		expect((await cli.run(["-hV"])).stdout).toContain("Usage: code COMMAND [OPTIONS]");
	});

	test.each<[readonly string[], string]>([
		[["exec", "--modle", "x"], "error: unknown option `--modle`; did you mean `--model`?\nSee `code --help`\n"],
		[["doctor", "now"], "error: unexpected argument `now`\nSee `code doctor --help`\n"],
	])("%j is a usage error", async (argv, stderr) => {
		const cli = await makeCli();
		expect(await cli.run(argv)).toMatchObject({ code: 2, stdout: "", stderr });
	});

	test("an interactive session needs a terminal: 13 without one", async () => {
		const cli = await makeCli();
		for (const argv of [[], ["fix the tests"], ["resume", "--last"]]) {
			expect(await cli.run(argv)).toMatchObject({ code: 13, stderr: expect.stringContaining("code exec") });
		}
	});
});
