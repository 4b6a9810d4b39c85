// The decision table: approval policy × sandbox × verdict, with the vectors of the reference.

import { createRuleSet, noRules, parseRules, type Verdict } from "@codex/exec-policy";
import type { ApprovalPolicy } from "@codex/protocol";
import { describe, expect, it } from "vitest";
import { decideRun, type RunDecision, type RunQuestion } from "../../../src/tools/approvals/decide-run.ts";
import { type CommandGuard, guardCommand } from "../../../src/tools/approvals/guard-command.ts";

const policies: readonly ApprovalPolicy[] = ["untrusted", "on-failure", "on-request", "never"];
const verdicts: readonly Verdict[] = ["safe", "allow", "ask", "prompt", "dangerous", "forbidden"];
const modes = ["read-only", "workspace-write", "danger-full-access"] as const;

const decide = (question: Partial<RunQuestion>): string => {
	const decision = decideRun({
		verdict: "ask",
		because: [],
		approvalPolicy: "on-request",
		sandboxMode: "workspace-write",
		escalate: false,
		...question,
	});
	return decision.kind === "run" ? (decision.confined ? "confined" : "unconfined") : decision.kind;
};

describe("decideRun", () => {
	it.each([
		["untrusted", ["confined", "confined", "ask", "ask", "ask", "refuse"]],
		["on-failure", ["confined", "confined", "confined", "ask", "ask", "refuse"]],
		["on-request", ["confined", "confined", "confined", "ask", "ask", "refuse"]],
		["never", ["confined", "confined", "confined", "refuse", "refuse", "refuse"]],
	] as const)("%s in workspace-write and read-only: %j", (approvalPolicy, expected) => {
		for (const sandboxMode of ["workspace-write", "read-only"] as const) {
			expect(verdicts.map((verdict) => decide({ verdict, approvalPolicy, sandboxMode }))).toEqual(expected);
		}
	});

	it("runs nothing unconfined but under danger-full-access, whatever else is the case", () => {
		for (const approvalPolicy of policies) {
			for (const verdict of verdicts) {
				for (const sandboxMode of modes) {
					for (const escalate of [false, true]) {
						for (const cannotConfine of [undefined, "no kernel"]) {
							const more = cannotConfine === undefined ? {} : { cannotConfine };
							const decision = decide({ approvalPolicy, verdict, sandboxMode, escalate, ...more });
							if (sandboxMode !== "danger-full-access") expect(decision).not.toBe("unconfined");
							if (cannotConfine !== undefined) expect(decision).not.toBe("confined");
							if (verdict === "forbidden") expect(decision).toBe("refuse");
							if (approvalPolicy === "never") expect(decision).not.toBe("ask");
						}
					}
				}
			}
		}
	});

	it("asks about leaving the sandbox where a person is asked first; under others the request counts for nothing", () => {
		expect(policies.map((approvalPolicy) => decide({ approvalPolicy, escalate: true, verdict: "safe" }))).toEqual([
			"ask",
			"confined",
			"ask",
			"confined",
		]);
	});

	it("says how an approved command runs: outside only when that was the question", () => {
		const ask = (question: Partial<RunQuestion>): RunDecision =>
			decideRun({
				verdict: "dangerous",
				because: ["it deletes"],
				approvalPolicy: "on-request",
				sandboxMode: "workspace-write",
				escalate: false,
				...question,
			});
		expect(ask({})).toEqual({ kind: "ask", reason: "this command is dangerous: it deletes", confined: true });
		expect(ask({ escalate: true })).toEqual({
			kind: "ask",
			reason: "this command is dangerous: it deletes; and it is to run outside the sandbox",
			confined: false,
		});
		expect(ask({ escalate: true, approvalPolicy: "on-failure" })).toMatchObject({ kind: "ask", confined: true });
		expect(ask({ sandboxMode: "danger-full-access" })).toMatchObject({ kind: "ask", confined: false });
	});

	it("asks or refuses where nothing can be confined, and says why", () => {
		expect(policies.map((approvalPolicy) => decide({ approvalPolicy, verdict: "safe", cannotConfine: "x" }))).toEqual([
			"refuse",
			"ask",
			"ask",
			"refuse",
		]);
		const refused = decideRun({
			verdict: "ask",
			because: [],
			approvalPolicy: "never",
			sandboxMode: "read-only",
			escalate: false,
			cannotConfine: "no kernel",
		});
		expect(refused).toMatchObject({ kind: "refuse", reason: expect.stringMatching(/^auto-rejected: .*no kernel/) });
	});
});

describe("guardCommand", () => {
	const guard = (change: Partial<CommandGuard> = {}): CommandGuard => ({
		approvalPolicy: "never",
		sandboxMode: "workspace-write",
		rules: noRules,
		hasRestrictions: false,
		cannotConfine: () => Promise.resolve(undefined),
		...change,
	});
	const rule = async (...args: Parameters<typeof guardCommand>): Promise<RunDecision> =>
		(await guardCommand(...args)).decision;
	const plain = { escalate: false };
	const script = (text: string): readonly string[] => ["bash", "-c", text];

	it("holds the vectors of the reference", async () => {
		expect(await rule(["ls"], guard({ approvalPolicy: "untrusted" }), plain)).toEqual({
			kind: "run",
			confined: true,
		});
		expect(await rule(["touch", "f"], guard({ approvalPolicy: "untrusted" }), plain)).toMatchObject({
			kind: "ask",
		});
		expect(await rule(["touch", "f"], guard({ sandboxMode: "read-only" }), plain)).toEqual({
			kind: "run",
			confined: true,
		});
		expect(await rule(["npm", "i"], guard({ approvalPolicy: "on-request" }), { escalate: true })).toMatchObject({
			kind: "ask",
		});
		expect(await rule(["rm", "-rf", "x"], guard(), plain)).toMatchObject({
			kind: "refuse",
			reason: expect.stringContaining("dangerous"),
		});
	});

	it("confines a text that it does not understand, and asks about it where it would run free or a rule could be missed", async () => {
		const odd = script("echo $(( 1 + ");
		expect(await rule(odd, guard(), plain)).toEqual({ kind: "run", confined: true });
		expect(await rule(odd, guard({ sandboxMode: "danger-full-access" }), plain)).toMatchObject({
			kind: "refuse",
		});
		expect(await rule(odd, guard({ hasRestrictions: true }), plain)).toMatchObject({ kind: "refuse" });
	});

	it("finds what a rule forbids inside a script, and says the rule's own reason", async () => {
		const parsed = parseRules(
			'prefix_rule(pattern=["git", "push"], decision="forbidden", justification="ask me first")',
			"a.rules",
		);
		if (parsed.kind === "error") throw new Error("no rules");
		const rules = createRuleSet([{ rules: parsed.rules, tightenOnly: false }]);
		const decision = await rule(script("make && git push origin"), guard({ rules, hasRestrictions: true }), plain);
		expect(decision).toMatchObject({ kind: "refuse", reason: expect.stringContaining("ask me first") });
	});

	it("does not look at the machine when nothing is to be confined", async () => {
		const cannotConfine = (): Promise<string> => Promise.reject(new Error("not asked"));
		expect(await rule(["ls"], guard({ sandboxMode: "danger-full-access", cannotConfine }), plain)).toEqual({
			kind: "run",
			confined: false,
		});
	});
});
