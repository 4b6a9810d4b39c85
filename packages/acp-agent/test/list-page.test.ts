import { expect, test } from "vitest";
import { listPage } from "../src/list-page.ts";

const sessions = Array.from({ length: 120 }, (_, at) => ({ id: `s${at}`, cwd: "/w", title: "", changedMs: at }));

test("pages follow one another and end", () => {
	const seen: string[] = [];
	let cursor: string | undefined;
	for (let page = 0; page < 3; page += 1) {
		const listed = listPage(sessions, cursor);
		seen.push(...listed.sessions.map(({ sessionId }) => sessionId));
		cursor = listed.nextCursor ?? undefined;
	}
	expect(cursor).toBeUndefined();
	expect(seen).toEqual(sessions.map(({ id }) => id));
});

test("a cursor that is not known is refused", () => {
	expect(() => listPage(sessions, "nope")).toThrow("cursor");
	expect(listPage([], undefined)).toEqual({ sessions: [] });
});
