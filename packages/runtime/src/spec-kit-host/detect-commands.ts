// How a repository builds, checks and tests itself, by the files in it. Reads names and manifests; runs nothing.

import { existsSync, readFileSync } from "node:fs";
import path from "node:path";

/** Commands as shell text. */
export interface DetectedCommands {
	readonly build?: string;
	readonly lint?: string;
	readonly test?: string;
}

function read(root: string, name: string): string | undefined {
	try {
		return readFileSync(path.join(root, name), "utf8");
	} catch {
		// Not there, or not to be read: nothing is known of it.
		return undefined;
	}
}

function nodeRunner(root: string): string {
	if (existsSync(path.join(root, "pnpm-lock.yaml"))) return "pnpm";
	if (existsSync(path.join(root, "yarn.lock"))) return "yarn";
	return existsSync(path.join(root, "bun.lockb")) || existsSync(path.join(root, "bun.lock")) ? "bun" : "npm";
}

// What `npm init` writes for a package without tests.
const placeholder = /no test specified/;

function ofNode(root: string): DetectedCommands | undefined {
	const text = read(root, "package.json");
	if (text === undefined) return undefined;
	let scripts: unknown;
	try {
		const manifest: unknown = JSON.parse(text);
		scripts = typeof manifest === "object" && manifest !== null && "scripts" in manifest ? manifest.scripts : undefined;
	} catch {
		return undefined; // A manifest that npm could not read either.
	}
	if (typeof scripts !== "object" || scripts === null) return undefined;
	const known = new Map(Object.entries(scripts));
	const runner = nodeRunner(root);
	const script = (name: keyof DetectedCommands): DetectedCommands => {
		const command: unknown = known.get(name);
		return typeof command === "string" && !placeholder.test(command) ? { [name]: `${runner} run ${name}` } : {};
	};
	return { ...script("build"), ...script("lint"), ...script("test") };
}

function ofMake(root: string): DetectedCommands | undefined {
	const text = read(root, "Makefile") ?? read(root, "makefile");
	if (text === undefined) return undefined;
	const target = (name: keyof DetectedCommands): DetectedCommands =>
		new RegExp(`^${name}\\s*:(?!=)`, "m").test(text) ? { [name]: `make ${name}` } : {};
	return { ...target("build"), ...target("lint"), ...target("test") };
}

function ofPython(root: string): DetectedCommands | undefined {
	const manifest = read(root, "pyproject.toml");
	if (manifest === undefined && read(root, "setup.py") === undefined) return undefined;
	const hasRuff = manifest?.includes("[tool.ruff") === true;
	return { ...(hasRuff ? { lint: "ruff check ." } : {}), test: "python -m pytest" };
}

/** The commands; empty when nothing is known. A Makefile's targets come after those of a language's own tools. */
export function detectCommands(root: string): DetectedCommands {
	const has = (name: string): boolean => existsSync(path.join(root, name));
	const own =
		ofNode(root) ??
		(has("Cargo.toml")
			? { build: "cargo build", lint: "cargo clippy --all-targets", test: "cargo test" }
			: has("go.mod")
				? { build: "go build ./...", lint: "go vet ./...", test: "go test ./..." }
				: ofPython(root));
	return { ...ofMake(root), ...own };
}
