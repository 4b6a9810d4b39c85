import { chmod, mkdir, readFile, stat, writeFile } from "node:fs/promises";
import path from "node:path";
import { createTempDir } from "@codex/test-support";
import { expect, onTestFinished, test } from "vitest";
import { createNullTrust, createTrustFile } from "../../src/index.ts";

async function folder(): Promise<string> {
	const { path: dir, dispose } = await createTempDir();
	onTestFinished(dispose);
	return dir;
}

const key = { origin: "user", server: "s" };
const tool = (name: string, hash: string) => ({ name, hash });

test("first sight is trusted, a change is noticed and stays noticed until it is accepted, by origin and name", async () => {
	const dir = await folder();
	const file = path.join(dir, "home", "mcp-trust.json");
	const trust = createTrustFile(file, () => expect.unreachable());
	expect(await trust.judgeCommand(key, "c1")).toBe("trusted");
	expect(await trust.judgeTools(key, [tool("a", "1"), tool("b", "1")])).toEqual({ changed: [] });
	const other = createTrustFile(file, () => expect.unreachable());
	expect(await other.judgeCommand(key, "c2")).toBe("changed");
	expect(await other.judgeCommand({ ...key, origin: "/project" }, "c2")).toBe("trusted");
	expect(await other.judgeTools(key, [tool("a", "2"), tool("b", "1"), tool("c", "1")])).toEqual({ changed: ["a"] });
	expect(await other.judgeTools(key, [tool("a", "2")])).toEqual({ changed: ["a"] });
	await other.accept(key, "c2", [tool("a", "2")]);
	expect(await trust.judgeCommand(key, "c2")).toBe("trusted");
	expect(await trust.judgeTools(key, [tool("a", "2")])).toEqual({ changed: [] });
	await trust.forget(key);
	expect(await trust.judgeCommand(key, "c9")).toBe("trusted");
	expect((await stat(file)).mode & 0o777).toBe(0o600);
});

test("writers in parallel lose nothing", async () => {
	const file = path.join(await folder(), "trust.json");
	const stores = Array.from({ length: 6 }, () => createTrustFile(file, () => expect.unreachable()));
	await Promise.all(stores.map((store, at) => store.judgeCommand({ origin: "user", server: `s${at}` }, "c")));
	const content: unknown = JSON.parse(await readFile(file, "utf8"));
	expect(Object.keys((content as { servers: object }).servers)).toHaveLength(6);
});

test("a file that makes no sense is left alone and told once", async () => {
	const dir = await folder();
	const file = path.join(dir, "trust.json");
	await writeFile(file, "not json");
	const told: string[] = [];
	const trust = createTrustFile(file, (sentence) => void told.push(sentence));
	expect(await trust.judgeCommand(key, "c1")).toBe("trusted");
	expect(await trust.judgeTools(key, [tool("a", "1")])).toEqual({ changed: [] });
	expect(told).toHaveLength(1);
	expect(await readFile(file, "utf8")).toBe("not json");
});

test("a folder that cannot be written is told, too", async () => {
	const dir = path.join(await folder(), "closed");
	await mkdir(dir);
	await writeFile(path.join(dir, "file"), "");
	await chmod(dir, 0o500);
	const told: string[] = [];
	const trust = createTrustFile(path.join(dir, "file", "trust.json"), (sentence) => void told.push(sentence));
	expect(await trust.judgeCommand(key, "c1")).toBe("trusted");
	expect(told).toHaveLength(1);
});

test("the null store trusts everything", async () => {
	const trust = createNullTrust();
	expect(await trust.judgeCommand(key, "c")).toBe("trusted");
	expect(await trust.judgeTools(key, [tool("a", "1")])).toEqual({ changed: [] });
	await trust.accept(key, "c");
	await trust.forget(key);
});
