// A CommonJS package imported on demand has the same names in the bundle as in Node.
import { mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { build } from "esbuild";
import { afterEach, beforeEach, expect, test } from "vitest";
import { commonjsNames } from "../../scripts/commonjs-names.ts";

let root = "";

function install(name: string, manifest: object, text: string): void {
	const folder = join(root, "node_modules", name);
	mkdirSync(folder, { recursive: true });
	writeFileSync(
		join(folder, "package.json"),
		JSON.stringify({ name, version: "1.0.0", main: "index.js", ...manifest }),
	);
	writeFileSync(join(folder, "index.js"), text);
}

async function bundled(text: string): Promise<Record<string, unknown>> {
	const entry = join(root, "entry.js");
	writeFileSync(entry, text);
	const outdir = join(root, "out");
	await build({
		entryPoints: [entry],
		outdir,
		bundle: true,
		splitting: true,
		format: "esm",
		platform: "node",
		outExtension: { ".js": ".mjs" },
		plugins: [commonjsNames()],
		logLevel: "silent",
	});
	return await import(/* @vite-ignore */ pathToFileURL(join(outdir, "entry.mjs")).href);
}

beforeEach(() => {
	root = realpathSync(mkdtempSync(join(tmpdir(), "names-")));
});

afterEach(() => rmSync(root, { recursive: true, force: true }));

test("names and default of a CommonJS package are what Node gives", async () => {
	install(
		"old",
		{},
		"function make() { return make.made; }\nmodule.exports = make;\nmodule.exports.made = 7;\nmodule.exports.destination = () => 'file';\n",
	);
	const { result } = await bundled(
		'const { destination, made, default: make } = await import("old");\nexport const result = [destination(), made, make()];\n',
	);
	expect(result).toEqual(["file", 7, 7]);
});

test("an ES module and a static import are left alone", async () => {
	install("new", { type: "module" }, "export const modern = 1;\nexport default 2;\n");
	install("old", {}, "exports.named = 3;\n");
	const { result } = await bundled(
		'import { named } from "old";\nconst space = await import("new");\nexport const result = [named, space.modern, space.default];\n',
	);
	expect(result).toEqual([3, 1, 2]);
});

test("a package that is not there is an error of the build", async () => {
	await expect(bundled('await import("absent");\n')).rejects.toThrow(/Could not resolve "absent"/);
});
