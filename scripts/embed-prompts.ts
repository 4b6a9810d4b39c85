// Embeds prompt texts: every `<name>.md` below the sources of core and spec-kit becomes `<name>.gen.ts` beside it, which exports the
// text as `promptText`. `--check` writes nothing and fails when a module is missing, old or left over.
import { globSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { basename, join } from "node:path";

const root = join(import.meta.dirname, "..");
const sources = "packages/{core,spec-kit}/src/**/*.md";
const modules = "packages/{core,spec-kit}/src/**/*.gen.ts";

function moduleFor(source: string): string {
	const text = readFileSync(join(root, source), "utf8");
	const file = basename(source);
	return [
		`// Generated from ${file} by scripts/embed-prompts.ts; edit that file and run \`pnpm embed\`.`,
		"",
		`/** The text of \`${file}\`, as it stands there. */`,
		`export const promptText: string = ${JSON.stringify(text)};`,
		"",
	].join("\n");
}

function currentText(path: string): string | undefined {
	try {
		return readFileSync(join(root, path), "utf8");
	} catch {
		return undefined; // Not generated yet.
	}
}

const wanted = new Map(
	globSync(sources, { cwd: root }).map((source) => [source.replace(/\.md$/, ".gen.ts"), moduleFor(source)]),
);
const stale = [...wanted].filter(([path, text]) => currentText(path) !== text);
const leftOver = globSync(modules, { cwd: root }).filter((path) => !wanted.has(path));

if (process.argv.includes("--check")) {
	for (const [path] of stale) console.error(`${path} differs from its .md: run \`pnpm embed\``);
	for (const path of leftOver) console.error(`${path} has no .md beside it`);
	process.exitCode = stale.length + leftOver.length > 0 ? 1 : 0;
} else {
	for (const [path, text] of stale) writeFileSync(join(root, path), text);
	for (const path of leftOver) rmSync(join(root, path));
}
console.log(`${wanted.size} prompts, ${stale.length} to write, ${leftOver.length} left over`);
