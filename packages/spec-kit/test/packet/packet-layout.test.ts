import { describe, expect, it } from "vitest";
import { packetFolder, packetNames } from "../../src/packet/packet-layout.ts";

describe("packetFolder", () => {
	it.each([
		["SPEC-KIT-1", ["SPEC-KIT-10", "SPEC-KIT-1"], "docs/SPEC-KIT-1"],
		["SPEC-KIT-1", ["SPEC-KIT-10", "SPEC-KIT-1-b", "SPEC-KIT-1-a"], "docs/SPEC-KIT-1-a"],
		["SPEC-KIT-1", ["SPEC-KIT-10-x"], "docs/SPEC-KIT-1"],
		["spec-kit-1", ["spec-kit-1-Slug"], "docs/spec-kit-1-Slug"],
		["SPEC-KIT-1", ["spec-kit-1"], "docs/spec-kit-1"],
		["SPEC-KIT-1", ["docs/SPEC-KIT-1-a/"], "docs/SPEC-KIT-1-a"],
		["SPEC-KIT-1", [], "docs/SPEC-KIT-1"],
	])("%s among %j", (id, existing, expected) => expect(packetFolder(id, existing)).toBe(expected));
});

describe("packetNames", () => {
	it("takes folders directly below docs that could be packets", () => {
		const files = ["docs/SPEC-A-1/spec.md", "docs/SPEC-A-1/x/y.md", "docs/readme.md", "docs/other/x", "docs/SPEC-B-2"];
		expect(packetNames(files)).toEqual(["SPEC-A-1"]);
	});
});
