// Branded identifiers. Every id of the program is made here, so that no other file draws randomness for names.

declare const brand: unique symbol;
type Branded<Name extends string> = string & { readonly [brand]: Name };

/** A session (the outside wire calls it a thread): UUID v7, so that names sort by time. */
export type SessionId = Branded<"SessionId">;
/** One turn of a session: UUID v7. */
export type TurnId = Branded<"TurnId">;
/** One submission: UUID v7; `""` on events that no submission caused. */
export type SubmissionId = Branded<"SubmissionId">;
/** A tool call. Chosen by the model's server, or made here when the server sends none. */
export type CallId = Branded<"CallId">;

const hex = (bytes: Uint8Array): string => Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");

function uuidV7(): string {
	// RFC 9562, section 5.7: 48 bits of Unix milliseconds, version 7, variant 10, the rest random.
	const bytes = crypto.getRandomValues(new Uint8Array(16));
	let ms = Date.now();
	for (let index = 5; index >= 0; index -= 1) {
		bytes[index] = ms % 256;
		ms = Math.floor(ms / 256);
	}
	bytes[6] = 0x70 | ((bytes[6] ?? 0) & 0x0f);
	bytes[8] = 0x80 | ((bytes[8] ?? 0) & 0x3f);
	const text = hex(bytes);
	return `${text.slice(0, 8)}-${text.slice(8, 12)}-${text.slice(12, 16)}-${text.slice(16, 20)}-${text.slice(20)}`;
}

/** Makes a session id. */
export function newSessionId(): SessionId {
	return uuidV7() as SessionId;
}

/** Makes a turn id. */
export function newTurnId(): TurnId {
	return uuidV7() as TurnId;
}

/** Makes a submission id. */
export function newSubmissionId(): SubmissionId {
	return uuidV7() as SubmissionId;
}

/** Makes a call id for a server that sent none. */
export function newCallId(): CallId {
	return `call_${uuidV7().replaceAll("-", "")}` as CallId;
}

const uuidPattern = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;

/** The session id in `text`, or `undefined` when it is not a UUID (so it can never name a path). */
export function tryParseSessionId(text: string): SessionId | undefined {
	return uuidPattern.test(text) ? (text.toLowerCase() as SessionId) : undefined;
}

/** Takes over a call id that came over a wire; any non-empty text. */
export function asCallId(text: string): CallId {
	return text as CallId;
}

/** Takes over a submission id that came over a wire; any text. */
export function asSubmissionId(text: string): SubmissionId {
	return text as SubmissionId;
}

/** Takes over a turn id that was read from a rollout or a recording; any text. */
export function asTurnId(text: string): TurnId {
	return text as TurnId;
}
