import { describe, expect, it } from "vitest";
import { createOutputValidator, ProvidersError } from "../src/index.ts";

const schema = {
	type: "object",
	properties: { name: { type: "string" }, tags: { type: "array", items: { type: "string", format: "uri" } } },
	required: ["name"],
	additionalProperties: false,
};

describe("createOutputValidator", () => {
	it("passes what matches", async () => {
		const validate = await createOutputValidator(schema);
		expect(validate('{"name":"x","tags":["not checked as a uri"]}')).toBeUndefined();
	});

	it("says in one sentence what is wrong", async () => {
		const validate = await createOutputValidator(schema);
		const start = "the answer does not match the output schema: ";
		expect(validate('{"name":1}')).toBe(`${start}\`/name\` must be string`);
		expect(validate("{}")).toBe(`${start}it must have required property 'name'`);
		expect(validate('{"name":"x","more":1}')).toBe(`${start}it must NOT have additional properties (\`more\`)`);
		expect(validate("Sure! {}")).toMatch(/^the answer is not JSON: /);
	});

	it("knows draft 2020-12 and older drafts", async () => {
		const tuple = { type: "array", prefixItems: [{ type: "string" }], items: false };
		const newer = await createOutputValidator({ $schema: "https://json-schema.org/draft/2020-12/schema", ...tuple });
		expect(newer('["a",1]')).toBeDefined();
		const older = await createOutputValidator({
			$schema: "http://json-schema.org/draft-07/schema#",
			type: "array",
			items: [{ type: "string" }],
			additionalItems: false,
		});
		expect([older('["a"]'), older('["a",1]') === undefined]).toEqual([undefined, false]);
	});

	it.each([
		[{ type: "nonsense" }],
		[{ type: "object", properties: 7 }],
		[{ $ref: "https://example.com/other.json" }],
		[{ $schema: "https://example.com/unknown-dialect" }],
	])("rejects %j with one sentence", async (broken) => {
		const failure = await createOutputValidator(broken).then(
			() => undefined,
			(error: unknown) => error,
		);
		expect(failure).toBeInstanceOf(ProvidersError);
		expect(failure).toMatchObject({ code: "not_a_schema" });
		expect((failure as Error).message).toMatch(/^the output schema is not a valid JSON Schema: [^\n]+$/);
	});
});
