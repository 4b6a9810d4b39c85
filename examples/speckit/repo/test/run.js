// A test runner of a few lines, so that the sample needs nothing but Node.
import { items } from "../src/items.js";
import { textList } from "../src/text-list.js";

const csv = await import("../src/csv.js").then(
	({ toCsv }) => toCsv,
	() => () => "(src/csv.js is not there)",
);

const cases = [
	["text: one line an item", () => textList(items).split("\n").length, 3],
	["text: two decimals", () => textList(items).split("\n")[2], "Eraser: 0.05"],
	["FR-1: a header and one row an item", () => csv(items).split("\r\n").length, 5],
	["FR-2: quotes around commas, and quotes doubled", () => csv(items).split("\r\n").slice(1, 3).join(" "), '"Notebook, ruled",4.99 "Pen ""Classic""",12.50'],
	["FR-3: two decimals", () => csv([{ name: "Eraser", cents: 5 }]), "name,price\r\nEraser,0.05\r\n"],
	["FR-3: a reduction", () => csv([{ name: "Voucher", cents: -250 }]), "name,price\r\nVoucher,-2.50\r\n"],
];

let failed = 0;
for (const [name, run, expected] of cases) {
	const actual = run();
	const passed = actual === expected;
	if (!passed) failed += 1;
	console.log(`${passed ? "ok" : "FAIL"} ${name}${passed ? "" : `: ${JSON.stringify(actual)}, expected ${JSON.stringify(expected)}`}`);
}
console.log(`${cases.length - failed} passed, ${failed} failed`);
process.exitCode = failed === 0 ? 0 : 1;
