// The workspace as the scripts see it: its packages with their folders, and the archives that pnpm packs of them.
import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { packageFolders } from "./law/source-files.ts";

/** Root folder of the workspace. */
export const workspaceRoot: string = join(import.meta.dirname, "..");

/** A package of the workspace. */
export interface WorkspacePackage {
	readonly name: string;
	readonly version: string;
	/** From the root, as `packages/<name>` or `apps/<name>`. */
	readonly folder: string;
	/** Never published. */
	readonly isPrivate: boolean;
}

function readPackage(folder: string): WorkspacePackage {
	const manifest: unknown = JSON.parse(readFileSync(join(workspaceRoot, folder, "package.json"), "utf8"));
	if (typeof manifest !== "object" || manifest === null || !("name" in manifest) || !("version" in manifest)) {
		throw new TypeError(`${folder}/package.json needs a name and a version`);
	}
	const isPrivate = "private" in manifest && manifest.private === true;
	return { name: String(manifest.name), version: String(manifest.version), folder, isPrivate };
}

/** Every package of the workspace, in the order of their folders. */
export function workspacePackages(): readonly WorkspacePackage[] {
	return packageFolders(workspaceRoot)
		.filter((folder) => existsSync(join(workspaceRoot, folder, "package.json")))
		.map(readPackage);
}

/** File name that packing gives to the archive of a package. */
export function archiveName({ name, version }: WorkspacePackage): string {
	return `${name.replace("@", "").replace("/", "-")}-${version}.tgz`;
}

// Packages that install alone from one archive, which then carries the packages of the workspace that they depend on.
const standalone = new Set(["@codex/spec-kit"]);

function mustRun(command: string, args: readonly string[], cwd: string): void {
	const { status, stdout, stderr, error } = spawnSync(command, args, { cwd, encoding: "utf8" });
	if (status !== 0) throw new Error(`${command} ${args.join(" ")}: ${error?.message ?? ""}\n${stdout}${stderr}`);
}

function unpack(archive: string, into: string): void {
	mkdirSync(into, { recursive: true });
	mustRun("tar", ["xzf", archive, "--strip-components=1", "-C", into], into);
}

/** Packs a standalone package anew, with its workspace dependencies inside. pnpm itself bundles only hoisted installs. */
function bundle(destination: string, one: WorkspacePackage, all: readonly WorkspacePackage[]): void {
	const work = mkdtempSync(join(tmpdir(), "bundle-"));
	try {
		unpack(join(destination, archiveName(one)), work);
		const path = join(work, "package.json");
		const manifest: unknown = JSON.parse(readFileSync(path, "utf8"));
		if (typeof manifest !== "object" || manifest === null || !("dependencies" in manifest)) return;
		const wanted = all.filter(({ name }) => name in Object(manifest.dependencies));
		for (const dependency of wanted) {
			unpack(join(destination, archiveName(dependency)), join(work, "node_modules", dependency.name));
		}
		const bundleDependencies = wanted.map(({ name }) => name);
		writeFileSync(path, `${JSON.stringify({ ...manifest, bundleDependencies }, null, 2)}\n`);
		mustRun("npm", ["pack", "--ignore-scripts", "--loglevel=error", "--pack-destination", destination], work);
	} finally {
		rmSync(work, { recursive: true, force: true });
	}
}

/**
 * Packs every public package into `destination` and returns them.
 *
 * The packages must be built. Throws with the output of pnpm when packing fails or an archive is missing.
 */
export function packAll(destination: string): readonly WorkspacePackage[] {
	const packages = workspacePackages().filter(({ isPrivate }) => !isPrivate);
	const filters = packages.flatMap(({ name }) => ["--filter", name]);
	const args = ["--recursive", ...filters, "pack", "--pack-destination", destination];
	const { status, stdout, stderr, error } = spawnSync("pnpm", args, { cwd: workspaceRoot, encoding: "utf8" });
	const missing = packages.map(archiveName).filter((archive) => !existsSync(join(destination, archive)));
	if (status !== 0 || missing.length > 0) {
		throw new Error(`packing failed (${missing.join(", ") || "pnpm"}): ${error?.message ?? ""}\n${stdout}${stderr}`);
	}
	for (const one of packages) if (standalone.has(one.name)) bundle(destination, one, packages);
	return packages;
}
