import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { createGate, type Release } from "../../src/tools/gate.ts";

const never = new AbortController().signal;
const settle = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

/** Enters a gate several times and keeps who is inside. */
function visitors(limit: number) {
	const gate = createGate(limit);
	const inside = new Map<string, Release>();
	const refused: string[] = [];
	return {
		enter: (name: string, kind: "parallel" | "exclusive", signal: AbortSignal = never) =>
			void gate.enter(kind, signal).then((release) => {
				if (release === undefined) refused.push(name);
				else inside.set(name, release);
			}),
		leave: async (name: string) => {
			inside.get(name)?.();
			inside.delete(name);
			await settle();
		},
		inside: async () => {
			await settle();
			return [...inside.keys()].join("");
		},
		refused,
	};
}

describe("createGate", () => {
	it("lets parallel calls in together, up to its limit", async () => {
		const room = visitors(2);
		for (const name of "abc") room.enter(name, "parallel");
		expect(await room.inside()).toBe("ab");
		await room.leave("a");
		expect(await room.inside()).toBe("bc");
	});

	it("lets an exclusive call in alone and nobody past it", async () => {
		const room = visitors(4);
		room.enter("a", "parallel");
		room.enter("X", "exclusive");
		room.enter("b", "parallel");
		room.enter("c", "parallel");
		expect(await room.inside()).toBe("a");
		await room.leave("a");
		expect(await room.inside()).toBe("X");
		await room.leave("X");
		expect(await room.inside()).toBe("bc");
	});

	it("forgets who stops waiting", async () => {
		const room = visitors(4);
		const controller = new AbortController();
		room.enter("a", "parallel");
		room.enter("X", "exclusive", controller.signal);
		room.enter("b", "parallel");
		controller.abort();
		expect(await room.inside()).toBe("ab");
		expect(room.refused).toEqual(["X"]);
		room.enter("c", "parallel", AbortSignal.abort());
		await settle();
		expect(room.refused).toEqual(["X", "c"]);
	});

	it("counts a release once", async () => {
		const gate = createGate(1);
		const release = await gate.enter("parallel", never);
		release?.();
		release?.();
		await gate.enter("parallel", never);
		let isIn = false;
		void gate.enter("parallel", never).then(() => {
			isIn = true;
		});
		await settle();
		expect(isIn).toBe(false);
	});

	it("keeps its promises for any order of calls: entry in order, exclusive alone, nobody left outside", async () => {
		const kinds = fc.array(fc.constantFrom("parallel", "exclusive" as const), { maxLength: 30 });
		await fc.assert(
			fc.asyncProperty(kinds, fc.integer({ min: 1, max: 4 }), async (calls, limit) => {
				const gate = createGate(limit);
				const entered: number[] = [];
				let parallel = 0;
				let exclusive = 0;
				await Promise.all(
					calls.map(async (kind, index) => {
						const release = await gate.enter(kind as "parallel" | "exclusive", never);
						entered.push(index);
						if (kind === "parallel") parallel += 1;
						else exclusive += 1;
						expect(exclusive === 0 ? parallel <= limit : exclusive === 1 && parallel === 0).toBe(true);
						for (let turns = index % 3; turns > 0; turns -= 1) await settle();
						if (kind === "parallel") parallel -= 1;
						else exclusive -= 1;
						release?.();
					}),
				);
				expect(entered).toEqual(calls.map((_, index) => index));
			}),
			{ numRuns: 50 },
		);
	});
});
