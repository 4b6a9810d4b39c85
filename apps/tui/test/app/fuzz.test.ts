// Random sizes, random keys, random and hostile events: nothing throws, no line is too wide, no control character gets out,
// and whatever happened the app can be used on.

import type { EventMsg } from "@codex/protocol";
import { eventSamples } from "@codex/test-support";
import { expect, test } from "vitest";
import { cellWidth } from "../../src/text/width.ts";
import { screenView } from "../../src/views/screen-view.ts";
import { after, type Happening, layout, ready, startState, turnId } from "./app-state.ts";

const runs = process.env.CODE_TEST_FULL === "1" ? 1000 : 60;

function randomFrom(seed: number): (below: number) => number {
	let state = seed * 2_654_435_761 + 12_345;
	return (below) => {
		state = (Math.imul(state, 1_103_515_245) + 12_345) & 0x7fff_ffff;
		return Math.floor((state / 0x8000_0000) * below);
	};
}

const hostile = [
	"\x1b[2J\x1b[31mred\x1b[0m",
	"\x1b]8;;http://evil.example\x07link\x1b]8;;\x07",
	"\x1b]52;c;ZXZpbA==\x07",
	"\u009b31m\u009d0;title\u009c",
	"\u202egnp.exe\u202c \u2066x\u2069",
	"漢字かな 한글 e\u0301 👩‍👩‍👧‍👦 🇩🇪 ﷽",
	"\ud800 lone \udc00",
	`${"w".repeat(5000)} ${"漢".repeat(500)}`,
	"\u0000\u0007\b\r\r\n\t\tx",
	"```\nopen fence\n| a |\n|---|\n",
	`${"> ".repeat(50)}deep ${"  - ".repeat(30)}list`,
	"\u{f0000}\u{f0001}\u{10fffd}",
	"",
];

const keys = [
	"a",
	"Z",
	" ",
	"/",
	"@",
	"!",
	"?",
	"y",
	"n",
	"q",
	"漢",
	"👩‍👩‍👧",
	"/re",
	"/keys",
	"/model",
	"/status",
	"/rewind",
	"/vim",
	"@src",

	"\r",
	"\t",
	"\x1b",
	"\x7f",
	"\n",
	"\x01",
	"\x05",
	"\x0b",
	"\x15",
	"\x17",
	"\x19",
	"\x12",
	"\x14",
	"\x0f",
	"\x0c",
	"\x03",

	"\x1b[A",
	"\x1b[B",
	"\x1b[C",
	"\x1b[D",
	"\x1b[5~",
	"\x1b[6~",
	"\x1b[1;2A",
	"\x1b[1;2H",
	"\x1b[1;2F",
	"\x1bOP",
	"\x1br",
	"\x1b[Z",
	"\x1b[I",
	"\x1b[O",
	"\x1b[200~pasted\nlines\x1b[201~",
	`\x1b[200~${"long ".repeat(400)}\x1b[201~`,
];

/** The text of an event replaced by something hostile, wherever it has text. */
function poisoned(value: unknown, text: string): unknown {
	if (typeof value === "string") return text;
	if (Array.isArray(value)) return value.map((entry) => poisoned(entry, text));
	if (typeof value !== "object" || value === null) return value;
	const fixed = new Set(["type", "status", "kind", "turnId", "callId", "stream", "channel", "mode", "decision"]);
	return Object.fromEntries(
		Object.entries(value).map(([key, entry]) => [key, fixed.has(key) ? entry : poisoned(entry, text)]),
	);
}

const samples: readonly EventMsg[] = Object.values(eventSamples).filter(
	({ type }) => type !== "session_configured" && type !== "shutdown_completed",
);

function randomHappening(random: (below: number) => number): Happening {
	const text = hostile[random(hostile.length)] ?? "";
	switch (random(6)) {
		case 0:
			return { type: "resize", size: { columns: 1 + random(300), rows: 1 + random(100) } };
		case 1: {
			const sample = samples[random(samples.length)] ?? { type: "notice", message: "" };
			return poisoned(sample, text) as EventMsg;
		}
		case 2:
			return { type: "agent_message_delta", delta: text };
		case 3:
			return random(4) === 0 ? ready() : { type: "turn_started", turnId };
		default:
			return keys[random(keys.length)] ?? "x";
	}
}

test(`${runs} stories of 50 happenings`, () => {
	for (let run = 1; run <= runs; run += 1) {
		const random = randomFrom(run);
		let state = startState({ columns: 1 + random(300), rows: 1 + random(100) });
		for (let at = 0; at < 50; at += 1) {
			({ state } = after(state, randomHappening(random)));
			const { lines, cursor } = screenView(state, layout);
			const place = `run ${run}, happening ${at}`;
			expect(lines.length, place).toBeLessThanOrEqual(state.size.rows);
			for (const line of lines) {
				const text = line.map((part) => part.text).join("");
				if (cellWidth(text) > state.size.columns)
					expect.fail(`${place}: ${cellWidth(text)} columns of ${state.size.columns}: ${JSON.stringify(text)}`);
				if (/[\p{Cc}\u202a-\u202e\u2066-\u2069]/u.test(text))
					expect.fail(`${place}: a control character in ${JSON.stringify(text)}`);
			}
			if (cursor !== undefined) {
				expect(cursor.row, place).toBeLessThan(state.size.rows);
				expect(cursor.row, place).toBeGreaterThanOrEqual(0);
			}
		}
		// Out of everything, and a text can be typed.
		let usable = after(state, { type: "resize", size: { columns: 80, rows: 24 } }).state;
		usable = after(usable, { type: "turn_aborted", turnId, reason: { kind: "interrupted" } }).state;
		for (let press = 0; press < 8 && (usable.overlays.length > 0 || usable.approvals.length > 0); press += 1)
			usable = after(usable, "\x1b").state;
		expect(usable.overlays, `run ${run}`).toEqual([]);
		if (usable.composer.vim.mode === "normal") usable = after(usable, "i").state;
		usable = after(usable, "\x1b[O", "\x03", "\x03").state;
		if (usable.composer.vim.mode === "normal") usable = after(usable, "i").state;
		const shown = after(usable, "zq9").state;
		expect(shown.composer.edit.text, `run ${run}`).toContain("zq9");
	}
});
