import { createVirtualTerminal } from "@codex/test-support";
import { expect, test } from "vitest";
import type { Line, Style } from "../../src/text/span.ts";
import { createPainter, type Frame, type Size } from "../../src/terminal/paint.ts";
import { createSgrOf } from "../../src/terminal/sgr.ts";
import { darkTheme } from "../../src/theme/theme.ts";

const sgrOf = createSgrOf(darkTheme, "true");
const line = (text: string, style: Style = {}): Line => [{ text, style }];
const size: Size = { columns: 40, rows: 6 };

async function shown(frames: readonly Frame[]): Promise<{ readonly rows: readonly string[]; readonly last: string }> {
	const terminal = createVirtualTerminal(size.columns, size.rows);
	const painter = createPainter(sgrOf);
	let last = "";
	for (const frame of frames) {
		last = painter.paint(frame, size);
		terminal.output.write(last);
	}
	await terminal.settle();
	const rows = terminal.rows();
	terminal.close();
	return { rows, last };
}

test("a frame that is shown already writes nothing", async () => {
	const frame: Frame = { lines: [line("one"), line("two")], cursor: { row: 1, column: 3 } };
	const { last } = await shown([frame, { ...frame, lines: [line("one"), line("two")] }]);
	expect(last).toBe("");
});

test("one typed character costs its cell and a few bytes around it", async () => {
	const before: Frame = { lines: [line("a".repeat(40)), line("› hell")], cursor: { row: 1, column: 6 } };
	const after: Frame = { lines: [line("a".repeat(40)), line("› hello")], cursor: { row: 1, column: 7 } };
	const { rows, last } = await shown([before, after]);
	expect(rows[1]).toBe("› hello");
	expect(last).toContain("o");
	expect(last.length).toBeLessThan(40);
	expect(last).toMatch(/^\x1b\[\?2026h.*\x1b\[\?2026l$/s);
});

test("no frame clears the screen", async () => {
	const painter = createPainter(sgrOf);
	const all = [
		painter.paint({ lines: [line("x".repeat(40))] }, size),
		painter.paint({ lines: [line("y")] }, size),
		painter.paint({ lines: [] }, { columns: 10, rows: 3 }),
	].join("");
	expect(all).not.toMatch(/\x1b\[[0-3]?J/);
});

test("what becomes shorter is erased", async () => {
	const { rows } = await shown([{ lines: [line("a long line of text"), line("b")] }, { lines: [line("a"), line("")] }]);
	expect(rows.slice(0, 2)).toEqual(["a", ""]);
});

test("wide characters, combining marks and emoji keep their columns", async () => {
	const { rows } = await shown([
		{ lines: [line("漢字x"), line("e\u0301x")] },
		{ lines: [line("漢y字"), line("éx!")] },
		{ lines: [line("a漢y"), line("👩‍👩‍👧 end")] },
	]);
	expect(rows[0]).toBe("a漢y");
	expect(rows[1]).toContain("end");
});

test("colours and attributes reach the cells", async () => {
	const terminal = createVirtualTerminal(20, 3);
	const painter = createPainter(sgrOf);
	terminal.output.write(
		painter.paint({ lines: [[{ text: "ab", style: { fg: { rgb: 0x123456 }, bold: true } }, { text: "c", style: {} }]] }, { columns: 20, rows: 3 }),
	);
	await terminal.settle();
	expect(terminal.cell(0, 1)).toMatchObject({ text: "b", fg: 0x123456, bold: true });
	expect(terminal.cell(0, 2)).toMatchObject({ text: "c", fg: undefined, bold: false });
	terminal.close();
});

test("control characters of a view never reach the terminal", () => {
	const painter = createPainter(sgrOf);
	const bytes = painter.paint({ lines: [line("a\x1b[31mb\x07\u009bc")] }, size);
	expect(bytes).not.toContain("\x1b[31m");
	expect(bytes).not.toMatch(/[\x07\u0080-\u009f]/);
});

test("random frames are shown as if they had been painted whole", async () => {
	let seed = 7;
	const random = (below: number): number => {
		seed = (seed * 1_103_515_245 + 12_345) & 0x7fff_ffff;
		return seed % below;
	};
	const words = ["abc", "漢字", "é", "  ", "x", "long words here", "─│", "🙂"];
	const styles: readonly Style[] = [{}, { bold: true }, { fg: "error" }, { bg: "selection" }, { inverse: true }];
	const randomLine = (): Line =>
		Array.from({ length: random(6) }, () => ({ text: words[random(words.length)] ?? "", style: styles[random(styles.length)] ?? {} }));
	const incremental = createVirtualTerminal(30, 5);
	const painter = createPainter(sgrOf);
	const at: Size = { columns: 30, rows: 5 };
	for (let round = 0; round < 120; round += 1) {
		const frame: Frame = { lines: Array.from({ length: 5 }, randomLine), cursor: { row: random(5), column: random(30) } };
		incremental.output.write(painter.paint(frame, at));
		const whole = createVirtualTerminal(30, 5);
		whole.output.write(createPainter(sgrOf).paint(frame, at));
		await Promise.all([incremental.settle(), whole.settle()]);
		expect(incremental.rows()).toEqual(whole.rows());
		expect(incremental.cursor()).toEqual(whole.cursor());
		whole.close();
	}
	incremental.close();
});
