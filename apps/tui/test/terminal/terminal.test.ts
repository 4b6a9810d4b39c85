import { createFakeClock, createVirtualTerminal } from "@codex/test-support";
import { describe, expect, onTestFinished, test } from "vitest";
import { chordOf, type InputEvent } from "../../src/keymap/key.ts";
import { createSgrOf } from "../../src/terminal/sgr.ts";
import { openTerminal } from "../../src/terminal/terminal.ts";
import { darkTheme } from "../../src/theme/theme.ts";

function stage(alternate = true) {
	const screen = createVirtualTerminal(40, 10);
	const clock = createFakeClock();
	const events: InputEvent[] = [];
	const sgrOf = createSgrOf(darkTheme, "true");
	const { input, output } = screen;
	const terminal = openTerminal({ input, output, clock, name: "xterm-256color", alternate, pasteBurst: true, sgrOf });
	terminal.onInput((event) => void events.push(event));
	onTestFinished(() => {
		terminal.close();
		screen.close();
	});
	const chords = (): readonly string[] => events.flatMap((event) => (event.kind === "key" ? [chordOf(event.key)] : []));
	return { screen, clock, terminal, events, chords };
}

describe("the terminal", () => {
	test("takes the alternate screen and raw keys, and gives both back with every mode", async () => {
		const { screen, terminal } = stage();
		await screen.settle();
		expect(screen.isAlternate).toBe(true);
		expect(screen.input.isRaw).toBe(true);
		terminal.paint({ lines: [[{ text: "hello", style: {} }]], cursor: { row: 0, column: 5 } });
		await screen.settle();
		expect(screen.rows()[0]).toBe("hello");
		terminal.close();
		terminal.close();
		await screen.settle();
		expect(screen.isAlternate).toBe(false);
		expect(screen.input.isRaw).toBe(false);
		for (const mode of ["?2004", "?1004", "?25", "?7"]) {
			const [set, reset] = [screen.written.lastIndexOf(`\x1b[${mode}h`), screen.written.lastIndexOf(`\x1b[${mode}l`)];
			const isOn = mode === "?25" || mode === "?7";
			expect(isOn ? set > reset : reset > set, mode).toBe(true);
		}
	});

	test("Enter is one key, Escape comes after a moment", async () => {
		const { screen, clock, chords } = stage();
		screen.type("\r");
		await clock.advance(0);
		expect(chords()).toEqual(["enter"]);
		screen.type("\x1b");
		await clock.advance(29);
		expect(chords()).toEqual(["enter"]);
		await clock.advance(1);
		expect(chords()).toEqual(["enter", "escape"]);
	});

	test("kitty's protocol is turned on where it is offered, and off at the end", async () => {
		const { screen, clock, terminal } = stage();
		expect(screen.written).not.toContain("\x1b[>1u");
		screen.type("\x1b[?0u");
		await clock.advance(0);
		expect(screen.written).toContain("\x1b[>1u");
		terminal.close();
		expect(screen.written.lastIndexOf("\x1b[<u")).toBeGreaterThan(screen.written.lastIndexOf("\x1b[>1u"));
	});

	test("a megabyte of paste is one event, quickly", async () => {
		const { screen, clock, events } = stage();
		screen.type(`\x1b[200~${"x".repeat(1_000_000)}\x1b[201~`);
		await clock.advance(0);
		expect(events.filter(({ kind }) => kind === "paste")).toHaveLength(1);
	});

	test("a new size is told, and the next frame is whole", async () => {
		const { screen, terminal } = stage();
		const sizes: string[] = [];
		terminal.onResize(({ columns, rows }) => void sizes.push(`${columns}×${rows}`));
		const frame = { lines: [[{ text: "row", style: {} }]] };
		terminal.paint(frame);
		screen.forget();
		screen.resize(50, 12);
		terminal.paint(frame);
		await screen.settle();
		expect(sizes).toEqual(["50×12"]);
		expect(screen.written).toContain("row");
		expect(screen.rows()[0]).toBe("row");
	});

	test("a slow terminal gets no frame until it has read", () => {
		const { screen, terminal } = stage();
		let isReady = false;
		terminal.onReady(() => {
			isReady = true;
		});
		Object.defineProperty(screen.output, "writableLength", { value: 1024 * 1024, configurable: true });
		expect(terminal.paint({ lines: [] })).toBe(false);
		Object.defineProperty(screen.output, "writableLength", { value: 0, configurable: true });
		screen.output.emit("drain");
		expect(isReady).toBe(true);
		expect(terminal.paint({ lines: [] })).toBe(true);
	});

	test("a terminal that went away is told once, and nothing is written to it", () => {
		const { screen, terminal } = stage();
		let gone = 0;
		terminal.onGone(() => {
			gone += 1;
		});
		screen.output.emit("error", new Error("EIO"));
		screen.input.emit("end");
		screen.forget();
		terminal.paint({ lines: [[{ text: "x", style: {} }]] });
		expect(gone).toBe(1);
		expect(screen.written).toBe("");
	});

	test("notifications hold no control character of what they tell", () => {
		const { screen, terminal } = stage();
		screen.forget();
		terminal.notify("Code", "evil\x07\x1b]52;c;x", "auto");
		expect(screen.written).toBe("\x1b]9;Code: evil  ]52 c x\x07\x1b]777;notify;Code;evil  ]52 c x\x07\x07");
		screen.forget();
		terminal.notify("Code", "text", "bel");
		expect(screen.written).toBe("\x07");
	});

	test("inline: the shell's screen is used, and what was said stays", async () => {
		const { screen, terminal } = stage(false);
		await screen.settle();
		expect(screen.isAlternate).toBe(false);
		terminal.paint({ lines: [[{ text: "live", style: {} }]] });
		terminal.print([[{ text: "kept one", style: { bold: true } }], [{ text: "kept two", style: {} }]]);
		terminal.close();
		await screen.settle();
		expect(screen.text()).not.toContain("live");
		expect(screen.text()).toContain("kept one\nkept two");
	});
});
