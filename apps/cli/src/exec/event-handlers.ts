// A table of one function for each kind of event: complete by its type, and quick to call.

import type { EventMsg } from "@codex/protocol";

type Of<Type extends EventMsg["type"]> = Extract<EventMsg, { readonly type: Type }>;

/** One function for each kind of event. */
export type EventHandlers = {
	// Taken from a method, so that the function of one kind may stand for all where dispatchEvent has looked at the kind.
	readonly [Type in EventMsg["type"]]: { handle(msg: Of<Type>): void }["handle"];
};

/** For kinds that are not shown. */
export const ignoreEvent = (): void => undefined;

/** Calls the function of the event's kind. */
export function dispatchEvent(handlers: EventHandlers, msg: EventMsg): void {
	const handle: { handle(msg: EventMsg): void }["handle"] = handlers[msg.type];
	handle(msg);
}
