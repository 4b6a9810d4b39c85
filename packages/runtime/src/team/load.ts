// The way to team work for programs that start often and use it seldom.

import type * as team from "./team.ts";

/** Loads it. */
export function loadTeam(): Promise<typeof team> {
	return import("./team.ts");
}
