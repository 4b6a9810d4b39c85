// The lint rules: size limits, type-aware rules, and who may touch the ambient world (timers, environment, home).
// The places allowed to are data in scripts/lint/ambient.ts; nothing here is switched off for a single file.
import type { OxlintConfig } from "oxlint";
import { ambientOverrides, ambientRules } from "./scripts/lint/ambient.ts";
import { sizeExceptions } from "./scripts/lint/size-exceptions.ts";

const sizeRules: NonNullable<OxlintConfig["rules"]> = {
	"max-lines": ["error", { max: 400, skipBlankLines: true, skipComments: true }],
	"max-lines-per-function": ["error", { max: 80, skipBlankLines: true, skipComments: true }],
	"max-params": ["error", { max: 4 }],
	complexity: ["error", { max: 15 }],
};

/** Where unknown bytes become types: the only sources that may assert one. */
const parsers = ["packages/protocol/src/ids.ts", "**/schema/**/*.ts", "**/*-schema.ts", "**/wire.ts", "**/parse*.ts"];

const config: OxlintConfig = {
	plugins: ["typescript", "unicorn", "oxc", "import", "promise"],
	jsPlugins: [{ name: "house", specifier: "./scripts/lint/house-plugin.ts" }],
	options: { typeAware: true, reportUnusedDisableDirectives: "error" },
	categories: { correctness: "error" },
	rules: {
		...sizeRules,
		...ambientRules([]),
		"no-console": "error",
		"typescript/await-thenable": "error",
		"typescript/consistent-type-imports": ["error", { disallowTypeAnnotations: true }],
		"typescript/no-floating-promises": "error",
		"typescript/no-misused-promises": "error",
		"typescript/no-unsafe-type-assertion": "error",
		"typescript/only-throw-error": "error",
		"typescript/switch-exhaustiveness-check": ["error", { considerDefaultExhaustiveForUnions: true }],
		"house/documented-exports": "off",
		"house/literal-imports": "error",
		"house/explained-catch": "error",
		"house/zod-namespace": "error",
		// Biome has the same rule: one place to explain an exception.
		"no-control-regex": "off",
		// The stream and iterator code is written with loops that wait on purpose.
		"no-await-in-loop": "off",
		"require-yield": "off",
	},
	overrides: [
		{ files: ["packages/*/src/**/*.ts"], rules: { "house/documented-exports": "error" } },
		...ambientOverrides(),
		{ files: parsers, rules: { "typescript/no-unsafe-type-assertion": "off" } },
		{ files: ["apps/cli/src/**/*.ts", "scripts/**/*.ts", "bench/**/*.ts"], rules: { "no-console": "off" } },
		{ files: ["scripts/**/*.ts"], rules: { "house/literal-imports": "off" } },
		{
			// What a user's own program looks like, and what builds a native part: it reads its environment and prints.
			files: ["packages/*/examples/**/*.ts", "packages/*/native/**/*.ts"],
			rules: { "no-console": "off", "no-restricted-properties": "off", "no-restricted-imports": "off" },
		},
		{
			files: ["**/test/**/*.ts", "packages/test-support/src/**/*.ts"],
			rules: {
				"max-lines": ["error", { max: 600, skipBlankLines: true, skipComments: true }],
				"max-lines-per-function": "off",
				"typescript/no-unsafe-type-assertion": "off",
				"no-console": "off",
				"house/documented-exports": "off",
				"house/literal-imports": "off",
			},
		},
		...sizeExceptions.map(({ file, maxLines }) => ({
			files: [file],
			rules: {
				"max-lines": ["error", { max: maxLines, skipBlankLines: true, skipComments: true }] as ["error", object],
			},
		})),
	],
	ignorePatterns: [
		"**/node_modules/**",
		"**/dist/**",
		"**/dist-perf/**",
		"**/fixtures/**",
		"**/*.gen.ts",
		"artifacts/**",
		"examples/**",
		"coverage/**",
	],
};

export default config;
