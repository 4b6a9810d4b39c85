// Bundles the command line from the packages' sources: one entry, chunks for what is imported on demand, no build of
// the libraries needed. `--perf` keeps names and writes source maps, into dist-perf/. Prints what each entry loads.
import { cpSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { type BuildOptions, build, type Metafile } from "esbuild";
import { commonjsNames } from "./commonjs-names.ts";

/** Entry points below apps/cli/src, without `.ts`. Each must exist. */
const entryPoints = ["main"];

// Bundled CommonJS packages call require for Node's own modules; ESM has none. Declaring more names collides with yargs.
const banner =
	'import { createRequire as __codeCreateRequire } from "node:module"; const require = __codeCreateRequire(import.meta.url);';

const root = join(import.meta.dirname, "..");
const app = join(root, "apps/cli");

function versionOf(folder: string): string {
	const manifest: unknown = JSON.parse(readFileSync(join(folder, "package.json"), "utf8"));
	if (typeof manifest === "object" && manifest !== null && "version" in manifest) return String(manifest.version);
	throw new TypeError(`${folder}/package.json has no version`);
}

function options(perf: boolean): BuildOptions & { readonly metafile: true; readonly outdir: string } {
	return {
		absWorkingDir: root,
		entryPoints: entryPoints.map((name) => join(app, "src", `${name}.ts`)),
		outdir: join(app, perf ? "dist-perf" : "dist"),
		chunkNames: "chunks/[name]-[hash]",
		bundle: true,
		splitting: true,
		format: "esm",
		platform: "node",
		target: "node24",
		conditions: ["@codex/source"],
		loader: { ".md": "text", ".json": "json" },
		define: { __CODE_VERSION__: JSON.stringify(versionOf(app)) },
		banner: { js: banner },
		plugins: [commonjsNames()],
		legalComments: "external",
		minify: !perf,
		keepNames: perf,
		sourcemap: perf,
		metafile: true,
		logLevel: "warning",
	};
}

/** Bytes that load before the first `import()` of an entry runs. */
function eagerBytes(outputs: Metafile["outputs"], entry: string): number {
	const loaded = new Set<string>();
	const queue = [entry];
	for (let file = queue.pop(); file !== undefined; file = queue.pop()) {
		if (loaded.has(file)) continue;
		loaded.add(file);
		for (const { path, kind } of outputs[file]?.imports ?? []) {
			if (kind === "import-statement" && path in outputs) queue.push(path);
		}
	}
	return [...loaded].reduce((sum, file) => sum + (outputs[file]?.bytes ?? 0), 0);
}

function printSizes(outputs: Metafile["outputs"]): void {
	const kilobytes = (bytes: number): string => `${(bytes / 1024).toFixed(1)} kB`;
	const code = Object.entries(outputs).filter(([file]) => file.endsWith(".js"));
	for (const [file, { entryPoint }] of code) {
		// An import() target is an entry point to esbuild as well: only ours lie beside the chunks folder.
		if (entryPoint === undefined || file.includes("/chunks/")) continue;
		console.log(`${file}: ${kilobytes(eagerBytes(outputs, file))} before anything is imported on demand`);
	}
	const total = code.reduce((sum, [, { bytes }]) => sum + bytes, 0);
	console.log(`${code.length} files, ${kilobytes(total)} in all`);
}

const chosen = options(process.argv.includes("--perf"));
for (const stale of ["chunks", ...entryPoints.flatMap((name) => [`${name}.js`, `${name}.js.map`])]) {
	rmSync(join(chosen.outdir, stale), { recursive: true, force: true });
}
// The sandbox's helper, where its module looks from its chunk: beside the folder of the bundle.
rmSync(join(app, "native"), { recursive: true, force: true });
cpSync(join(root, "packages/sandbox/native/prebuilt"), join(app, "native/prebuilt"), { recursive: true });
const { metafile } = await build(chosen);
printSizes(metafile.outputs);
