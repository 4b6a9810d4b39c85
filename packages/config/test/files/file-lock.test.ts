import { existsSync, rmSync, writeFileSync } from "node:fs";
import { stat } from "node:fs/promises";
import { dirname, join } from "node:path";
import { describe, expect, it, onTestFinished, vi } from "vitest";
import { withFileLock } from "../../src/index.ts";
import { makeTempFolder } from "../temp-home.ts";

describe("withFileLock", () => {
	it("lets one at a time in and frees the lock", async () => {
		const path = join(makeTempFolder(), "deep", "file");
		let inside = 0;
		const visit = (): Promise<number> =>
			withFileLock(path, async () => {
				inside += 1;
				const seen = inside;
				await new Promise((resolve) => setImmediate(resolve));
				inside -= 1;
				return seen;
			});
		expect(await Promise.all([visit(), visit(), visit()])).toEqual([1, 1, 1]);
		expect(existsSync(`${path}.lock`)).toBe(false);
	});

	it("passes on what the work throws, and frees the lock", async () => {
		const path = join(makeTempFolder(), "file");
		const failure = new Error("work");
		await expect(withFileLock(path, () => Promise.reject(failure))).rejects.toBe(failure);
		expect(await withFileLock(path, () => Promise.resolve("free"))).toBe("free");
	});

	it("gives up when the lock is busy for too long", async () => {
		const path = join(makeTempFolder(), "file");
		await withFileLock(path, async () => {
			const second = withFileLock(path, () => Promise.resolve(), { waitMs: 100 });
			await expect(second).rejects.toMatchObject({ code: "lock_busy" });
		});
	});

	it("tells a refusing disk from a busy lock", async () => {
		const file = join(makeTempFolder(), "file");
		writeFileSync(file, "");
		const below = withFileLock(join(file, "below"), () => Promise.resolve(), { waitMs: 0 });
		await expect(below).rejects.toMatchObject({ code: "write_failed", cause: expect.any(Error) });
	});

	it("says when the lock was taken away", async () => {
		const path = join(makeTempFolder(), "file");
		vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] });
		onTestFinished(() => {
			vi.useRealTimers();
		});
		const work = async (): Promise<void> => {
			rmSync(`${path}.lock`, { recursive: true });
			// The lock is renewed, and missed, after half its stale time; the look at the disk is real.
			vi.advanceTimersByTime(5000);
			for (let turn = 0; turn < 20; turn += 1) await stat(dirname(path));
		};
		await expect(withFileLock(path, work)).rejects.toMatchObject({ code: "lock_lost" });
	});
});
