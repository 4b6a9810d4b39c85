// What a test needs of the machine (a program, a kernel feature). Where everything is promised to be there, a missing
// one is a failure; elsewhere the test is skipped, by its name.

/**
 * Tells whether a prerequisite is there; for `test.skipIf(!(await requirePrerequisite(…)))("name", …)`.
 *
 * `probe` says yes or no, or throws for no. With `CODE_TEST_REQUIRE=all` in the environment a no is thrown as an `Error`
 * that names the prerequisite, which fails the test file.
 */
export async function requirePrerequisite(name: string, probe: () => boolean | Promise<boolean>): Promise<boolean> {
	let reason = "the probe said no";
	try {
		if (await probe()) return true;
	} catch (thrown) {
		reason = thrown instanceof Error ? thrown.message : String(thrown);
	}
	if (process.env.CODE_TEST_REQUIRE === "all") {
		throw new Error(`the tests need ${name} (${reason}), and CODE_TEST_REQUIRE=all forbids to skip them`);
	}
	return false;
}
