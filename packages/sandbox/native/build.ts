// Builds the helper for both machines and records how: `pnpm --filter @codex/sandbox build:native`. Needs Debian's gcc,
// gcc-aarch64-linux-gnu and kernel headers; no libc. The same compiler gives the same bytes.

import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { chmodSync, mkdirSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import path from "node:path";

/** One machine that the helper is built for. */
export interface Target {
	/** As in `linux-<arch>` and Node's `process.arch`. */
	readonly arch: "x64" | "arm64";
	readonly compiler: string;
	readonly flags: readonly string[];
}

/** What BUILD.json says of one binary. */
export interface BuildRecord {
	readonly arch: string;
	readonly compiler: string;
	readonly compilerVersion: string;
	readonly linkerVersion: string;
	readonly bytes: number;
	readonly sha256: string;
}

const here = import.meta.dirname;

const flags = [
	"-std=gnu11",
	"-Os",
	"-Wall",
	"-Wextra",
	"-Wshadow",
	"-Werror",
	"-ffreestanding",
	"-fno-stack-protector",
	"-fno-asynchronous-unwind-tables",
	"-fno-tree-loop-distribute-patterns",
	"-fno-strict-aliasing",
	"-fno-pie",
	"-no-pie",
	"-nostdlib",
	"-nostartfiles",
	"-static",
	"-Wl,--build-id=none,-z,noexecstack,-z,norelro,-s",
];

/** The machines, with the compilers of Debian. */
export const targets: readonly Target[] = [
	{ arch: "x64", compiler: "x86_64-linux-gnu-gcc", flags },
	{ arch: "arm64", compiler: "aarch64-linux-gnu-gcc", flags: [...flags, "-mno-outline-atomics"] },
];

/** Where the committed binary of a machine is. */
export const prebuiltFile = (arch: string): string => path.join(here, "prebuilt", `linux-${arch}`, "code-sandbox");

/** Where the record is. */
export const recordFile = path.join(here, "BUILD.json");

function firstLine(program: string, args: readonly string[]): string | undefined {
	const { status, stdout } = spawnSync(program, args, { encoding: "utf8" });
	return status === 0 ? stdout.split("\n", 1)[0] : undefined;
}

/** The first lines of `gcc --version` and `ld --version`, or undefined when the compiler is not installed. */
export function compilerVersion(target: Target): { compiler: string; linker: string } | undefined {
	const compiler = firstLine(target.compiler, ["--version"]);
	const linker = firstLine(target.compiler.replace(/gcc$/, "ld"), ["--version"]);
	return compiler === undefined || linker === undefined ? undefined : { compiler, linker };
}

/** Compiles the helper to `output`. Throws an `Error` with the compiler's words when it refuses. */
export function compile(target: Target, output: string): void {
	mkdirSync(path.dirname(output), { recursive: true });
	const args = [...target.flags, "-o", `${output}.new`, "code-sandbox.c"];
	const { status, stderr } = spawnSync(target.compiler, args, { cwd: here, encoding: "utf8" });
	if (status !== 0) throw new Error(`${target.compiler} refused: ${stderr}`);
	chmodSync(`${output}.new`, 0o755);
	renameSync(`${output}.new`, output);
}

/** SHA-256 of a file, in hexadecimal. */
export const sha256 = (file: string): string => createHash("sha256").update(readFileSync(file)).digest("hex");

function build(target: Target): BuildRecord {
	const version = compilerVersion(target);
	if (version === undefined) throw new Error(`${target.compiler} is not installed`);
	const output = prebuiltFile(target.arch);
	compile(target, output);
	return {
		arch: target.arch,
		compiler: target.compiler,
		compilerVersion: version.compiler,
		linkerVersion: version.linker,
		bytes: readFileSync(output).length,
		sha256: sha256(output),
	};
}

if (process.argv[1] === import.meta.filename) {
	const sources = Object.fromEntries(
		["code-sandbox.c", "filter.h", "kernel.h"].map((name) => [name, sha256(path.join(here, name))]),
	);
	const record = { sources, binaries: targets.map(build) };
	writeFileSync(recordFile, `${JSON.stringify(record, undefined, "\t")}\n`);
	console.log(record.binaries.map(({ arch, bytes }) => `linux-${arch}: ${bytes} bytes`).join("\n"));
}
