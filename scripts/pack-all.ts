// Writes the archive of every public package to artifacts/, replacing what lies there.
import { mkdirSync, rmSync, statSync } from "node:fs";
import { join } from "node:path";
import { archiveName, packAll, workspaceRoot } from "./workspace.ts";

const destination = join(workspaceRoot, "artifacts");
rmSync(destination, { recursive: true, force: true });
mkdirSync(destination);
for (const packed of packAll(destination)) {
	const archive = archiveName(packed);
	console.log(`artifacts/${archive} ${(statSync(join(destination, archive)).size / 1024).toFixed(1)} kB`);
}
