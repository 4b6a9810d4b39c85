// Passes a command's output on while it runs, within bounds: a reader that wants all of it takes the end event. Counts
// lines on the way.

import type { ToolContext } from "../tool.ts";
import { maxDeltas, maxOutputBytes } from "./spec.ts";

/** Output on its way to whoever watches. */
export interface LiveOutput {
	readonly onOutput: (stream: "stdout" | "stderr", chunk: string) => void;
	/** Lines so far; an unfinished last one counts. */
	readonly totalLines: number;
}

const lineFeed = 0x0a;

/**
 * Makes the output of one call. It emits one `exec_command_output_delta` a chunk, until 10,000 events or 1 MiB (counted
 * in UTF-16 units) have gone out.
 */
export function createLiveOutput({ callId, emit }: Pick<ToolContext, "callId" | "emit">): LiveOutput {
	let deltas = 0;
	let roomLeft = maxOutputBytes;
	let lineFeeds = 0;
	let endsInLine = false;
	return {
		onOutput: (stream, chunk) => {
			if (chunk.length === 0) return;
			for (let index = 0; index < chunk.length; index += 1) if (chunk.charCodeAt(index) === lineFeed) lineFeeds += 1;
			endsInLine = chunk.charCodeAt(chunk.length - 1) !== lineFeed;
			if (deltas >= maxDeltas || roomLeft <= 0) return;
			deltas += 1;
			roomLeft -= chunk.length;
			emit({ type: "exec_command_output_delta", callId, stream, chunk });
		},
		get totalLines() {
			return lineFeeds + (endsInLine ? 1 : 0);
		},
	};
}
