// Temporary folders and their exact content, for tests that compare what is on disk.
import { promises as fs } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { onTestFinished } from "vitest";

// Permissions of new files are compared, so they must not depend on who runs the tests.
process.umask(0o022);

/** A new folder, by its real path, that is gone after the test. */
export async function temporaryFolder(): Promise<string> {
	const folder = await fs.realpath(await fs.mkdtemp(join(tmpdir(), "apply-patch-")));
	onTestFinished(() => fs.rm(folder, { recursive: true, force: true }));
	return folder;
}

/** Every entry below a folder: kind, permissions, and bytes or link target; folders end in `/`. */
export async function snapshot(folder: string): Promise<Record<string, string>> {
	const result: Record<string, string> = {};
	const walk = async (path: string, prefix: string): Promise<void> => {
		const entries = await fs.readdir(path, { withFileTypes: true });
		for (const entry of entries.sort((left, right) => (left.name < right.name ? -1 : 1))) {
			const full = join(path, entry.name);
			const name = prefix + entry.name;
			const mode = ((await fs.lstat(full)).mode & 0o7777).toString(8);
			if (entry.isDirectory()) {
				result[`${name}/`] = mode;
				await walk(full, `${name}/`);
			} else if (entry.isSymbolicLink()) result[name] = `-> ${await fs.readlink(full)}`;
			else if (entry.isFile()) result[name] = `${mode} ${(await fs.readFile(full)).toString("latin1")}`;
			else result[name] = `${mode} special`;
		}
	};
	await walk(folder, "");
	return result;
}

/** Writes files, folders above them included. */
export async function writeTree(folder: string, files: Readonly<Record<string, string | Uint8Array>>): Promise<void> {
	for (const [path, content] of Object.entries(files)) {
		await fs.mkdir(dirname(join(folder, path)), { recursive: true });
		await fs.writeFile(join(folder, path), content);
	}
}
