import { asCallId } from "@codex/protocol";
import { expect, test } from "vitest";
import { type ApprovalRequest, permissionRequest, questionKey, readDecision } from "../src/permission.ts";

const command: ApprovalRequest = {
	type: "exec_approval_request",
	callId: asCallId("c"),
	command: ["npm", "test"],
	cwd: "/work",
	reason: "outside",
	justification: "trust me",
	outsideSandbox: true,
	offers: [
		[{ text: "allow npm test", allows: [], doesNotAllow: [] }],
		[{ text: "allow npm", allows: [], doesNotAllow: [] }],
	],
};
const patch: ApprovalRequest = {
	type: "patch_approval_request",
	callId: asCallId("p"),
	changes: [{ path: "/work/a", kind: "add", unifiedDiff: "@@ -0,0 +1 @@\n+x\n" }],
	reason: "read-only",
};
const place = { sessionId: "s", toolCallId: "t", cwd: "/work" };

test("a question shows why, the model's words as the model's, and the rules that it can save", () => {
	const asked = permissionRequest(command, place);
	expect(JSON.stringify(asked.toolCall.content)).toContain("The model says: trust me");
	expect(asked.options.map(({ name }) => name)).toContain("Always allow: allow npm");
	const answer = { outcome: { outcome: "selected", optionId: "allow_rule_1" } } as const;
	expect(readDecision(command, answer).op).toEqual({
		type: "exec_approval",
		callId: "c",
		decision: "approved_always",
		offer: 1,
	});
	const unknown = { outcome: { outcome: "selected", optionId: "allow_rule_2" } } as const;
	expect(readDecision(command, unknown).op).toMatchObject({ decision: "denied" });
});

test("a question about files shows their diffs; no rule can be saved of it", () => {
	const asked = permissionRequest(patch, place);
	expect(asked.toolCall).toMatchObject({
		kind: "edit",
		content: [{ type: "content" }, { type: "diff", newText: "x\n" }],
	});
	const answer = { outcome: { outcome: "selected", optionId: "allow_rule_0" } } as const;
	expect(readDecision(patch, answer).op).toMatchObject({ type: "patch_approval", decision: "denied" });
	expect(questionKey(patch)).not.toBe(questionKey(command));
});
