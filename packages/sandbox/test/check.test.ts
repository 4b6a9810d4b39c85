// `check` on this machine: every attempt of its table is really made, inside and outside.

import { mkdtempSync, readdirSync, realpathSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { checkAttempts, checkSandbox, createPlaceholderKeeper, planSandbox, probeSandbox } from "../src/index.ts";
import { findHelper } from "../src/run/helper-file.ts";
import { workspaceWrite } from "./run/command.ts";

const machine = { platform: process.platform, arch: process.arch };
const isLinux = process.platform === "linux";

if (isLinux) {
	describe("checkSandbox", () => {
		it("proves on this machine that everything in its table is enforced and the rest works", async () => {
			const scratch = realpathSync(mkdtempSync(join(tmpdir(), "check-")));
			const report = await checkSandbox({ machine, node: process.execPath, path: process.env["PATH"] ?? "", scratch });
			expect(report).toMatchObject({ ok: true, gaps: [], probe: { best: { kind: "namespaces" } } });
			expect(report.rows).toHaveLength(checkAttempts.length);
			expect(new Set(report.rows.map(({ verdict }) => verdict))).toEqual(new Set(["works", "enforced"]));
			expect(readdirSync(scratch)).toEqual([]);
			rmSync(scratch, { recursive: true });
		});

		it("says what Landlock alone does not keep", async () => {
			const scratch = realpathSync(mkdtempSync(join(tmpdir(), "check-")));
			const report = await checkSandbox({
				machine,
				node: process.execPath,
				path: process.env["PATH"] ?? "",
				scratch,
				only: ["landlock"],
			});
			expect(report.ok).toBe(false);
			expect(report.gaps).toContain("protected_paths");
			expect(report.rows.some(({ verdict }) => verdict === "NOT ENFORCED")).toBe(true);
			rmSync(scratch, { recursive: true });
		});
	});

	describe("probeSandbox", () => {
		it("says why there is no way", async () => {
			const none = await probeSandbox({ machine: { platform: "plan9", arch: "mips" } });
			expect(none).toMatchObject({ best: undefined, missing: "there is no helper for plan9-mips" });
			const absent = await probeSandbox({ machine, helperFile: "/nonexistent/helper" });
			expect(absent.missing).toContain("cannot be executed");
			const broken = await probeSandbox({ machine, helperFile: "/bin/false", bubblewrap: "/nonexistent/bwrap" });
			expect(broken.tries.map(({ works }) => works)).toEqual([false, false, false]);
			expect(broken.missing).toContain("bubblewrap: `/nonexistent/bwrap` cannot be executed (ENOENT)");
			expect((await probeSandbox({ machine: { platform: "darwin", arch: "arm64" } })).tries[0]).toMatchObject({
				kind: "seatbelt",
			});
			expect(await probeSandbox({ machine, helperFile: "/bin/false", only: [] })).toMatchObject({
				missing: "no mechanism was tried",
			});
		});
	});

	describe("a keeper of placeholders", () => {
		it("holds names for a session, and gives them up", async () => {
			const cwd = realpathSync(mkdtempSync(join(tmpdir(), "keeper-")));
			const helper = findHelper(machine);
			const keeper = createPlaceholderKeeper(helper.kind === "found" ? helper.path : "");
			const plan = planSandbox({ policy: workspaceWrite, cwd, home: "" });
			expect(await keeper.hold(plan)).toBe(true);
			expect(readdirSync(cwd)).toContain(".code");
			expect(await keeper.hold(plan)).toBe(true);
			await keeper.close();
			expect(readdirSync(cwd)).toEqual([]);
			expect(await createPlaceholderKeeper("/nonexistent").hold(plan)).toBe(false);
			expect(await keeper.hold({ kind: "unconfined" })).toBe(true);
			rmSync(cwd, { recursive: true });
		});
	});
}

it("these tests run wherever there is Linux", () => {
	expect(isLinux).toBe(process.platform === "linux");
});
