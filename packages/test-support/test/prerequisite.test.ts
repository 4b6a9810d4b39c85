import { afterEach, expect, test } from "vitest";
import { requirePrerequisite } from "../src/index.ts";

const before = process.env.CODE_TEST_REQUIRE;

afterEach(() => {
	if (before === undefined) delete process.env.CODE_TEST_REQUIRE;
	else process.env.CODE_TEST_REQUIRE = before;
});

test("what is there is there, whatever is required", async () => {
	for (const required of ["all", "none"]) {
		process.env.CODE_TEST_REQUIRE = required;
		expect(await requirePrerequisite("node", () => true)).toBe(true);
		expect(await requirePrerequisite("node", async () => true)).toBe(true);
	}
});

test("what is missing is skipped where nothing is required", async () => {
	delete process.env.CODE_TEST_REQUIRE;
	expect(await requirePrerequisite("a unicorn", () => false)).toBe(false);
	expect(await requirePrerequisite("a unicorn", () => Promise.reject(new Error("none")))).toBe(false);
});

test("what is missing fails by name where everything is required", async () => {
	process.env.CODE_TEST_REQUIRE = "all";
	await expect(requirePrerequisite("a unicorn", () => false)).rejects.toThrow(/need a unicorn \(the probe said no\)/);
	const probe = (): boolean => {
		throw new Error("no such program");
	};
	await expect(requirePrerequisite("a unicorn", probe)).rejects.toThrow(/need a unicorn \(no such program\)/);
});
