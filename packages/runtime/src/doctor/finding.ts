// What a check looks at and what it says.

import type { LoadedConfig } from "@codex/config";
import type { DoctorCheck } from "@codex/protocol";
import type { RuntimeContext } from "../runtime-context.ts";

/** What checks may look at. */
export interface DoctorSubject {
	readonly context: RuntimeContext;
	/** The configuration; without the files when they could not be read. */
	readonly loaded: LoadedConfig;
	/** Network may be used. */
	readonly online: boolean;
}

/** A good finding. */
export function ok(name: string, detail: string): DoctorCheck {
	return { name, status: "ok", detail };
}

/** A finding that stops nothing. */
export function warning(name: string, detail: string, hint: string): DoctorCheck {
	return { name, status: "warning", detail, hint };
}

/** A finding that stops the program from working. */
export function failed(name: string, detail: string, hint: string): DoctorCheck {
	return { name, status: "failed", detail, hint };
}
