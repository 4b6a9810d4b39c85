import { describePatch, type Patch, parsePatch, patchPaths } from "@codex/apply-patch";
import { describe, expect, it } from "vitest";

function patchOf(...lines: readonly string[]): Patch {
	const parsed = parsePatch(["*** Begin Patch", ...lines, "*** End Patch"].join("\n"));
	if (parsed.kind === "error") throw new Error(parsed.error.message);
	return parsed.patch;
}

const patch = patchOf(
	"*** Add File: a.txt",
	"+1",
	"+2",
	"*** Update File: b.txt",
	"*** Move to: c.txt",
	"@@",
	" same",
	"-old",
	"+new",
	"+newer",
	"*** Delete File: d.txt",
	"*** Update File: a.txt",
	"@@",
	"-1",
);

describe("describePatch", () => {
	it("has a line for each hunk", () => {
		expect(describePatch(patch)).toBe(
			"add a.txt (+2)\nupdate b.txt -> c.txt (+2 -1)\ndelete d.txt\nupdate a.txt (+0 -1)",
		);
		expect(describePatch(patchOf())).toBe("");
	});

	it("shows nothing that a terminal would obey", () => {
		expect(describePatch(patchOf("*** Delete File: a\u001B[2Jb\u202Ec\u2066d\u009Be"))).toBe("delete a?[2Jb?c?d?e");
	});
});

describe("patchPaths", () => {
	it("names every path once, move targets included", () => {
		expect(patchPaths(patch)).toEqual(["a.txt", "b.txt", "c.txt", "d.txt"]);
	});
});
