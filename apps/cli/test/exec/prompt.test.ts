import { PassThrough } from "node:stream";
import { describe, expect, test } from "vitest";
import { buildPrompt, decodeText } from "../../src/exec/prompt.ts";
import { createInput, type InputKind } from "../../src/terminal/input.ts";

interface Setup {
	readonly argument?: string;
	readonly wait?: boolean;
	readonly kind?: InputKind;
	/** What stdin sends; it then ends unless `open`. */
	readonly data?: string | Buffer;
	readonly open?: boolean;
	/** How long an idle pipe is waited for. */
	readonly patience?: Promise<void>;
}

async function build(
	setup: Setup,
): Promise<{ readonly result: unknown; readonly said: readonly string[]; readonly stdin: PassThrough }> {
	const stdin = new PassThrough();
	if (setup.data !== undefined) stdin.write(setup.data);
	if (setup.open !== true) stdin.end();
	const said: string[] = [];
	const result = await buildPrompt({
		argument: setup.argument,
		waitForStdin: setup.wait ?? false,
		stdin: createInput(setup.kind ?? "stream", () => stdin),
		patience: () => setup.patience ?? new Promise(() => undefined),
		say: (line) => said.push(line),
	});
	return { result, said, stdin };
}

const ok = (text: string): unknown => ({ kind: "ok", text });
const noArgument = "No prompt provided. Either specify one as an argument or pipe the prompt into stdin.";
const blank = "No prompt provided via stdin.";

describe("without a prompt argument", () => {
	test("stdin is read to its end, and that is said", async () => {
		const { result, said } = await build({ data: "fix it\n" });
		expect(result).toEqual(ok("fix it\n"));
		expect(said).toEqual(["Reading prompt from stdin..."]);
	});

	test("`-` reads without saying so, from a terminal too", async () => {
		const { result, said } = await build({ argument: "-", data: "x", kind: "terminal" });
		expect(result).toEqual(ok("x"));
		expect(said).toEqual([]);
	});

	test.each<[Setup, string]>([
		[{ kind: "terminal" }, noArgument],
		[{ kind: "nothing" }, blank],
		[{ data: " \n\t" }, blank],
		[{}, blank],
		[{ data: Buffer.from([0xc3, 0x28]) }, "stdin is not UTF-8 text (UTF-16 needs a byte order mark)"],
	])("%j is an error", async (setup, message) => {
		expect((await build(setup)).result).toEqual({ kind: "error", message });
	});
});

describe("with a prompt argument", () => {
	test.each<[Setup, string]>([
		[{ kind: "nothing" }, "do"],
		[{ kind: "terminal" }, "do"],
		[{ data: "  \n" }, "do"],
		[{}, "do"],
		[{ data: "log\n" }, "do\n\n<stdin>\nlog\n</stdin>"],
		[{ data: "log", kind: "file" }, "do\n\n<stdin>\nlog\n</stdin>"],
		[{ data: "log", wait: true, kind: "terminal" }, "do\n\n<stdin>\nlog\n</stdin>"],
	])("%j", async (setup, text) => {
		expect((await build({ argument: "do", ...setup })).result).toEqual(ok(text));
	});

	test("an open pipe that sends nothing is left alone, and that is said", async () => {
		const { result, said, stdin } = await build({ argument: "do", open: true, patience: Promise.resolve() });
		expect(result).toEqual(ok("do"));
		expect(said).toEqual([expect.stringContaining("`code exec PROMPT -` waits for it")]);
		expect(stdin.destroyed).toBe(true);
	});

	test("a pipe that has begun is read to its end, however long it takes", async () => {
		const stdin = new PassThrough();
		const patience = Promise.withResolvers<void>();
		const building = buildPrompt({
			argument: "do",
			waitForStdin: false,
			stdin: createInput("stream", () => stdin),
			patience: () => patience.promise,
			say: () => undefined,
		});
		stdin.write("one ");
		await new Promise((resolve) => setImmediate(resolve));
		patience.resolve();
		await new Promise((resolve) => setImmediate(resolve));
		stdin.end("two");
		expect(await building).toEqual(ok("do\n\n<stdin>\none two\n</stdin>"));
	});

	test("a blank one and too much stdin are errors", async () => {
		expect((await build({ argument: "  " })).result).toMatchObject({ kind: "error" });
		const huge = await build({ argument: "do", data: Buffer.alloc(17 * 1024 * 1024, "x") });
		expect(huge.result).toEqual({ kind: "error", message: "stdin holds more than 16 MiB" });
	});

	test("a broken stdin is an error", async () => {
		const stdin = new PassThrough();
		const building = buildPrompt({
			argument: "-",
			waitForStdin: false,
			stdin: createInput("stream", () => stdin),
			patience: async () => undefined,
			say: () => undefined,
		});
		stdin.destroy(new Error("EIO"));
		expect(await building).toEqual({ kind: "error", message: "stdin cannot be read: EIO" });
	});
});

describe("decodeText", () => {
	test("takes byte order marks off and understands UTF-16 with one", () => {
		expect(decodeText(Buffer.from("\ufeffhé", "utf8"))).toEqual(ok("hé"));
		expect(decodeText(Buffer.from("\ufeffhé", "utf16le"))).toEqual(ok("hé"));
		expect(decodeText(Buffer.from("\ufeffhé", "utf16le").swap16())).toEqual(ok("hé"));
	});
});
