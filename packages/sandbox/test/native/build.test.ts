// The shipped binaries are those of the sources beside them: rebuilt with the recorded compiler they are the same bytes;
// and the one for arm64 starts under an emulator.

import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { requirePrerequisite } from "@codex/test-support";
import { afterAll, describe, expect, it } from "vitest";
import { compile, compilerVersion, prebuiltFile, recordFile, sha256, targets } from "../../native/build.ts";

const native = join(import.meta.dirname, "../../native");
const record: {
	sources: Record<string, string>;
	binaries: { arch: string; sha256: string; compilerVersion: string; linkerVersion: string; bytes: number }[];
} = JSON.parse(readFileSync(recordFile, "utf8"));
const folder = mkdtempSync(join(tmpdir(), "native-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const isLinux = process.platform === "linux";
const emulator = ["qemu-aarch64-static", "qemu-aarch64"].find((name) => spawnSync(name, ["--version"]).status === 0);
const hasEmulator = isLinux && (await requirePrerequisite("qemu-user", () => emulator !== undefined));
const hasCompilers =
	isLinux &&
	(await requirePrerequisite("gcc for both machines", () =>
		targets.every((target) => compilerVersion(target) !== undefined),
	));

describe("the record", () => {
	it("names the sources and binaries as they are", () => {
		for (const [name, hash] of Object.entries(record.sources)) expect(sha256(join(native, name)), name).toBe(hash);
		for (const { arch, sha256: hash, bytes } of record.binaries) {
			expect(sha256(prebuiltFile(arch)), arch).toBe(hash);
			expect(bytes).toBeLessThan(40_000);
		}
	});
});

if (hasCompilers) {
	describe.each(targets.map((target) => [target.arch, target] as const))("for %s", (arch, target) => {
		it("the recorded compiler makes the same bytes, and any other compiles it", () => {
			const output = join(folder, arch);
			compile(target, output);
			const shipped = record.binaries.find((one) => one.arch === arch);
			const version = compilerVersion(target);
			const isSame = version?.compiler === shipped?.compilerVersion && version?.linker === shipped?.linkerVersion;
			console.log(
				`linux-${arch}: ${isSame ? "the recorded compiler" : `another compiler, ${version?.compiler ?? "?"}`}`,
			);
			if (isSame) expect(sha256(output)).toBe(shipped?.sha256);
			else expect(spawnSync(output, ["--bad"]).status === 200 || arch !== process.arch).toBe(true);
		});
	});
}

if (hasEmulator) {
	it("the binary for arm64 starts under an emulator and refuses what it does not know", () => {
		const { status, stderr } = spawnSync(emulator ?? "", [prebuiltFile("arm64"), "--bad-option"], { encoding: "utf8" });
		expect(status).toBe(200);
		expect(stderr).toContain("unknown-option --bad-option");
	});
}

it("these tests run wherever there is Linux", () => {
	expect([hasCompilers, hasEmulator]).toEqual([isLinux, isLinux]);
});
