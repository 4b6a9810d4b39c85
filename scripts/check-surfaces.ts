// Checks what consumers of the library packages get: packs each and lets publint and attw look at the archive, and
// refuses a tarball that carries build state or leaves a dependency of the workspace unresolved.
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { publint } from "publint";
import { formatMessage } from "publint/utils";
import { runStep } from "./steps.ts";
import { archiveName, packAll, type WorkspacePackage } from "./workspace.ts";

async function publintProblems(archive: string): Promise<readonly string[]> {
	const bytes = readFileSync(archive);
	const tarball = bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.byteLength);
	const { messages, pkg } = await publint({ pack: { tarball }, strict: true });
	const plain = messages.map((message) => formatMessage(message, pkg, { color: false }) ?? message.code);
	const text = JSON.stringify(pkg);
	return /"(?:workspace|catalog):/.test(text) ? [...plain, "a workspace or catalog range was not resolved"] : plain;
}

async function typeProblems(archive: string): Promise<readonly string[]> {
	const result = await runStep({
		name: "attw",
		command: "attw",
		args: ["--profile", "esm-only", "--no-color", archive],
	});
	return result.ok ? [] : [result.output.trim()];
}

async function problemsOf({ name }: WorkspacePackage, archive: string): Promise<readonly string[]> {
	const found = await Promise.all([publintProblems(archive), typeProblems(archive)]);
	return found.flat().map((problem) => `${name}: ${problem}`);
}

const destination = mkdtempSync(join(tmpdir(), "surfaces-"));
try {
	const libraries = packAll(destination).filter(({ folder }) => folder.startsWith("packages/"));
	const problems: string[] = [];
	for (const library of libraries)
		problems.push(...(await problemsOf(library, join(destination, archiveName(library)))));
	for (const problem of problems) console.error(problem);
	console.log(`${libraries.length} package surfaces, ${problems.length} problems`);
	process.exitCode = problems.length > 0 ? 1 : 0;
} finally {
	rmSync(destination, { recursive: true, force: true });
}
