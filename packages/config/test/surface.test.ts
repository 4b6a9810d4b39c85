import { expect, it } from "vitest";
import * as surface from "../src/index.ts";
import * as schema from "../src/schema/index.ts";

it("exports exactly these values", () => {
	expect(Object.keys(surface).toSorted()).toEqual([
		"ConfigError",
		"childEnvironment",
		"editConfig",
		"ensureHome",
		"explainAll",
		"explainKey",
		"findRepository",
		"formatPlace",
		"formatProblem",
		"formatProjectLayer",
		"governedFiles",
		"governedFolders",
		"loadConfig",
		"pathForReading",
		"readEnvironment",
		"readTextFile",
		"resolveApprovalPolicy",
		"resolvePaths",
		"resolveSandboxPolicy",
		"selectProvider",
		"settingsFolders",
		"trustFolder",
		"trustState",
		"trustedFolders",
		"untrustFolder",
		"visibleText",
		"withFileLock",
		"writeFileAtomic",
	]);
	expect(Object.keys(schema).toSorted()).toEqual(["configSchema", "schemaIssues"]);
});
