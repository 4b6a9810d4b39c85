// Applies the import law to this workspace. Prints one line for each violation and exits 1 when there is one, when a
// package has no row, or when any file on disk or any import in it was not seen.
import { lawRows } from "../law.config.ts";
import { cruiseWorkspace } from "./law/cruise.ts";
import { packageFolders } from "./law/source-files.ts";

const root = process.cwd();
const report = await cruiseWorkspace(root);
const rows = new Set(lawRows.map(({ folder }) => folder));
const problems = [
	...packageFolders(root)
		.filter((folder) => !rows.has(folder))
		.map((folder) => `${folder} has no row in law.config.ts`),
	...report.blindSpots,
	...report.violations.map(({ rule, from, to, comment }) => `${from} → ${to}: ${rule}. ${comment}`),
];
for (const problem of problems) console.error(problem);
console.log(`import law: ${report.filesRead} of ${report.filesOnDisk} files read, ${problems.length} problems`);
process.exitCode = problems.length > 0 ? 1 : 0;
