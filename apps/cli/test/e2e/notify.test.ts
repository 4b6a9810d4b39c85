// The program of `notify` is told of a turn of `code exec`, though the command ends at once.

import { chmodSync, existsSync, readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import { expect, test, vi } from "vitest";
import { apiKey, createScene } from "./scene.ts";

test("`code exec` tells the user's program of the finished turn and does not wait for it", async () => {
	const scene = await createScene([{ text: `Done; the key is ${apiKey}.` }]);
	const [program, told, go] = ["notified", "told", "go"].map((name) => path.join(scene.home.path, name)) as [
		string,
		string,
		string,
	];
	// It ends only when it is let: a run that waited for it would not end.
	writeFileSync(
		program,
		`#!/bin/sh\nwhile [ ! -e "${go}" ]; do sleep 0.05; done\nprintf %s "$1" > "${told}.new" && mv "${told}.new" "${told}"\n`,
	);
	chmodSync(program, 0o755);
	await scene.config(`notify = [${JSON.stringify(program)}]\n`);
	const result = await scene.run(["exec", "say it"]);
	expect(result.exitCode).toBe(0);
	expect(existsSync(told)).toBe(false);
	writeFileSync(go, "");
	await vi.waitFor(() => expect(existsSync(told)).toBe(true), { timeout: 10_000 });
	const text = readFileSync(told, "utf8");
	expect(JSON.parse(text)).toMatchObject({
		type: "agent-turn-complete",
		cwd: scene.repo,
		client: "code_exec",
		"input-messages": ["say it"],
	});
	expect(text).not.toContain(apiKey);
});
