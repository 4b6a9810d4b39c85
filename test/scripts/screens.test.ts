// The pictures in docs/screens are what the app shows now.

import { execFileSync } from "node:child_process";
import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";

const root = join(import.meta.dirname, "../..");

test("docs/screens is up to date", () => {
	const before = mkdtempSync(join(tmpdir(), "code-screens-"));
	onTestFinished(() => rmSync(before, { recursive: true }));
	execFileSync(process.execPath, ["--conditions=@codex/source", "scripts/screens.ts", before], { cwd: root });
	const kept = join(root, "docs/screens");
	expect(readdirSync(before).toSorted()).toEqual(readdirSync(kept).toSorted());
	for (const name of readdirSync(kept)) {
		expect(readFileSync(join(before, name), "utf8"), name).toBe(readFileSync(join(kept, name), "utf8"));
	}
});
