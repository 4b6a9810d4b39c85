// A test runner of a few lines, so that the sample needs nothing but Node.
import { formatPrice } from "../src/format-price.js";

const cases = [
	{ input: [1999], expected: "$19.99" },
	{ input: [500, "EUR"], expected: "€5.00" },
	{ input: [1205, "GBP"], expected: "£12.05" },
	{ input: [-250], expected: "-$2.50" },
	{ input: [70, "CHF"], expected: "CHF 0.70" },
];

let failed = 0;
for (const { input, expected } of cases) {
	const actual = formatPrice(...input);
	const passed = actual === expected;
	if (!passed) failed += 1;
	console.log(`${passed ? "ok" : "FAIL"} formatPrice(${input.join(", ")}) = ${actual}${passed ? "" : `, expected ${expected}`}`);
}
console.log(`${cases.length - failed} passed, ${failed} failed`);
process.exitCode = failed === 0 ? 0 : 1;
