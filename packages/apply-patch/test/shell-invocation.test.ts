import { execFileSync } from "node:child_process";
import { promises as fs } from "node:fs";
import { join } from "node:path";
import { applyPatch, extractPatchFromShell, parsePatch, type ShellInvocation } from "@codex/apply-patch";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { temporaryFolder } from "./tree.ts";

const patch = "*** Begin Patch\n*** Add File: a\n+x\n*** End Patch";
const call = `apply_patch <<'EOF'\n${patch}\nEOF`;
const bash = (script: string): ShellInvocation => extractPatchFromShell(["bash", "-lc", script]);
const found = { kind: "patch", text: `${patch}\n` };

describe("extractPatchFromShell", () => {
	it("knows a direct call", () => {
		expect(extractPatchFromShell(["apply_patch", patch])).toEqual({ kind: "patch", text: patch });
		expect(extractPatchFromShell(["applypatch", "anything"])).toEqual({ kind: "patch", text: "anything" });
		for (const argv of [["apply_patch"], ["apply_patch", patch, "x"], ["./apply_patch", patch], [], ["ls", "-l"]]) {
			expect(extractPatchFromShell(argv)).toEqual({ kind: "not_patch" });
		}
	});

	it("knows the shells and their flags", () => {
		for (const shell of ["bash", "/bin/bash", "sh", "/usr/bin/zsh", "C:\\Git\\bin\\bash.exe"]) {
			for (const flag of ["-c", "-lc"]) expect(extractPatchFromShell([shell, flag, call])).toEqual(found);
		}
		for (const argv of [
			["fish", "-c", call],
			["bash", "-x", call],
			["bash", "-lc", call, "x"],
			["bash", "-l", "-c", call],
			["bash.exe.old", "-c", call],
			["bash", call],
		]) {
			expect(extractPatchFromShell(argv)).toEqual({ kind: "not_patch" });
		}
	});

	it.each([
		call,
		`applypatch <<'EOF'\n${patch}\nEOF\n`,
		`\n  apply_patch  <<  "END_1"  \n${patch}\nEND_1\n\n`,
		`apply_patch<<'EOF'\n${patch}\nEOF`,
		`apply_patch <<EOF\n${patch}\nEOF`,
		`apply_patch <<'x y'\n${patch}\nx y`,
	])("takes %j", (script) => {
		expect(bash(script)).toEqual(found);
	});

	it.each([
		["cd sub && ", "sub"],
		["cd ../a-b_c.d/e,f && ", "../a-b_c.d/e,f"],
		["cd '/my dir/$x' && ", "/my dir/$x"],
		['cd "my dir\'s" && ', "my dir's"],
		["  cd\tsub&&", "sub"],
		["cd sub &&\n", "sub"],
		["cd \u00fcmlaut && ", "\u00fcmlaut"],
	])("takes the folder of %j", (prefix, workdir) => {
		expect(bash(prefix + call)).toEqual({ ...found, workdir });
	});

	it.each([
		`${call} && ls`,
		`${call}\nls`,
		`${call}; ls`,
		`echo hi; ${call}`,
		`echo hi && ${call}`,
		`ls | ${call}`,
		`cd sub; ${call}`,
		`cd sub || ${call}`,
		`cd sub\n${call}`,
		`cd sub & ${call}`,
		`cd sub | ${call}`,
		`cd a && cd b && ${call}`,
		`cd a b && ${call}`,
		`cd && ${call}`,
		`cd '' && ${call}`,
		`cd - && ${call}`,
		`cd -P sub && ${call}`,
		`cd ~/sub && ${call}`,
		`cd $HOME && ${call}`,
		`cd "$HOME" && ${call}`,
		`cd "a\\b" && ${call}`,
		`cd a\\ b && ${call}`,
		`cd a* && ${call}`,
		`cd {a,b} && ${call}`,
		`cd 'open && ${call}`,
		`cd a'b' && ${call}`,
		`cd 'a'b && ${call}`,
		`X=1 ${call}`,
		`(${call})`,
		`! ${call}`,
		`time ${call}`,
		`apply_patch x <<'EOF'\n${patch}\nEOF`,
		`apply_patch <<'EOF' x\n${patch}\nEOF`,
		`apply_patch <<'EOF' > out\n${patch}\nEOF`,
		`apply_patch <<'EOF' # note\n${patch}\nEOF`,
		`apply_patch <<-'EOF'\n${patch}\nEOF`,
		`apply_patch <<- EOF\n${patch}\nEOF`,
		`apply_patch <<<'EOF'\n${patch}\nEOF`,
		`apply_patch < <(x)\n${patch}\nEOF`,
		`apply_patch <<''\n${patch}\n`,
		`apply_patch <<'EOF'\n${patch}\n`,
		`apply_patch <<'EOF'\n${patch}\n EOF`,
		`apply_patch <<'EOF'\n${patch}\nEOF2`,
		`apply_patch <<'EOF' ${patch} EOF`,
		`apply_patch "${patch}"`,
		"apply_patch <<EOF\n*** Begin Patch\n*** Add File: a\n+$HOME\n*** End Patch\nEOF",
		"apply_patch <<EOF\n*** Begin Patch\n*** Add File: a\n+`ls`\n*** End Patch\nEOF",
		"apply_patch <<EOF\n*** Begin Patch\n*** Add File: a\n+a\\\\b\n*** End Patch\nEOF",
		"apply_patch <<EOF\n*** Begin Patch\n*** Add File: a\n+a\\\n*** End Patch\nEOF",
		`apply_patch2 <<'EOF'\n${patch}\nEOF`,
		`\u00a0${call}`,
		`${call}\r`,
		"apply_patch",
		"",
		"cd",
	])("leaves %j to the shell", (script) => {
		expect(bash(script)).toEqual({ kind: "not_patch" });
	});

	it("keeps what a quoted heredoc does not expand, and single backslashes of any", () => {
		const body = "*** Begin Patch\n*** Add File: a\n+$HOME `ls` a\\\\b\\\n*** End Patch";
		expect(bash(`apply_patch <<'EOF'\n${body}\nEOF`)).toEqual({ kind: "patch", text: `${body}\n` });
		const plain = '*** Begin Patch\n*** Add File: a\n+a\\n b\\"\n*** End Patch';
		expect(bash(`apply_patch <<EOF\n${plain}\nEOF`)).toEqual({ kind: "patch", text: `${plain}\n` });
	});

	it("sees a patch where a command should be", () => {
		expect(extractPatchFromShell([patch])).toEqual({ kind: "bare_patch" });
		expect(bash(`\n${patch}\n`)).toEqual({ kind: "bare_patch" });
		expect(extractPatchFromShell(["*** Begin Patch"])).toEqual({ kind: "not_patch" });
		expect(extractPatchFromShell(["ls"])).toEqual({ kind: "not_patch" });
	});

	it("gives what is needed to apply the patch in the folder of the script", async () => {
		const folder = await temporaryFolder();
		await fs.mkdir(join(folder, "sub"));
		const invocation = bash(`cd sub && ${call}`);
		const parsed = parsePatch(invocation.kind === "patch" ? invocation.text : "");
		if (invocation.kind !== "patch" || parsed.kind !== "ok") throw new Error("not a patch");
		const cwd = join(folder, invocation.workdir ?? "");
		expect(await applyPatch(parsed.patch, { cwd, confine: [folder] })).toMatchObject({ kind: "ok" });
		expect(await fs.readFile(join(folder, "sub/a"), "utf8")).toBe("x\n");
	});

	it("agrees with bash on what it takes", { timeout: 60_000 }, async () => {
		const folder = await temporaryFolder();
		await fs.mkdir(join(folder, "bin"));
		await fs.mkdir(join(folder, "sub dir"));
		await fs.writeFile(join(folder, "bin/apply_patch"), '#!/bin/sh\nprintf "%s|%s|" "$PWD" "$#"\ncat\n', {
			mode: 0o755,
		});
		const piece = fc.oneof(
			{
				weight: 6,
				arbitrary: fc.constantFrom(call, "apply_patch", " <<'EOF'\n", "<<EOF\n", `${patch}\n`, "EOF", "EOF\n"),
			},
			fc.constantFrom("cd ", "'sub dir'", "bin", " && ", ";", "\n", " ", "\\", "$x", "`", "'", '"', "#", "+y\\z\n"),
		);
		const script = fc.oneof(
			fc.array(piece, { maxLength: 8 }).map((pieces) => pieces.join("")),
			fc
				.tuple(
					fc.constantFrom("", "cd bin && ", "cd 'sub dir' && "),
					fc.constantFrom("EOF", "'EOF'"),
					fc.array(piece, { maxLength: 3 }),
				)
				.map(([cd, delimiter, pieces]) => `${cd}apply_patch <<${delimiter}\n${pieces.join("")}\nEOF`),
		);
		let taken = 0;
		fc.assert(
			fc.property(script, (input) => {
				const result = bash(input);
				if (result.kind !== "patch") return;
				taken += 1;
				const output = execFileSync("bash", ["--norc", "--noprofile", "-c", input], {
					cwd: folder,
					env: { PATH: `${join(folder, "bin")}:${process.env["PATH"] ?? ""}` },
					encoding: "utf8",
				});
				const cwd = result.workdir === undefined ? folder : join(folder, result.workdir);
				expect(output).toBe(`${cwd}|0|${result.text}`);
			}),
			{ numRuns: 400 },
		);
		expect(taken).toBeGreaterThan(30);
	});

	it("never throws", () => {
		fc.assert(
			fc.property(fc.array(fc.string({ unit: "binary" }), { maxLength: 4 }), (argv) => {
				expect(["patch", "bare_patch", "not_patch"]).toContain(extractPatchFromShell(argv).kind);
			}),
		);
	});
});
