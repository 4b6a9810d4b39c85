import { Writable } from "node:stream";
import { describe, expect, test } from "vitest";
import { createOutput, isReaderGone } from "../../src/terminal/output.ts";

/** A stream whose reader takes a chunk only when told to. */
function slowStream(): { readonly stream: Writable; readonly taken: string[]; readonly take: () => void } {
	const waiting: (() => void)[] = [];
	const taken: string[] = [];
	const stream = new Writable({
		decodeStrings: false,
		write: (chunk, _encoding, done) => {
			waiting.push(() => {
				taken.push(String(chunk));
				done();
			});
		},
	});
	return { stream, taken, take: () => waiting.shift()?.() };
}

const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

describe("an output", () => {
	test("is ready until more than 1 MiB waits, and again when all was taken", async () => {
		const { stream, take } = slowStream();
		const output = createOutput(stream);
		output.write("x".repeat(1024));
		expect(output.ready()).toBeUndefined();
		output.write("y".repeat(1024 * 1024));
		const ready = output.ready();
		expect(ready).toBeInstanceOf(Promise);
		let isReady = false;
		void ready?.then(() => {
			isReady = true;
		});
		take();
		await turn();
		expect(isReady).toBe(false);
		for (let chunk = 0; chunk < 3; chunk += 1) {
			take();
			await turn();
		}
		expect(isReady).toBe(true);
		expect(output.ready()).toBeUndefined();
	});

	test("flushes at once when nothing waits", async () => {
		const output = createOutput(slowStream().stream);
		await output.flush();
		expect(output.isTTY).toBe(false);
		expect(output.columns).toBe(80);
	});

	test("tells of a reader that went away, and writes nothing more", async () => {
		const gone = Object.assign(new Error("write EPIPE"), { code: "EPIPE" });
		const stream = new Writable({ write: (_chunk, _encoding, done) => done(gone) });
		const output = createOutput(stream);
		const failures: Error[] = [];
		output.onFailure((error) => failures.push(error));
		output.write("x");
		await turn();
		expect(failures).toEqual([gone]);
		output.onFailure((error) => failures.push(error));
		expect(failures.length).toBe(2);
		expect(isReaderGone(gone)).toBe(true);
		expect(isReaderGone(new Error("ENOSPC"))).toBe(false);
		output.write("y");
		expect(output.ready()).toBeUndefined();
		await output.flush();
		expect(output.failure).toBe(gone);
	});

	test("a flush that waits ends when the reader goes away", async () => {
		const { stream } = slowStream();
		const output = createOutput(stream);
		output.write("x");
		const flushed = output.flush();
		stream.destroy(new Error("gone"));
		await flushed;
		expect(output.failure?.message).toBe("gone");
	});
});
