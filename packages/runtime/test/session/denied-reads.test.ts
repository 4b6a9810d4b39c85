// Files under `sandbox_denied_reads`: neither a command nor a tool gets at what is in them, by no name. A control shows
// that the same calls read a file that is not denied.

import { writeFileSync } from "node:fs";
import path from "node:path";
import { createTempDir } from "@codex/test-support";
import { describe, expect, onTestFinished, test } from "vitest";
import { makeFixture, play, sessionOf } from "../runtime-fixture.ts";

const canary = "CANARY-7f3a";
const key = `sandbox_denied_reads=["**/.env", "secrets", "*.png"]`;
// The smallest PNG that is one for us.
const png = Buffer.concat([Buffer.from("\x89PNG\r\n\x1a\n", "latin1"), Buffer.from(canary)]);

interface Call {
	readonly name: string;
	readonly arguments: Readonly<Record<string, unknown>>;
}

const patch = (text: string): Call => ({
	name: "apply_patch",
	arguments: { input: `*** Begin Patch\n${text}\n*** End Patch` },
});
const shell = (command: string): Call => ({ name: "shell", arguments: { command } });

/** What the model is told of these calls, as one text. */
async function told(calls: readonly Call[], overrides: readonly string[], mode: "read-only" | "workspace-write") {
	const fixture = await makeFixture({
		script: [{ calls: [...calls] }, { text: "Done." }],
		files: {
			".env": `KEY=${canary}\n`,
			"app/.env": `KEY=${canary}\n`,
			"secrets/deep/key.pem": `${canary}\n`,
			"shot.png": png,
			"open.txt": "plain\n",
		},
	});
	const outside = await createTempDir();
	onTestFinished(outside.dispose);
	const session = sessionOf(await fixture.start({ flags: { sandboxMode: mode, overrides } }));
	const { last } = await play(session);
	expect(last).toMatchObject({ type: "turn_completed" });
	return JSON.stringify(fixture.server.requests[1]?.body);
}

const readers: readonly (readonly [name: string, calls: readonly Call[]])[] = [
	["read_file", [{ name: "read_file", arguments: { file_path: ".env" } }]],
	["read_file of a folder's file", [{ name: "read_file", arguments: { file_path: "secrets/deep/key.pem" } }]],
	["read_file by an odd name", [{ name: "read_file", arguments: { file_path: "app/../app//.env" } }]],
	["cat", [shell("cat .env app/.env secrets/deep/key.pem")]],
	["cat through a link", [shell("ln -s .env l && cat l; cp app/.env c && cat c; ln secrets/deep/key.pem h && cat h")]],
	["tar", [shell("tar cf - . | strings")]],
	["a patch", [patch("*** Update File: .env\n@@\n-KEY=wrong\n+KEY=x")]],
	["a patch that moves it away", [patch(`*** Update File: .env\n*** Move to: e.txt\n@@\n-KEY=${"x"}\n+KEY=y`)]],
];

describe("denied reads", () => {
	test.each(readers)("%s tells nothing", async (_name, calls) => {
		for (const mode of ["workspace-write", "read-only"] as const) {
			expect(await told(calls, [key], mode)).not.toContain(canary);
		}
	});

	test.each(readers.slice(0, 4))("control: %s reads it without the key", async (_name, calls) => {
		expect(await told(calls, [], "workspace-write")).toContain(canary);
	});

	test("a link that was there before leads nowhere either (hole 30)", async () => {
		const fixture = await makeFixture({
			script: [
				{ calls: [{ name: "read_file", arguments: { file_path: "link" } }, shell("cat link")] },
				{ text: "Done." },
			],
			files: { ".env": `KEY=${canary}\n` },
		});
		const { symlinkSync } = await import("node:fs");
		symlinkSync(".env", path.join(fixture.cwd, "link"));
		await play(sessionOf(await fixture.start({ flags: { overrides: [key] } })));
		const body = JSON.stringify(fixture.server.requests[1]?.body);
		expect(body).not.toContain(canary);
		expect(body).toContain("sandbox_denied_reads");
	});

	test("a search does not say that a denied file matches, and lists nothing of a denied folder", async () => {
		const calls = [
			{ name: "grep_files", arguments: { pattern: canary } },
			{ name: "grep_files", arguments: { pattern: canary, path: "secrets" } },
			{ name: "list_dir", arguments: { dir_path: "secrets" } },
			{ name: "list_dir", arguments: { dir_path: ".", depth: 3, limit: 100 } },
			{ name: "view_image", arguments: { path: "shot.png" } },
		];
		const body = await told(calls, [key], "workspace-write");
		expect(body).toContain("No matches found");
		expect(body).not.toContain("key.pem");
		expect(body).not.toContain(png.toString("base64"));
		const control = await told(calls, [], "workspace-write");
		expect(control).toContain("key.pem");
		expect(control).toContain(png.toString("base64"));
	});

	test("a file that comes into being later is denied too", async () => {
		const fixture = await makeFixture({
			script: [{ calls: [shell("true")] }, { calls: [shell("cat sub/.env")] }, { text: "Done." }],
			files: { "sub/a": "" },
		});
		const session = sessionOf(await fixture.start({ flags: { overrides: [key] } }));
		const ended = new Promise<void>((resolve) => {
			session.subscribe(({ msg }) => {
				if (msg.type === "exec_command_end") writeFileSync(path.join(fixture.cwd, "sub/.env"), canary);
				if (msg.type === "turn_completed") resolve();
			});
		});
		session.submit({ type: "user_input", items: [{ type: "text", text: "go" }] });
		await ended;
		await session.close();
		expect(JSON.stringify(fixture.server.requests[2]?.body)).toContain("function_call_output");
		expect(JSON.stringify(fixture.server.requests[2]?.body)).not.toContain(canary);
	});

	test("an empty glob stops the start", async () => {
		const fixture = await makeFixture();
		expect(await fixture.start({ flags: { overrides: ['sandbox_denied_reads=[""]'] } })).toMatchObject({
			kind: "error",
			exitCode: 2,
			lines: [expect.stringContaining("sandbox_denied_reads")],
		});
	});
});
