import { PassThrough } from "node:stream";
import type { Question } from "@codex/runtime";
import { expect, test } from "vitest";
import { askAtTerminal } from "../../src/speckit/ask-terminal.ts";

const questions: readonly Question[] = ["a", "b", "c"].map((id) => ({
	id,
	text: `Question ${id}?\u001b[31m`,
	context: "",
	magnitude: "important",
	options: ["yes", "no"],
	recommended: 1,
	agentAnswers: {},
}));

function terminal(text: string | undefined) {
	const input = new PassThrough();
	if (text !== undefined) input.end(text);
	let shown = "";
	const stop = new AbortController();
	const asked = askAtTerminal(
		questions,
		{
			input,
			write: (written) => {
				shown += written;
			},
		},
		stop.signal,
	);
	return { asked, stop, shown: () => shown };
}

test("a number chooses, words answer, an empty line skips", async () => {
	const { asked, shown } = terminal("2\n in words \n\n");
	expect(await asked).toEqual([
		{ id: "a", kind: "answered", text: "no" },
		{ id: "b", kind: "answered", text: "in words" },
		{ id: "c", kind: "skipped" },
	]);
	expect(shown()).toContain("1 of 3");
	expect(shown()).toContain("2. no (recommended)");
	expect(shown()).not.toContain("\u001b");
});

test("a number that is no option is an answer; the end of the input leaves the rest open", async () => {
	expect(await terminal("7\nx\ny\n").asked).toMatchObject([{ text: "7" }, { text: "x" }, { text: "y" }]);
	expect(await terminal("1\n").asked).toBe("nobody");
});

test("a signal ends the wait", async () => {
	const { asked, stop } = terminal(undefined);
	stop.abort();
	expect(await asked).toBe("nobody");
});
