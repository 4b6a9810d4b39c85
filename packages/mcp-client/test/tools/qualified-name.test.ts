import fc from "fast-check";
import { expect, test } from "vitest";
import { hashedName, qualifiedName } from "../../src/tools/qualified-name.ts";

const long = "extremely_lengthy_function_name_that_absolutely_surpasses_all_reasonable_limits";

// The vectors of the Codex command line.
test.each([
	["server1", "tool1", "server1__tool1"],
	["my_server", long, "my_server__extremely_lena02e507efc5a9de88637e436690364fd4219e4ef"],
	["my_server", `yet_another_${long}`, "my_server__yet_another_e1c3987bd9c50b826cbe1687966f79f0c602d19ca"],
	["docs", "search.all things", "docs__search_all_things"],
])("%s and %s", (server, tool, name) => expect(qualifiedName(server, tool)).toBe(name));

test("every name is one that model vendors take", () => {
	fc.assert(
		fc.property(
			fc.stringMatching(/^[A-Za-z0-9_-]{1,40}$/),
			fc.string({ unit: "binary", minLength: 1, maxLength: 200 }),
			(server, tool) => {
				expect(qualifiedName(server, tool)).toMatch(/^[A-Za-z0-9_-]{1,64}$/);
				expect(hashedName(server, tool)).toMatch(/^[A-Za-z0-9_-]{1,64}$/);
			},
		),
	);
});
