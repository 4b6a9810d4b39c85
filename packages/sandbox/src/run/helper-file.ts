// Where the helper's binary is. Only looks.

import { accessSync, constants } from "node:fs";
import { fileURLToPath } from "node:url";

/** The machine. */
export interface Machine {
	/** As in `process.platform`. */
	readonly platform: string;
	/** As in `process.arch`. */
	readonly arch: string;
}

/** The helper, or why there is none for this machine: one sentence. */
export type HelperFile =
	| { readonly kind: "found"; readonly path: string }
	| { readonly kind: "none"; readonly reason: string };

/** The machines that binaries are shipped for. */
const helperMachines: readonly string[] = ["linux-x64", "linux-arm64"];

/**
 * Finds the binary of this package for a machine, or checks the given one. A bundler that moves this file must hand over
 * `explicit`: the path is otherwise taken from where this module lies.
 */
export function findHelper(machine: Machine, explicit?: string): HelperFile {
	const name = `${machine.platform}-${machine.arch}`;
	if (explicit === undefined && !helperMachines.includes(name)) {
		return { kind: "none", reason: `there is no helper for ${name}` };
	}
	const path = explicit ?? fileURLToPath(new URL(`../../native/prebuilt/${name}/code-sandbox`, import.meta.url));
	try {
		accessSync(path, constants.X_OK);
		return { kind: "found", path };
	} catch (error) {
		const code = error instanceof Error && "code" in error ? String(error.code) : "unknown";
		return { kind: "none", reason: `\`${path}\` cannot be executed (${code})` };
	}
}
