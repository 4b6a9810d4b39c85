// Removes everything that a build, a test run or a pack has written; installed packages stay.
import { globSync, rmSync } from "node:fs";
import { join } from "node:path";
import { workspacePackages, workspaceRoot } from "./workspace.ts";

const perPackage = workspacePackages().flatMap(({ folder }) =>
	["dist", "dist-perf", ".turbo", "coverage"].map((name) => `${folder}/${name}`),
);
const profiles = globSync("*.{cpuprofile,heapprofile}", { cwd: workspaceRoot });
for (const path of [...perPackage, ".turbo", "coverage", "artifacts", "node_modules/.cache", ...profiles]) {
	rmSync(join(workspaceRoot, path), { recursive: true, force: true });
}
