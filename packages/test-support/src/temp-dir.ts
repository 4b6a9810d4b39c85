// Temporary folders, homes and git repositories for tests: real ones, removed on disposal, nothing of the user's in them.

import { execFile } from "node:child_process";
import { mkdir, mkdtemp, realpath, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { promisify } from "node:util";

const run = promisify(execFile);

/** A temporary folder. `await using` runs, but the import law cannot parse it: hand `dispose` to `onTestFinished`. */
export interface TempDir extends AsyncDisposable {
	/** Absolute, without symbolic links. */
	readonly path: string;
	/** Removes the folder and all that is in it; may be called again, and handed to `onTestFinished`. */
	readonly dispose: () => Promise<void>;
}

/** A temporary user home. */
export interface TempHome extends TempDir {
	/** `<path>/.code`, existing, mode 0700. */
	readonly codeHome: string;
	/** A whole environment for a child: `PATH` of this process, `HOME`, `CODE_HOME`, and nothing that names keys. */
	readonly env: Readonly<Record<string, string>>;
}

/** A temporary git repository on branch `main` with one commit of the given files. */
export interface TempRepo extends TempDir {
	/** Runs git in the repository, with the test's identity and without the user's or system's settings. Returns stdout. */
	readonly git: (...args: readonly string[]) => Promise<string>;
}

/** Makes a folder below the system's temporary folder; its name starts with `prefix`. */
export async function createTempDir(prefix = "code-test-"): Promise<TempDir> {
	const path = await realpath(await mkdtemp(join(tmpdir(), prefix)));
	const dispose = (): Promise<void> => rm(path, { recursive: true, force: true, maxRetries: 3 });
	return { path, dispose, [Symbol.asyncDispose]: dispose };
}

/** Makes a user home with an empty `.code` folder. */
export async function createTempHome(): Promise<TempHome> {
	const dir = await createTempDir("code-home-");
	const codeHome = join(dir.path, ".code");
	await mkdir(codeHome, { mode: 0o700 });
	return {
		...dir,
		codeHome,
		env: { PATH: process.env.PATH ?? "/usr/bin:/bin", HOME: dir.path, CODE_HOME: codeHome, TERM: "dumb" },
	};
}

const identity = ["-c", "user.name=Test", "-c", "user.email=test@example.test", "-c", "commit.gpgsign=false"];

const gitEnv = (home: string): Record<string, string> => ({
	PATH: process.env.PATH ?? "/usr/bin:/bin",
	HOME: home,
	LC_ALL: "C",
	GIT_CONFIG_GLOBAL: "/dev/null",
	GIT_CONFIG_NOSYSTEM: "1",
	GIT_TERMINAL_PROMPT: "0",
	// Fixed dates make commit ids the same in every run.
	GIT_AUTHOR_DATE: "2026-01-02T03:04:05Z",
	GIT_COMMITTER_DATE: "2026-01-02T03:04:05Z",
});

/** Writes files below `root`, making their folders. Keys are relative paths, values are contents. */
export async function writeTree(root: string, files: Readonly<Record<string, string | Uint8Array>>): Promise<void> {
	for (const [name, content] of Object.entries(files)) {
		const path = join(root, name);
		await mkdir(dirname(path), { recursive: true });
		await writeFile(path, content);
	}
}

/** Makes a git repository whose first commit holds `files`; needs `git`. With no files that commit is empty. */
export async function createTempRepo(files: Readonly<Record<string, string | Uint8Array>> = {}): Promise<TempRepo> {
	const dir = await createTempDir("code-repo-");
	const git = async (...args: readonly string[]): Promise<string> => {
		const options = { cwd: dir.path, env: gitEnv(dir.path), maxBuffer: 64 * 1024 * 1024 };
		const { stdout } = await run("git", [...identity, ...args], options);
		return stdout;
	};
	try {
		await git("init", "--quiet", "--initial-branch=main");
		await writeTree(dir.path, files);
		await git("add", "--all");
		await git("commit", "--quiet", "--allow-empty", "--message=first");
	} catch (thrown) {
		await dir.dispose();
		throw thrown;
	}
	return { ...dir, git };
}
