import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { createSerialiser } from "../../src/wire/serialise.ts";

describe("createSerialiser", () => {
	it("gives what JSON.stringify gives", () => {
		const { serialise } = createSerialiser();
		fc.assert(
			fc.property(fc.dictionary(fc.string(), fc.jsonValue()), fc.array(fc.object()), (head, list) => {
				const { list: _, ...rest } = head;
				expect(serialise(rest, "list", list)).toBe(JSON.stringify({ ...rest, list }));
			}),
		);
	});

	it("writes each member once, however many requests it is part of", () => {
		let written = 0;
		const member = {
			toJSON: () => {
				written += 1;
				return { a: 1 };
			},
		};
		const { serialise } = createSerialiser();
		for (let round = 0; round < 10; round += 1) serialise({ round }, "input", [member]);
		expect(written).toBe(1);
	});
});
