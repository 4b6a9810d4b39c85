// `apply_patch` in the scripts of a model, and this program under that name.

import { execFile } from "node:child_process";
import { existsSync, readFileSync, symlinkSync } from "node:fs";
import path from "node:path";
import { promisify } from "node:util";
import { expect, test } from "vitest";
import { codeBin } from "./run-code.ts";
import { allowCommands, createScene } from "./scene.ts";

const update = (file: string, to: string): string =>
	`*** Begin Patch\n*** Update File: ${file}\n@@\n-old\n+${to}\n*** End Patch\n`;

const script = `set -e
for name in a b; do
	printf '*** Begin Patch\\n*** Update File: %s.txt\\n@@\\n-old\\n+new\\n*** End Patch\\n' $name > p
	if [ $name = a ]; then apply_patch < p; else apply_patch "$(cat p)"; fi
done
if apply_patch "$(sed s,b.txt,../outside.txt,g p)" 2> refused; then touch went-out; fi
`;

test("a script of the model finds apply_patch on its PATH; it writes where the command may, and nowhere else", async () => {
	const scene = await createScene([{ calls: [{ name: "shell", arguments: { command: script } }] }, { text: "done" }], {
		"a.txt": "old\n",
		"b.txt": "old\n",
		"../outside.txt": "old\n",
	});
	const result = await scene.run([
		"exec",
		...allowCommands,
		"-c",
		"sandbox_workspace_write.exclude_slash_tmp=true",
		"go",
	]);
	expect(result).toMatchObject({ exitCode: 0, stdout: "done\n" });
	const content = (name: string): string => readFileSync(path.join(scene.repo, name), "utf8");
	expect([content("a.txt"), content("b.txt"), content("../outside.txt")]).toEqual(["new\n", "new\n", "old\n"]);
	expect(content("refused")).toMatch(/outside\.txt/);
	expect(existsSync(path.join(scene.repo, "went-out"))).toBe(false);
});

test("a link called apply_patch applies the patch of its argument", async () => {
	const scene = await createScene([], { "a.txt": "old\n" });
	const link = path.join(scene.home.path, "apply_patch");
	symlinkSync(codeBin, link);
	const result = await promisify(execFile)(link, [update("a.txt", "newer")], { cwd: scene.repo, env: scene.env });
	expect(result).toEqual({ stdout: "Success. Updated the following files:\nM a.txt\n", stderr: "" });
	expect(readFileSync(path.join(scene.repo, "a.txt"), "utf8")).toBe("newer\n");
});
