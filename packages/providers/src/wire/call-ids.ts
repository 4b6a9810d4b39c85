// Call ids are the server's where they are good; where they are missing or used twice, ours take their place.

import { newCallId } from "@codex/protocol";

/** Makes a function that gives each call of one answer an id of its own. */
export function createCallIds(isKnown: (callId: string) => boolean): (wanted: string) => string {
	const given = new Set<string>();
	return (wanted) => {
		const callId = wanted === "" || given.has(wanted) || isKnown(wanted) ? newCallId() : wanted;
		given.add(callId);
		return callId;
	};
}
