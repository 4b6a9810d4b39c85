// How the texts of a run are made comparable with those of its recording.

import { realpathSync } from "node:fs";
import { createNormaliser, type FingerprintOptions } from "@codex/providers";
import type { RuntimeContext } from "../runtime-context.ts";

function realPath(path: string): string {
	try {
		return realpathSync(path);
	} catch {
		// It does not exist: then nothing of the run lies below it.
		return path;
	}
}

/** The options of fingerprints for a run in `cwd` (a real path). */
export function comparable(context: RuntimeContext, cwd: string): FingerprintOptions {
	const { environment, redactor } = context;
	return {
		normalise: createNormaliser({ cwd, home: environment.homedir, tmp: realPath(environment.tmpdir) }),
		redact: redactor.value,
	};
}
