// Pages of the list of sessions. Pure. A cursor is the last session of the page before; one that is gone by then, or was
// never ours, is an error of the caller.

import { type ListSessionsResponse, RequestError } from "@agentclientprotocol/sdk";
import type { ListedSession } from "./port.ts";

// 50: two screens of an editor's menu.
const pageSize = 50;

/** The page after `cursor`; the first one without. */
export function listPage(sessions: readonly ListedSession[], cursor: string | undefined): ListSessionsResponse {
	const from = cursor === undefined ? 0 : sessions.findIndex(({ id }) => id === cursor) + 1;
	if (cursor !== undefined && from === 0) throw RequestError.invalidParams(undefined, "the cursor is not known");
	const page = sessions.slice(from, from + pageSize);
	const last = page.at(-1);
	const hasMore = from + pageSize < sessions.length;
	return {
		sessions: page.map(({ id, cwd, title, changedMs }) => ({
			sessionId: id,
			cwd,
			...(title === "" ? {} : { title }),
			updatedAt: new Date(changedMs).toISOString(),
		})),
		...(hasMore && last !== undefined ? { nextCursor: last.id } : {}),
	};
}
