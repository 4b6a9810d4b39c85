// Everything a machine checks without running the program. The build comes first, since the type-aware lint and the
// package surfaces read its declarations; the rest runs two at a time. Exits 1 and names the steps that failed.
import { runSteps, type Step } from "./steps.ts";

const step = (name: string, command: string, ...args: string[]): Step => ({ name, command, args });

const build = [step("build and types", "turbo", "run", "build", "bundle", "--continue", "--output-logs=errors-only")];

const rest = [
	step("package surfaces (publint, attw)", "node", "scripts/check-surfaces.ts"),
	step("types of tests and scripts", "tsc", "-p", "tsconfig.tests.json"),
	step("type-aware lint, sizes, doc comments", "oxlint", "--deny-warnings"),
	step("format and style", "biome", "ci", "--colors=off", "--error-on-warnings", "."),
	step("import law", "node", "scripts/check-law.ts"),
	step("unused files, exports, dependencies", "knip", "--no-progress"),
	step("manifests agree (sherif)", "sherif"),
	step("embedded prompts", "node", "scripts/embed-prompts.ts", "--check"),
	step("diagram of the pipeline", "node", "--conditions=@codex/source", "scripts/spec-kit-diagram.ts", "--check"),
	step("JSON Schemas", "node", "--conditions=@codex/source", "scripts/generate-schemas.ts", "--check"),
];

const failed = [...(await runSteps(build, 1)), ...(await runSteps(rest, 2))];
if (failed.length > 0) {
	console.error(`check failed: ${failed.join("; ")}`);
	process.exitCode = 1;
} else {
	console.log("check passed");
}
