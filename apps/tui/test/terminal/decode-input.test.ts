import { describe, expect, test } from "vitest";
import { chordOf, type InputEvent } from "../../src/keymap/key.ts";
import { createInputDecoder } from "../../src/terminal/decode-input.ts";

const show = (event: InputEvent): string => {
	if (event.kind === "key") return event.key.text === "" ? chordOf(event.key) : `'${event.key.text}'`;
	if (event.kind === "paste") return `paste(${JSON.stringify(event.text)})`;
	return event.kind === "focus" ? `focus ${event.gained}` : `reply ${event.reply.kind}`;
};

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);

const cases: readonly (readonly [string, string, readonly string[]])[] = [
	["letters", "aÄ€", ["'a'", "'Ä'", "'€'"]],
	["Enter once", "\r", ["enter"]],
	["a line feed is Ctrl-J", "\n", ["ctrl+j"]],
	["control letters", "\x01\x03\x1f\x00", ["ctrl+a", "ctrl+c", "ctrl+_", "ctrl+space"]],
	["backspace and Ctrl-H", "\x7f\x08", ["backspace", "ctrl+h"]],
	["arrows, CSI and SS3", "\x1b[A\x1bOB", ["up", "down"]],
	["arrows with modifiers", "\x1b[1;5C\x1b[1;3D\x1b[1;2A", ["ctrl+right", "alt+left", "shift+up"]],
	["Home, End, Delete, pages", "\x1b[H\x1bOF\x1b[3~\x1b[5~\x1b[6~", ["home", "end", "delete", "pageup", "pagedown"]],
	["function keys", "\x1bOP\x1b[15~\x1b[24~", ["f1", "f5", "f12"]],
	["Shift-Tab", "\x1b[Z", ["shift+tab"]],
	["Alt with letters and keys", "\x1bb\x1b\r\x1b\x7f", ["alt+b", "alt+enter", "alt+backspace"]],
	["Escape and Ctrl-C in one read", "\x1b\x03", ["escape", "ctrl+c"]],
	["kitty: Shift-Enter, Ctrl-I, Escape", "\x1b[13;2u\x1b[105;5u\x1b[27u", ["shift+enter", "ctrl+i", "escape"]],
	["kitty: text keys with shift", "\x1b[97;2u\x1b[228:196;2u", ["'A'", "'Ä'"]],
	["kitty: a release is nothing", "\x1b[97;1:3u\x1b[1;1:3A", []],
	["kitty: keypad", "\x1b[57400u\x1b[57414u", ["'1'", "enter"]],
	["modifyOtherKeys", "\x1b[27;2;13~\x1b[27;5;46~", ["shift+enter", "ctrl+."]],
	["focus", "\x1b[I\x1b[O", ["focus true", "focus false"]],
	["mouse reports are dropped", "\x1b[<0;10;20M\x1b[M !!a", ["'a'"]],
	["answers of the terminal are dropped", "\x1b[?62;22c\x1b[?2026;2$yx", ["'x'"]],
	["kitty's answer", "\x1b[?1u", ["reply kitty_keyboard"]],
	["the background", "\x1b]11;rgb:1c1c/2d2d/3e3e\x1b\\", ["reply background"]],
	["other strings are dropped", "\x1b]0;title\x07\x1bPdata\x1b\\y", ["'y'"]],
	["C1 characters are dropped", "\u009bA", ["'A'"]],
	["a paste", "\x1b[200~one\rtwo\x1b[31m\x1b[201~z", ['paste("one\\ntwo\\u001b[31m")', "'z'"]],
];

describe("keys", () => {
	test.each(cases)("%s", (_name, input, expected) => {
		expect(createInputDecoder().push(bytes(input)).map(show)).toEqual(expected);
	});

	test.each(cases)("%s, byte by byte", (_name, input, expected) => {
		const decoder = createInputDecoder();
		const events = Array.from(bytes(input), (byte) => decoder.push(Uint8Array.of(byte))).flat();
		expect([...events, ...decoder.flush()].map(show)).toEqual(expected);
	});
});

test("a lone ESC waits, and is Escape when nothing follows", () => {
	const decoder = createInputDecoder();
	expect(decoder.push(bytes("\x1b"))).toEqual([]);
	expect(decoder.waiting).toBe("sequence");
	expect(decoder.flush().map(show)).toEqual(["escape"]);
	expect(decoder.waiting).toBe("nothing");
});

test("two ESC are two presses; ESC [ alone is Alt-[", () => {
	const decoder = createInputDecoder();
	decoder.push(bytes("\x1b\x1b"));
	expect(decoder.flush().map(show)).toEqual(["escape", "escape"]);
	decoder.push(bytes("\x1b["));
	expect(decoder.flush().map(show)).toEqual(["alt+["]);
});

test("the end mark of a paste may be cut anywhere", () => {
	for (let cut = 1; cut < 12; cut += 1) {
		const decoder = createInputDecoder();
		const all = bytes("\x1b[200~é\x1b[201~");
		const events = [...decoder.push(all.subarray(0, cut)), ...decoder.push(all.subarray(cut))];
		expect(events.map(show), String(cut)).toEqual(['paste("é")']);
	}
});

test("a paste that never ends is given after waiting", () => {
	const decoder = createInputDecoder();
	expect(decoder.push(bytes("\x1b[200~half"))).toEqual([]);
	expect(decoder.waiting).toBe("paste");
	expect(decoder.flush().map(show)).toEqual(['paste("half")']);
});

test("invalid UTF-8 ends nothing", () => {
	const decoder = createInputDecoder();
	expect(decoder.push(Uint8Array.of(0xff, 0x61)).map(show)).toEqual(["'\ufffd'", "'a'"]);
});

test("a megabyte of paste is one event", () => {
	const decoder = createInputDecoder();
	const events = decoder.push(bytes(`\x1b[200~${"x".repeat(1_000_000)}\x1b[201~`));
	expect(events).toHaveLength(1);
});

test("random bytes never throw, and nothing is left but an unfinished sequence", () => {
	let seed = 42;
	const random = (): number => {
		seed = (seed * 1_103_515_245 + 12_345) & 0x7fff_ffff;
		return seed / 0x7fff_ffff;
	};
	for (let run = 0; run < 300; run += 1) {
		const decoder = createInputDecoder();
		for (let chunk = 0; chunk < 5; chunk += 1) {
			const some = Uint8Array.from({ length: Math.floor(random() * 40) }, () =>
				random() < 0.4 ? [27, 91, 79, 93, 59, 126, 117][Math.floor(random() * 7)] ?? 27 : Math.floor(random() * 256),
			);
			for (const event of decoder.push(some)) {
				if (event.kind === "key") expect(event.key.text).not.toMatch(/[\x00-\x1f\x7f-\x9f]/);
			}
		}
		decoder.flush();
		expect(decoder.waiting).toBe("nothing");
	}
});
