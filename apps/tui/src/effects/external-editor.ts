// The composer's text in the user's editor: a private file, the editor on the whole terminal, the file read back.

import { spawn } from "node:child_process";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import path from "node:path";
import { toError } from "@codex/protocol";
import type { Runtime } from "@codex/runtime";

/** What came back: the text, or one sentence that says why nothing did. */
export type EditorResult =
	| { readonly kind: "ok"; readonly text: string }
	| { readonly kind: "problem"; readonly message: string };

function runEditor(editor: string, file: string, env: Readonly<Record<string, string | undefined>>): Promise<number> {
	return new Promise((resolve, reject) => {
		// The setting may hold options: a shell reads it, and the file is its argument.
		const child = spawn("/bin/sh", ["-c", `${editor} "$1"`, "sh", file], { stdio: "inherit", env });
		child.on("error", reject);
		child.on("close", (code) => resolve(code ?? 1));
	});
}

/** Edits a text. The caller has given the terminal back. Never rejects. */
export async function editExternally(runtime: Runtime, text: string): Promise<EditorResult> {
	const { env, tmpdir } = runtime.environment;
	const editor = [env["VISUAL"], env["EDITOR"]].find((name) => (name ?? "").trim() !== "") ?? "vi";
	let folder: string | undefined;
	try {
		// mkdtemp makes it readable by its owner alone.
		folder = await mkdtemp(path.join(tmpdir, "code-prompt-"));
		const file = path.join(folder, "prompt.md");
		await writeFile(file, text, { mode: 0o600 });
		const exitCode = await runEditor(editor, file, env);
		if (exitCode !== 0) return { kind: "problem", message: `${editor} ended with exit code ${exitCode}: nothing was taken over` };
		return { kind: "ok", text: await readFile(file, "utf8") };
	} catch (thrown) {
		return { kind: "problem", message: `${editor} cannot be used: ${toError(thrown).message}` };
	} finally {
		if (folder !== undefined) await rm(folder, { recursive: true, force: true });
	}
}
