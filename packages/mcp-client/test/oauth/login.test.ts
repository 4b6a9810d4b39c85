// Logins against a server that wants one: the whole way, with a browser that the test plays.

import { readFileSync, statSync, writeFileSync } from "node:fs";
import path from "node:path";
import { describe, expect, test } from "vitest";
import { createAuthSource, type HttpTarget, type McpServerSpec, openLogins } from "../../src/index.ts";
import { makePool, never, nodeSpec } from "../pool-fixture.ts";
import { createLoginServer } from "./login-server.ts";

const browse = (page: string): void => void fetch(page);

async function scene(more: Partial<HttpTarget> = {}) {
	const server = await createLoginServer();
	const target: HttpTarget = { kind: "http", url: server.url, headers: {}, oauth: true, ...more };
	const spec: McpServerSpec = { ...nodeSpec(""), name: "closed", target };
	let file = "";
	const secrets = new Set<string>();
	const fixture = await makePool({
		authFor: (each) => createAuthSource(file, fixture.clock, (secret) => void secrets.add(secret))(each),
	});
	file = path.join(fixture.dir, "home", "credentials.json");
	const logins = await openLogins(file);
	const login = (request: object = {}, signal = never) =>
		logins.login({ server: "closed", target, clock: fixture.clock, onPage: browse, ...request }, signal);
	const open = async () => {
		const view = await fixture.open([spec]);
		await view.missing(never);
		await fixture.pool.slot(spec).warm();
		return view;
	};
	const call = async () => (await (await open()).call({ name: "closed__open", args: {} }, never)).parts;
	return { server, fixture, file, logins, login, open, call, secrets };
}

const opened = [{ kind: "text", text: "opened" }];

describe("a login", () => {
	test("is asked for by name, gives tokens in a private file, is used, and can be forgotten", async () => {
		const { server, fixture, file, logins, login, open, call } = await scene();
		await open();
		expect(fixture.notices).toEqual(["the MCP server `closed` needs a login: run `code mcp login closed`"]);
		await login();
		expect(server.grants).toEqual(["authorization_code"]);
		expect(statSync(file).mode & 0o777).toBe(0o600);
		expect(readFileSync(file, "utf8")).toContain(server.valid());
		expect(await call()).toEqual(opened);
		expect(await logins.logout("closed", "http://elsewhere/")).toBe(false);
		expect(await logins.logout("closed", server.url)).toBe(true);
		expect(await logins.logout("closed", server.url)).toBe(false);
		expect(readFileSync(file, "utf8")).not.toContain("token-");
	});

	test("a token that ends is refreshed once, however many ask at the same time", async () => {
		const { server, fixture, file, login, call, secrets } = await scene();
		await login();
		expect(await call()).toEqual(opened);
		expect([...secrets]).toEqual(expect.arrayContaining(["token-1"]));
		fixture.clock.leap(3_600_000 - 20_000);
		const authFor = createAuthSource(file, fixture.clock);
		const spec: McpServerSpec = {
			...nodeSpec(""),
			name: "closed",
			target: { kind: "http", url: server.url, headers: {}, oauth: true },
		};
		const found = await Promise.all([1, 2, 3].map(async () => (await (await authFor(spec))?.tokens())?.access_token));
		expect(found).toEqual(["token-2", "token-2", "token-2"]);
		expect(server.grants).toEqual(["authorization_code", "refresh_token"]);
		expect(await call()).toEqual(opened);
		expect([...secrets]).toEqual(expect.arrayContaining(["token-1", "token-2"]));
	});

	test("scopes: those asked for, those of the settings, none when the server does not know them", async () => {
		const { server, login } = await scene({ scopes: ["read", "write"] });
		await login();
		await login({ scopes: ["all"] });
		server.unknownScopes.add("odd");
		await login({ scopes: ["odd"] });
		expect(server.scopes).toEqual(["read write", "all", "odd", null]);
	});
});

describe("one that does not work", () => {
	test("is refused, is given up, comes back with another state, or finds its port taken", async () => {
		const { server, login, fixture } = await scene();
		server.unknownScopes.add("never");
		await expect(login({ scopes: ["never"] })).rejects.toMatchObject({
			code: "login",
			message: "the login was refused: access_denied",
		});
		const controller = new AbortController();
		await expect(login({ onPage: () => controller.abort() }, controller.signal)).rejects.toMatchObject({
			code: "aborted",
		});
		const statuses: number[] = [];
		const stranger = async (page: string): Promise<void> => {
			const back = new URL(new URL(page).searchParams.get("redirect_uri") ?? "");
			statuses.push(
				(await fetch(`${back.href}?code=stolen&state=guess`)).status,
				(await fetch(new URL("/", back))).status,
			);
			await fetch(page);
		};
		await login({ onPage: (page: string) => void stranger(page) });
		expect(statuses).toEqual([400, 404]);
		await expect(login({ callbackPort: Number(new URL(server.url).port) })).rejects.toMatchObject({
			code: "login",
			message: expect.stringContaining("the login cannot come back"),
		});
		const target = { kind: "http", url: "http://127.0.0.1:1/mcp", headers: {}, oauth: true } as const;
		await expect(login({ target })).rejects.toMatchObject({ code: "login" });
		expect(fixture.notices).toEqual([]);
	});

	test("a file that makes no sense is left alone and said", async () => {
		const { file, login, open, fixture } = await scene();
		await login();
		writeFileSync(file, "{}");
		await expect(login()).rejects.toMatchObject({ code: "file", message: expect.stringContaining("cannot be used") });
		await open();
		expect(fixture.notices).toEqual([expect.stringContaining("cannot be used")]);
		expect(readFileSync(file, "utf8")).toBe("{}");
	});
});
