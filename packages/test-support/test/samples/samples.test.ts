// Every sample parses with its schema and comes out unchanged, so that no variant of a union is missing in a schema.

import { readFileSync } from "node:fs";
import {
	commandOutputSchema,
	contentPartSchema,
	conversationItemSchema,
	eventMsgSchema,
	eventSchema,
	execEventSchema,
	execItemSchema,
	knownRolloutLineSchema,
	modelEventSchema,
	opSchema,
	recordingLineSchema,
	recordingSchema,
	rolloutItemSchema,
	rolloutLineSchema,
	submissionSchema,
	userInputSchema,
} from "@codex/protocol/schema";
import { describe, expect, test } from "vitest";
import {
	contentPartSamples,
	eventSample,
	eventSamples,
	execEventSamples,
	execItemSamples,
	execOutcomeSamples,
	execThreadSample,
	failedExecThreadSample,
	itemSamples,
	modelEventSamples,
	opSamples,
	recordingSamples,
	rolloutSamples,
	submissionSample,
	userInputSamples,
} from "../../src/index.ts";

interface Table {
	readonly name: string;
	readonly schema: { parse(value: unknown): unknown };
	readonly samples: Readonly<Record<string, unknown>>;
}

function accepts(schema: Table["schema"], value: unknown): boolean {
	try {
		schema.parse(value);
		return true;
	} catch {
		return false; // Refused: that is an answer here.
	}
}

const tables: readonly Table[] = [
	{ name: "op", schema: opSchema, samples: opSamples },
	{ name: "submission", schema: submissionSchema, samples: { submission: submissionSample } },
	{ name: "event message", schema: eventMsgSchema, samples: eventSamples },
	{ name: "event", schema: eventSchema, samples: { event: eventSample } },
	{ name: "content part", schema: contentPartSchema, samples: contentPartSamples },
	{ name: "item", schema: conversationItemSchema, samples: itemSamples },
	{ name: "stored item", schema: rolloutItemSchema, samples: itemSamples },
	{ name: "user input", schema: userInputSchema, samples: userInputSamples },
	{ name: "model event", schema: modelEventSchema, samples: modelEventSamples },
	{ name: "exec item", schema: execItemSchema, samples: execItemSamples },
	{ name: "exec event", schema: execEventSchema, samples: execEventSamples },
	{ name: "exec thread", schema: execEventSchema, samples: Object.fromEntries(execThreadSample.entries()) },
	{
		name: "failed exec thread",
		schema: execEventSchema,
		samples: Object.fromEntries(failedExecThreadSample.entries()),
	},
	{ name: "recording line", schema: recordingLineSchema, samples: recordingSamples },
	{ name: "published recording line", schema: recordingSchema, samples: recordingSamples },
	{ name: "rollout line", schema: rolloutLineSchema, samples: rolloutSamples },
	{ name: "known rollout line", schema: knownRolloutLineSchema, samples: rolloutSamples },
	{
		name: "command output",
		schema: commandOutputSchema,
		samples: { ok: { schema_version: 1, command: "doctor", exit_code: 0, exit_reason: "ok", checks: [{ a: null }] } },
	},
];

describe.each(tables)("$name", ({ schema, samples }) => {
	test.each(Object.keys(samples))("%s parses and round-trips", (key) => {
		const wire = JSON.stringify(samples[key]);
		expect(JSON.parse(JSON.stringify(schema.parse(JSON.parse(wire))))).toEqual(JSON.parse(wire));
	});

	test.each(Object.keys(samples))("%s with a field that is not known parses", (key) => {
		expect(() => schema.parse({ ...Object(samples[key]), not_known_yet: { deep: [1] } })).not.toThrow();
	});
});

test("exactly these fields may be missing", () => {
	const missing = tables
		.filter(({ name }) => !name.includes("stored") && !name.includes("rollout") && !name.includes("published"))
		.flatMap(({ name, schema, samples }) =>
			Object.entries(samples).flatMap(([key, sample]) =>
				Object.keys(Object(sample))
					.filter((field) =>
						accepts(schema, Object.fromEntries(Object.entries(Object(sample)).filter(([other]) => other !== field))),
					)
					.map((field) => `${name} ${key}: ${field}`),
			),
		);
	expect(missing).toEqual([
		"op user_input: outputSchema",
		"op exec_approval: offer",
		"op patch_approval: feedback",
		"event message session_configured: effort",
		"event message session_configured: rolloutPath",
		"event message turn_started: contextWindow",
		"event message token_count: contextWindow",
		"event message token_count: contextLeftPercent",
		"event message rate_limits: primary",
		"event message rate_limits: secondary",
		"event message exec_approval_request: reason",
		"event message exec_approval_request: justification",
		"event message exec_approval_request: outsideSandbox",
		"event message exec_approval_request: programs",
		"event message exec_approval_request: offers",
		"event message patch_approval_request: reason",
		"event message plan_update: explanation",
		"content part input_image: detail",
		"item message: id",
		"item message: phase",
		"item reasoning: id",
		"item reasoning: content",
		"item reasoning: encrypted_content",
		"item reasoning: provider",
		"item function_call: id",
		"item function_call: signature",
		"item custom_tool_call: id",
		"model event start: responseId",
		"model event rate_limits: primary",
		"model event rate_limits: secondary",
		"model event done: responseId",
		"recording line header: effort",
		"recording line header: summary",
		"recording line header: outputSchema",
		"command output ok: checks",
	]);
});

describe("variants inside of others", () => {
	test.each(Object.values(execOutcomeSamples))("a command that ended as $status", (outcome) => {
		const msg = { ...eventSamples.exec_command_end, outcome };
		expect(eventMsgSchema.parse(msg)).toEqual(msg);
	});

	test.each(Object.values(itemSamples).filter((item) => !item.type.endsWith("_output")))(
		"a model can make a $type",
		(item) => {
			expect(modelEventSchema.parse({ type: "item_done", item })).toEqual({ type: "item_done", item });
		},
	);

	test.each(Object.values(itemSamples).filter((item) => item.type.endsWith("_output")))(
		"a model cannot make a $type",
		(item) => {
			expect(modelEventSchema.safeParse({ type: "item_done", item }).success).toBe(false);
		},
	);

	test.each([{ kind: "interrupted" }, { kind: "limit", limit: "turns", granted: 10 }])(
		"a turn aborted for $kind",
		(reason) => {
			const msg = { ...eventSamples.turn_aborted, reason };
			expect(eventMsgSchema.parse(msg)).toEqual(msg);
		},
	);
});

test("the thread sample is the golden thread of the wire, but for `v` and `seq`, to the order of the fields", () => {
	const golden = readFileSync(new URL("../fixtures/exec-thread.jsonl", import.meta.url), "utf8")
		.trimEnd()
		.split("\n");
	const lines = execThreadSample.map(({ v: _v, seq: _seq, ...body }) => JSON.stringify(body));
	expect(lines).toEqual(golden);
	expect(execThreadSample.map(({ seq }) => seq)).toEqual([0, 1, 2, 3, 4, 5, 6]);
});
