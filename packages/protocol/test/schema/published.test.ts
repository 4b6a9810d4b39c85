// The three schemas whose JSON Schemas are published convert, and the result says what the zod schema says.

import { expect, test } from "vitest";
import { commandOutputSchema, execEventSchema, recordingSchema } from "../../src/schema/index.ts";

interface Node {
	readonly oneOf?: readonly Node[];
	readonly anyOf?: readonly Node[];
	readonly properties?: Readonly<Record<string, Node & { readonly const?: unknown }>>;
	readonly required?: readonly string[];
	readonly additionalProperties?: unknown;
	readonly description?: string;
}

const converted = (schema: { toJSONSchema(params: { io: "output" }): unknown }): Node =>
	JSON.parse(JSON.stringify(schema.toJSONSchema({ io: "output" })));

const variants = (node: Node): readonly Node[] => node.oneOf ?? node.anyOf ?? [];
const typesOf = (node: Node): readonly unknown[] => variants(node).map((variant) => variant.properties?.type?.const);

test("an exec event", () => {
	const schema = converted(execEventSchema);
	expect(typesOf(schema)).toEqual([
		"thread.started",
		"turn.started",
		"turn.completed",
		"turn.failed",
		"item.started",
		"item.updated",
		"item.completed",
		"error",
	]);
	for (const variant of variants(schema)) {
		expect(variant.required).toEqual(expect.arrayContaining(["type", "v", "seq"]));
		expect(variant.properties?.v?.const).toBe(1);
	}
	expect(schema.description).toContain("must accept fields that it does not know");
});

test("a recording line", () => {
	const schema = converted(recordingSchema);
	expect(typesOf(schema)).toEqual(["header", "request", "model_event", "response_end", "tool_call", "end"]);
	const header = variants(schema)[0];
	expect(header?.required).not.toContain("effort");
	expect(header?.required).toContain("normalisations");
});

test("the envelope of a command's answer", () => {
	const schema = converted(commandOutputSchema);
	expect(schema.required).toEqual(["schema_version", "command", "exit_code", "exit_reason"]);
});

test("no object forbids fields that are not known yet", () => {
	const closed: string[] = [];
	const walk = (value: unknown, path: string): void => {
		if (typeof value !== "object" || value === null) return;
		if ("additionalProperties" in value && value.additionalProperties === false) closed.push(path);
		for (const [key, child] of Object.entries(value)) walk(child, `${path}/${key}`);
	};
	for (const schema of [execEventSchema, recordingSchema, commandOutputSchema]) walk(converted(schema), "");
	expect(closed).toEqual([]);
});
