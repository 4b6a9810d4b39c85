import { chmodSync, mkdirSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import path from "node:path";
import type { DoctorCheck } from "@codex/protocol";
import { describe, expect, onTestFinished, test } from "vitest";
import { maskedKey } from "../../src/doctor/provider-checks.ts";
import { doctorProbes, runDoctor } from "../../src/index.ts";
import { makeFixture } from "../runtime-fixture.ts";

const named = (checks: readonly DoctorCheck[], name: string): DoctorCheck | undefined =>
	checks.find((check) => check.name === name);

describe("doctor", () => {
	test("finds a good installation good, and shows no key", async () => {
		const { runtime } = await makeFixture({ homeFiles: { "config.toml": 'model = "gpt-5"\n' } });
		chmodSync(runtime.paths.home, 0o700);
		const checks = await runDoctor(runtime, { overrides: [] }, { online: false });
		for (const name of ["node", "home", "config", "provider", "git", "log", "disk"])
			expect(named(checks, name)).toMatchObject({ status: "ok" });
		expect(named(checks, "provider")?.detail).toContain("gpt-5");
		expect(named(checks, "reachable")).toBeUndefined();
		expect(JSON.stringify(checks)).not.toContain("sk-test-key-0123456789abcdef");
	});

	test("names what is wrong and what to do", async () => {
		const { runtime } = await makeFixture({
			env: { OPENAI_API_KEY: "", CODE_LOG: "loud", PATH: "/nowhere" },
			homeFiles: { "config.toml": "modle = 1\n" },
		});
		chmodSync(runtime.paths.home, 0o755);
		const checks = await runDoctor(runtime, { overrides: [] }, { online: true });
		expect(named(checks, "home")).toMatchObject({ status: "warning", hint: expect.stringContaining("chmod 700") });
		expect(named(checks, "config")).toMatchObject({
			status: "warning",
			detail: expect.stringContaining("config.toml:1:"),
		});
		expect(named(checks, "provider")).toMatchObject({ status: "failed" });
		expect(named(checks, "log")).toMatchObject({ status: "warning", detail: expect.stringContaining("loud") });
		expect(named(checks, "git")).toMatchObject({ status: "warning" });
		for (const check of checks) if (check.status !== "ok") expect(check.hint).toBeTruthy();
	});

	test("goes on without a configuration that cannot be read", async () => {
		const { runtime } = await makeFixture({ homeFiles: { "config.toml": "model = \n" } });
		const checks = await runDoctor(runtime, { overrides: [] }, { online: false });
		expect(checks[0]).toMatchObject({
			name: "config",
			status: "failed",
			detail: expect.stringContaining("config.toml:1:"),
		});
		expect(checks.filter(({ name }) => name === "config").length).toBe(1);
		expect(named(checks, "provider")).toMatchObject({ status: "ok" });
	});

	test("reports a provider that cannot be chosen", async () => {
		const { runtime } = await makeFixture();
		const checks = await runDoctor(runtime, { overrides: ['model_provider="nobody"'] }, { online: true });
		expect(named(checks, "provider")).toMatchObject({ status: "failed", detail: expect.stringContaining("nobody") });
	});

	test("tries the address only when asked to", async () => {
		const { runtime } = await makeFixture();
		let asked = 0;
		const server = createServer((request, response) => {
			asked += 1;
			expect(request.headers.authorization).toBeUndefined();
			response.writeHead(404).end();
		});
		await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
		onTestFinished(() => void server.close());
		const { port } = server.address() as AddressInfo;
		const flags = { overrides: [`openai_base_url="http://127.0.0.1:${port}/v1"`] };
		await runDoctor(runtime, flags, { online: false });
		expect(asked).toBe(0);
		expect(named(await runDoctor(runtime, flags, { online: true }), "reachable")).toMatchObject({ status: "ok" });
		expect(asked).toBe(1);
		server.close();
		const gone = { overrides: ['openai_base_url="http://127.0.0.1:1/v1"'] };
		expect(named(await runDoctor(runtime, gone, { online: true }), "reachable")).toMatchObject({ status: "failed" });
	});

	test("survives a check that fails by itself, and takes more checks", async () => {
		const { runtime } = await makeFixture();
		const broken = {
			name: "broken",
			run: () => {
				throw new Error("boom");
			},
		};
		const checks = await runDoctor(runtime, { overrides: [] }, { online: false, probes: [...doctorProbes, broken] });
		expect(checks.at(-1)).toMatchObject({ name: "broken", status: "failed", detail: expect.stringContaining("boom") });
	});

	test("looks at the log file that is there", async () => {
		const { runtime } = await makeFixture();
		mkdirSync(path.dirname(runtime.paths.logFile), { recursive: true });
		writeFileSync(runtime.paths.logFile, "x".repeat(2 * 1024 * 1024));
		const checks = await runDoctor(runtime, { overrides: [] }, { online: false });
		expect(named(checks, "log")?.detail).toContain("2.0 MiB");
	});

	test("masks keys", () => {
		expect(maskedKey("short")).toBe("***");
		expect(maskedKey("sk-proj-0123456789abcdefgh")).toBe("sk-pro***efgh");
	});
});
