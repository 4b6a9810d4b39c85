import { expect, test } from "vitest";
import { LineQueue } from "../../src/rollout/line-queue.ts";
import type { LineSink } from "../../src/rollout/rollout-file.ts";

interface Disk {
	readonly written: string[];
	readonly log: string[];
	failAt?: "open" | "write" | "sync" | "close";
	hold?: Promise<void>;
}

function queueOn(disk: Disk, toLine: (record: string) => string = (record) => record) {
	const failures: string[] = [];
	const step = async (name: "open" | "write" | "sync" | "close"): Promise<void> => {
		disk.log.push(name);
		await disk.hold;
		if (disk.failAt === name) throw new Error(`${name}: ENOSPC`);
	};
	const open = async (): Promise<LineSink> => {
		await step("open");
		return {
			write: async (lines) => {
				await step("write");
				disk.written.push(Buffer.from(lines).toString());
			},
			sync: () => step("sync"),
			close: () => step("close"),
		};
	};
	const queue = new LineQueue<string>({ open, toLine, onFailure: (error) => failures.push(error.message) });
	return { queue, failures };
}

const disk = (faults: Partial<Disk> = {}): Disk => ({ written: [], log: [], ...faults });

test("what is appended at once is one write; flush syncs once, and not again when nothing was added", async () => {
	const target = disk();
	const { queue } = queueOn(target);
	queue.append(["a", "b"]);
	queue.append(["c"]);
	queue.append([]);
	await queue.flush();
	await queue.flush();
	queue.append(["d"]);
	await queue.flush();
	await queue.close();
	expect(target.written).toEqual(["a\nb\nc\n", "d\n"]);
	expect(target.log).toEqual(["open", "write", "sync", "write", "sync", "close"]);
});

test("nothing is opened when nothing is appended", async () => {
	const target = disk();
	const { queue } = queueOn(target);
	await queue.flush();
	await queue.close();
	expect(target.log).toEqual([]);
});

test("without a flush nothing is synced", async () => {
	const target = disk();
	const { queue } = queueOn(target);
	queue.append(["a"]);
	while (target.written.length === 0) await new Promise((resolve) => setImmediate(resolve));
	expect(target.log).toEqual(["open", "write"]);
	await queue.close();
	expect(target.log).toEqual(["open", "write", "sync", "close"]);
});

test("the order is kept while the disk is slow, and what comes meanwhile is one batch", async () => {
	let release = (): void => undefined;
	const hold = new Promise<void>((resolve) => {
		release = resolve;
	});
	const target = disk({ hold });
	const { queue } = queueOn(target);
	queue.append(["first"]);
	await Promise.resolve();
	for (let number = 0; number < 50; number += 1) queue.append([String(number)]);
	release();
	await queue.flush();
	expect(target.written.join("")).toBe(
		["first", ...Array.from({ length: 50 }, (_, number) => number)].map((line) => `${line}\n`).join(""),
	);
	expect(target.written.length).toBeLessThanOrEqual(2);
});

test("a batch ends after a million characters", async () => {
	const target = disk();
	const { queue } = queueOn(target);
	queue.append(Array.from({ length: 5 }, (_, index) => String(index).repeat(600_000)));
	await queue.flush();
	expect(target.written.map((text) => text.length)).toEqual([1_200_002, 1_200_002, 600_001]);
});

test.each(["open", "write", "sync"] as const)(
	"a failed %s is told once; then everything is dropped",
	async (failAt) => {
		const target = disk({ failAt });
		const serialised: string[] = [];
		const { queue, failures } = queueOn(target, (record) => {
			serialised.push(record);
			return record;
		});
		queue.append(["a"]);
		await queue.flush();
		expect(failures).toEqual([`${failAt}: ENOSPC`]);
		const before = { log: target.log.length, serialised: serialised.length };
		for (let round = 0; round < 1000; round += 1) queue.append(["b", "c"]);
		await queue.flush();
		await queue.close();
		expect(failures).toHaveLength(1);
		expect(serialised).toHaveLength(before.serialised);
		expect(target.log).toHaveLength(before.log);
		expect(target.log.filter((step) => step === "close")).toHaveLength(failAt === "open" ? 0 : 1);
	},
);

test("what waits is dropped when a write before it fails", async () => {
	const target = disk({ failAt: "write" });
	const { queue, failures } = queueOn(target);
	queue.append(["a"]);
	await Promise.resolve();
	queue.append(["b"]);
	await queue.flush();
	expect(target.log.filter((step) => step === "write")).toHaveLength(1);
	expect(failures).toHaveLength(1);
});

test("a failure of the last flush, that of close, is told", async () => {
	const target = disk({ failAt: "sync" });
	const { queue, failures } = queueOn(target);
	queue.append(["a"]);
	await queue.close();
	expect(failures).toEqual(["sync: ENOSPC"]);
});

test("a failed close loses nothing and is not told", async () => {
	const target = disk({ failAt: "close" });
	const { queue, failures } = queueOn(target);
	queue.append(["a"]);
	await queue.close();
	expect(failures).toEqual([]);
	expect(target.written).toEqual(["a\n"]);
});

test("a record that cannot be a line is a failure, never an exception of append", async () => {
	const target = disk();
	const { queue, failures } = queueOn(target, () => {
		throw new TypeError("circular");
	});
	queue.append(["a"]);
	await queue.flush();
	expect(failures).toEqual(["circular"]);
});

test("close writes what waits, takes nothing more and may be called again", async () => {
	const target = disk();
	const { queue } = queueOn(target);
	queue.append(["a"]);
	const closed = queue.close();
	queue.append(["late"]);
	await closed;
	await queue.close();
	await queue.flush();
	expect(target.written).toEqual(["a\n"]);
	expect(target.log.filter((step) => step === "close")).toHaveLength(1);
});
