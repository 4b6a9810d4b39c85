// An esbuild plugin: `import()` of a CommonJS package gives the same names in the bundle as in Node. esbuild alone leaves
// only `default` there, so that code which works from source breaks when bundled. The names are asked of Node itself.
import { dirname } from "node:path";
import { pathToFileURL } from "node:url";
import type { OnResolveArgs, OnResolveResult, Plugin, PluginBuild } from "esbuild";

const namespace = "commonjs-names";
const identifier = /^[\p{ID_Start}$_][\p{ID_Continue}$]*$/u;

/** Text of a module that re-exports a CommonJS file under the names that Node finds in it; undefined for an ES module. */
async function namedModule(file: string): Promise<string | undefined> {
	const exported: object = await import(pathToFileURL(file).href);
	// Node gives this name to the whole of a CommonJS module, and to nothing else.
	if (!("module.exports" in exported)) return undefined;
	const names = Object.keys(exported).filter((name) => name !== "default" && identifier.test(name));
	const members = names.map((name, index) => `const n${index} = whole.${name};\nexport { n${index} as ${name} };`);
	return [`import whole from ${JSON.stringify(file)};`, "export default whole;", ...members].join("\n");
}

async function resolve(
	build: PluginBuild,
	args: OnResolveArgs,
	modules: Map<string, string>,
): Promise<OnResolveResult | undefined> {
	if (args.kind !== "dynamic-import" || args.namespace !== "file") return undefined;
	const { importer, resolveDir } = args;
	const found = await build.resolve(args.path, { importer, resolveDir, kind: "import-statement" });
	if (found.errors.length > 0 || found.external || !found.path.includes("/node_modules/")) return undefined;
	const text = modules.get(found.path) ?? (await namedModule(found.path));
	if (text === undefined) return undefined;
	modules.set(found.path, text);
	return { path: found.path, namespace };
}

/** The plugin; asks Node once for each package that is imported on demand. */
export function commonjsNames(): Plugin {
	return {
		name: namespace,
		setup(build) {
			const modules = new Map<string, string>();
			build.onResolve({ filter: /^[^./]/ }, (args) => resolve(build, args, modules));
			build.onLoad({ filter: /.*/, namespace }, ({ path }) => ({
				contents: modules.get(path) ?? "",
				loader: "js",
				resolveDir: dirname(path),
			}));
		},
	};
}
