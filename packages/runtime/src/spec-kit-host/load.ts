// The way to Spec-Kit for programs that start often and use it seldom: nothing of it is read before it is asked for.

import type * as commands from "./spec-kit-commands.ts";

/** What Spec-Kit offers to shells. */
export type SpecKit = typeof commands;

/** Loads it. */
export function loadSpecKit(): Promise<SpecKit> {
	return import("./spec-kit-commands.ts");
}
