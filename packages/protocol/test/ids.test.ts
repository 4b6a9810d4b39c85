import { expect, test } from "vitest";
import {
	asCallId,
	asSubmissionId,
	asTurnId,
	newCallId,
	newSessionId,
	newSubmissionId,
	newTurnId,
	tryParseSessionId,
} from "../src/index.ts";

const uuidV7 = /^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/;

test("session, turn and submission ids are UUIDs of version 7, each its own", () => {
	for (const make of [newSessionId, newTurnId, newSubmissionId]) {
		const ids = Array.from({ length: 200 }, () => String(make()));
		for (const id of ids) expect(id).toMatch(uuidV7);
		expect(new Set(ids).size).toBe(200);
	}
});

test("a session id begins with the milliseconds of its making, so that names sort by time", () => {
	const before = Date.now();
	const id = newSessionId().replaceAll("-", "");
	const madeAtMs = Number.parseInt(id.slice(0, 12), 16);
	expect(madeAtMs).toBeGreaterThanOrEqual(before);
	expect(madeAtMs).toBeLessThanOrEqual(Date.now());
});

test("a call id is one that every vendor accepts", () => {
	expect(newCallId()).toMatch(/^call_[0-9a-f]{32}$/);
});

test("only a UUID is a session id, in lower case from then on", () => {
	expect(tryParseSessionId("0199A213-81C0-7800-8AA1-BBAB2A035A53")).toBe("0199a213-81c0-7800-8aa1-bbab2a035a53");
	for (const text of [
		"",
		"..",
		"../0199a213-81c0-7800-8aa1-bbab2a035a53",
		"0199a213-81c0-7800-8aa1-bbab2a035a53/..",
		"0199a213-81c0-7800-8aa1-bbab2a035a53\n",
		"0199a21381c078008aa1bbab2a035a53",
	]) {
		expect(tryParseSessionId(text)).toBeUndefined();
	}
});

test("ids from a wire are taken over as they are", () => {
	expect([asCallId("toolu_1"), asSubmissionId(""), asTurnId("t")]).toEqual(["toolu_1", "", "t"]);
});
