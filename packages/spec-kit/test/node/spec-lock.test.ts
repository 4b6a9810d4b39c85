import { existsSync, rmSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { Repository } from "../../src/node/repository.ts";
import { withSpecLock } from "../../src/node/spec-lock.ts";
import { temporaryFolder } from "../real-host.ts";

const place = { evidenceDir: "evidence", specId: "SPEC-KIT-001" };
let root = "";
let dispose = (): void => undefined;
beforeEach(() => {
	({ root, dispose } = temporaryFolder());
});
afterEach(() => dispose());

const lock = (): string => join(root, "evidence/.locks/SPEC-KIT-001.lock.d");

describe("withSpecLock", () => {
	it("lets one in at a time and leaves nothing behind, whatever the work does", async () => {
		const repository = new Repository({ root });
		let inside = 0;
		const work = async (): Promise<void> => {
			inside += 1;
			expect(inside).toBe(1);
			await new Promise((resolve) => setImmediate(resolve));
			inside -= 1;
		};
		await Promise.all(Array.from({ length: 6 }, () => withSpecLock(repository, place, work)));
		await expect(withSpecLock(repository, place, () => Promise.reject(new Error("no")))).rejects.toThrow("no");
		expect(existsSync(lock())).toBe(false);
	});

	it("tells its work that the lock was taken over, and then does not free it", { timeout: 20_000 }, async () => {
		const lost = withSpecLock(
			new Repository({ root }),
			place,
			async (stillHeld) => {
				stillHeld();
				rmSync(lock(), { recursive: true });
				await expect
					.poll(
						() => {
							try {
								stillHeld();
								return false;
							} catch {
								return true; // As it should.
							}
						},
						{ timeout: 10_000 },
					)
					.toBe(true);
				stillHeld();
			},
			{ lockStaleMs: 2000 },
		);
		await expect(lost).rejects.toMatchObject({ code: "lock_lost" });
	});

	it("is busy at once when it may not wait", async () => {
		const repository = new Repository({ root });
		await withSpecLock(repository, place, async () => {
			await expect(
				withSpecLock(repository, place, () => Promise.resolve(), { lockTimeoutMs: 0 }),
			).rejects.toMatchObject({ code: "lock_busy" });
		});
	});
});
