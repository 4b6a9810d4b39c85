import * as surface from "@codex/apply-patch";
import { expect, it } from "vitest";

it("exports exactly this", () => {
	expect(Object.keys(surface).sort()).toEqual([
		"applyPatch",
		"computeUpdate",
		"describePatch",
		"extractPatchFromShell",
		"parsePatch",
		"patchPaths",
		"planPatch",
		"seekSequence",
	]);
});
