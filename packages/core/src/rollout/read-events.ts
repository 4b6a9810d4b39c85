// The events of a session as they were told, from its file: for showing an earlier session again.

import type { EventMsg } from "@codex/protocol";
import { isFields, tryParseJson } from "./json-fields.ts";
import { LineChain } from "./line-chain.ts";
import { readLines } from "./line-reader.ts";
import { openForReading } from "./rollout-file.ts";

/**
 * Reads the events of the present branch of the rollout at `path`, oldest first. Lossy events are in no file. Lines that
 * are damaged or of another program's types are passed over.
 *
 * @throws what the system says when the file cannot be read
 */
export async function readEvents(path: string): Promise<readonly EventMsg[]> {
	const [handle, { eventMsgSchema }] = await Promise.all([openForReading(path), import("@codex/protocol/schema")]);
	const chain = new LineChain<EventMsg | undefined>();
	try {
		await readLines(handle, (text) => {
			const line = tryParseJson(text ?? "");
			if (!isFields(line)) return true;
			const isEvent = line.type === "event_msg";
			chain.add(line.id, line.parent, isEvent ? eventMsgSchema.safeParse(line.payload).data : undefined);
			return true;
		});
	} finally {
		await handle.close();
	}
	return chain.branch().filter((event) => event !== undefined);
}
