import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { extractAnswer } from "../../src/consensus/extract-answer.ts";
import { answerSchema } from "../../src/schema/answers-schema.ts";
import { gateSchema } from "../../src/schema/issues-schema.ts";

const schema = answerSchema("unlock", "review");
const answer = { decision: "rejected", conditions: ["Fix FR-2"], follow_ups: [], steps: ["Wait"] };
const json = JSON.stringify(answer);
const pretty = JSON.stringify(answer, null, 2);
const prompt = `Answer with JSON of this schema:\n${JSON.stringify(schema.jsonSchema)}\nFor example:\n\`\`\`json\n${JSON.stringify(schema.sample, null, 2)}\n\`\`\`\n`;

describe("extractAnswer", () => {
	it.each([
		["the whole text", json, "direct"],
		["the whole text with space around", `\n ${pretty}\n`, "direct"],
		["a fenced block", `Here you are:\n\`\`\`json\n${pretty}\n\`\`\`\nBye.`, "fenced"],
		["a fence of tildes", `~~~\n${pretty}\n~~~`, "fenced"],
		["amid prose", `I think {this} is it: ${json} (done)`, "region"],
		["inside a wrapping object", `{"type":"result","result":${json}}`, "direct"],
		["as JSON text in a field", JSON.stringify({ result: json }), "direct"],
		["after the echoed prompt", `${prompt}\n${pretty}`, "region"],
		["before the echoed example", `${pretty}\n\nas in ${JSON.stringify(schema.sample)}`, "region"],
		["with braces and quotes in its texts", `ok {"x": "}{\\""} then ${json}`, "region"],
		["after a stray opening", `{"oops ${"\n"} and then\n${json}`, "region"],
	])("finds the answer as %s", (_, text, method) => {
		const result = extractAnswer(text, schema, prompt);
		expect(result).toEqual({ ok: true, value: answer, method });
	});

	it("takes the last of several that pass", () => {
		const first = JSON.stringify({ ...answer, decision: "approved" });
		expect(extractAnswer(`Draft: ${first}\nFinal: ${json}`, schema, prompt)).toMatchObject({ value: answer });
	});

	it.each([
		["nothing", "  \n", "empty"],
		["prose", "I could not decide { sorry }.", "no_json"],
		["half an answer", pretty.slice(0, -20), "truncated"],
		["half an answer after the echoed prompt", `${prompt}\n${pretty.slice(0, 60)}`, "truncated"],
		["the echoed prompt", prompt, "echo"],
		["the example alone", JSON.stringify(schema.sample), "echo"],
		["the schema alone", JSON.stringify(schema.jsonSchema), "echo"],
		[
			"the example with its keys in another order",
			JSON.stringify(Object.fromEntries(Object.entries(schema.sample).reverse())),
			"echo",
		],
		["JSON of another shape", '{"decision": "perhaps"}', "invalid"],
	])("finds no answer in %s", (_, text, reason) => {
		expect(extractAnswer(text, schema, prompt)).toMatchObject({ ok: false, reason });
	});

	it("tells the faults, each with its place", () => {
		const result = extractAnswer('{"decision":"maybe","conditions":[],"follow_ups":[""],"steps":[]}', schema, prompt);
		expect(result).toMatchObject({ ok: false, reason: "invalid" });
		const errors = result.ok ? [] : result.errors;
		expect(errors.map((error) => error.split(":")[0]).sort()).toEqual(["decision", "follow_ups.0"]);
	});

	it("does not take a proposal that the prompt shows for the answer, unless it is the whole answer", () => {
		const shown = `${prompt}\nClaude proposed:\n${json}\n`;
		expect(extractAnswer(`Claude proposed:\n${json}\n`, schema, shown)).toMatchObject({ ok: false, reason: "echo" });
		expect(extractAnswer(json, schema, shown)).toMatchObject({ ok: true, value: answer });
	});

	it("takes an honest 'nothing found', but not before a cut-off answer", () => {
		const gate = gateSchema("clarify");
		const asked = 'When nothing is unclear, answer {"issues": []}.';
		expect(extractAnswer('All clear: {"issues": []}', gate, asked)).toMatchObject({ ok: true });
		expect(extractAnswer(`${asked}\n{"issues": [{"id": "Q1", "ques`, gate, asked)).toMatchObject({
			ok: false,
			reason: "truncated",
		});
	});

	it("never throws, whatever the text", () => {
		const piece = fc.constantFrom("{", "}", '"', "\\", "[", "]", ":", ",", "a", "\n", "```", '{"', "```json\n", json);
		fc.assert(
			fc.property(fc.array(piece, { maxLength: 40 }), (pieces) => {
				const result = extractAnswer(pieces.join(""), schema, prompt);
				if (result.ok) expect(schema.parse(result.value).ok).toBe(true);
			}),
			{ numRuns: 500, seed: 5 },
		);
	});

	it("stays quick on a megabyte of openings", () => {
		const start = performance.now();
		expect(extractAnswer('{"a":'.repeat(200_000), schema, prompt)).toMatchObject({ ok: false });
		expect(performance.now() - start).toBeLessThan(3_000);
	});
});
