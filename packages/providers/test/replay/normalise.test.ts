import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { createNormaliser, normalisationNames } from "../../src/index.ts";

const normalise = createNormaliser({
	cwd: "/home/ada/work/demo",
	home: "/home/ada",
	tmp: "/tmp",
	paths: { cwd_real: "/private/work/demo", root: "/" },
});

describe("createNormaliser", () => {
	it.each([
		[
			"paths",
			"cd /home/ada/work/demo/src && ls /home/ada/.code /home/adam",
			"cd <cwd>/src && ls <home>/.code /home/adam",
		],
		["paths", "in /private/work/demo.", "in <cwd_real>."],
		["temporary_names", "cat /tmp/code-x8s2/a.txt '/tmp/other'", "cat <tmp>/<name>/a.txt '<tmp>/<name>'"],
		["uuids", "session 0198a000-0000-7000-8000-0123456789ab.", "session <uuid>."],
		["date_times", "at 2026-11-23T07:26:11.123Z and 2026-11-23 07:26", "at <date-time> and <date-time>"],
		["date_times", "Date:   Mon Nov 23 07:26:11 2026 +0000", "Date:   <date-time>"],
		["date_times", "Mon Nov 23 07:26:11 UTC 2026", "<date-time>"],
		["dates", "<current_date>2026-11-23</current_date>", "<current_date><date></current_date>"],
		["dates", "-rw-r--r-- 1 a a 12 Nov 23 07:14 x", "-rw-r--r-- 1 a a 12 <date> x"],
		["times", "07:26:11.5 started", "<time> started"],
		["durations", "Wall time: 1.2 seconds", "Wall time: <duration>"],
		["durations", "# duration_ms 12.3456", "# duration_ms <duration>"],
		[
			"durations",
			"duration_ms: 0.51, took 3 s, (12ms) in 4ms",
			"duration_ms: <duration>, took <duration>, (<duration>) in <duration>",
		],
		["process_ids", "pid 4711, PID: 12, process #9", "pid <pid>, PID: <pid>, process #<pid>"],
		["loopback_ports", "http://127.0.0.1:43567/v1 localhost:8080", "http://127.0.0.1:<port>/v1 localhost:<port>"],
		[
			"environment",
			"<shell>bash</shell><timezone>Europe/Berlin</timezone>",
			"<shell><local></shell><timezone><local></timezone>",
		],
	])("%s: %s", (name, text, expected) => {
		expect(normalisationNames).toContain(name);
		expect(normalise(text)).toBe(expected);
	});

	it.each([
		"wait 5 seconds",
		"const timeoutMs = 3000;",
		"version 1.2.3",
		"expected 3 got 4",
		"user:12345",
		"data:image/png;base64,/home/ada/work/demo",
	])("leaves alone: %s", (text) => {
		expect(normalise(text)).toBe(text);
	});

	it("does not take a closing tag for a home", () => {
		const asRoot = createNormaliser({ cwd: "/tmp/x/w", home: "/root", tmp: "/tmp" });
		expect(asRoot("<root>/tmp/x/w</root> in /root/.code")).toBe("<root><cwd></root> in <home>/.code");
	});

	it("is idempotent", () => {
		const piece = fc.constantFrom(
			"/home/ada/work/demo",
			"/tmp/x",
			"2026-11-23",
			"07:26:11",
			"1.5s",
			"in 3ms",
			"pid 7",
			"localhost:99",
			"0198a000-0000-7000-8000-0123456789ab",
			"<",
			" ",
			"/",
			"text",
		);
		fc.assert(
			fc.property(fc.array(fc.oneof(piece, fc.string())), (pieces) => {
				const once = normalise(pieces.join(""));
				expect(normalise(once)).toBe(once);
			}),
		);
	});

	it("is linear on hostile texts", () => {
		const cost = (size: number): number => {
			const texts = ["/tmp/".repeat(size / 5), "1".repeat(size), "1.".repeat(size / 2), "2026-11-".repeat(size / 8)];
			const startedAt = performance.now();
			for (const text of texts) normalise(text);
			return performance.now() - startedAt;
		};
		cost(20_000);
		// Twenty times the text: twenty times the time when linear, four hundred times when not.
		expect(cost(400_000) / Math.max(0.5, cost(20_000))).toBeLessThan(120);
	});
});
