import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type ChainLine, checkChain, nextChainLine } from "../../src/evidence/chain.ts";
import { sha256 } from "../../src/node/file-system.ts";

function aChain(length: number): readonly ChainLine[] {
	const lines: ChainLine[] = [];
	for (let index = 0; index < length; index += 1) {
		const entry = { type: "record", path: `p${index + 1}`, sha256: sha256(`c${index}`), bytes: 1 } as const;
		lines.push(nextChainLine(lines.at(-1), entry, { atMs: index, hash: sha256 }));
	}
	return lines;
}

const chain = aChain(6);
const head = { seq: 6, hash: chain[5]?.hash ?? "" };
const without = (index: number): readonly ChainLine[] => chain.filter((_, position) => position !== index);
const swapped = (a: number, b: number): readonly (ChainLine | undefined)[] =>
	chain.map((line, index) => (index === a ? chain[b] : index === b ? chain[a] : line));

describe("checkChain", () => {
	it("finds nothing wrong with what was written", () => {
		expect(checkChain(chain, head, sha256)).toEqual({ intact: 6 });
		expect(checkChain([], undefined, sha256)).toEqual({ intact: 0 });
		expect(checkChain(chain, { seq: 4, hash: chain[3]?.hash ?? "" }, sha256)).toEqual({ intact: 6 });
	});

	it.each([
		["changed path", chain.map((line, i) => (i === 2 ? { ...line, path: "other" } : line)), 3, "changed"],
		["changed time", chain.map((line, i) => (i === 0 ? { ...line, atMs: 99 } : line)), 1, "changed"],
		["unreadable line", chain.map((line, i) => (i === 4 ? undefined : line)), 5, "changed"],
		["first removed", without(0), 1, "removed"],
		["middle removed", without(3), 4, "removed"],
		["last removed", without(5), 6, "truncated"],
		["all removed", [], 1, "truncated"],
		["cut in half", chain.slice(0, 3), 4, "truncated"],
		["two swapped", swapped(1, 4), 2, "reordered"],
		["neighbours swapped", swapped(4, 5), 5, "reordered"],
		["one doubled", [...chain.slice(0, 3), ...chain.slice(2)], 4, "reordered"],
	] as const)("%s", (_name, lines, seq, problem) => {
		expect(checkChain(lines, head, sha256).failure).toMatchObject({ seq, problem });
	});

	it("finds a line that was written anew with a fitting hash", () => {
		const forged = nextChainLine(
			chain[1],
			{ type: "record", path: "evil", sha256: sha256("x"), bytes: 1 },
			{ atMs: 2, hash: sha256 },
		);
		const lines = chain.map((line, index) => (index === 2 ? forged : line));
		expect(checkChain(lines, head, sha256).failure).toMatchObject({ seq: 3, problem: "changed", path: "evil" });
	});

	it("finds that all lines from one on were written anew", () => {
		const lines: ChainLine[] = chain.slice(0, 2);
		for (let index = 2; index < 6; index += 1) {
			lines.push(
				nextChainLine(
					lines.at(-1),
					{ type: "record", path: "evil", sha256: sha256("x"), bytes: 1 },
					{ atMs: 9, hash: sha256 },
				),
			);
		}
		expect(checkChain(lines, head, sha256).failure).toMatchObject({ seq: 6, problem: "changed" });
	});

	it("never calls any single change intact", () => {
		const field = fc.constantFrom("path", "sha256", "bytes", "seq", "atMs", "prev", "hash");
		fc.assert(
			fc.property(fc.nat({ max: 5 }), field, (index, name) => {
				const lines = chain.map((line, at) => {
					if (at !== index) return line;
					const value = line[name as keyof ChainLine];
					return { ...line, [name]: typeof value === "number" ? value + 1 : `${String(value)}0` } as ChainLine;
				});
				expect(checkChain(lines, head, sha256).failure).toBeDefined();
			}),
		);
	});

	it("keeps times in order even when the clock goes back", () => {
		const later = nextChainLine(
			{ seq: 1, hash: "0".repeat(64), atMs: 50 },
			{ type: "record", path: "p", sha256: "", bytes: 0 },
			{ atMs: 10, hash: sha256 },
		);
		expect(later.atMs).toBe(50);
	});
});
