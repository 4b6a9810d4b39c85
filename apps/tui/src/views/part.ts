// What views are put together from.

import type { Place } from "../terminal/paint.ts";
import type { Line } from "../text/span.ts";

/** A part of the screen, with the cursor where it has it. */
export interface Part {
	readonly lines: readonly Line[];
	readonly cursor?: Place;
}
