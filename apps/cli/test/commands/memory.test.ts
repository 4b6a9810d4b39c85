import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import { describe, expect, test } from "vitest";
import { makeCli } from "../cli-fixture.ts";

const record = (id: string, content: string): string =>
	`${JSON.stringify({
		id,
		content,
		tags: ["spec:A-1", `id:${id}`],
		domain: "spec-kit",
		importance: 8,
		created_at: "2026-01-01T00:00:00.000Z",
		updated_at: "2026-01-01T00:00:00.000Z",
	})}\n`;
const lines = `${record("one", "the first memory")}${record("two", "the second memory")}`;

describe("code memory", () => {
	test("import, search, list and export agree", async () => {
		const cli = await makeCli();
		expect((await cli.run(["memory", "list"])).stdout).toBe("no memories\n");
		expect((await cli.run(["memory", "import"], { stdin: lines })).stdout).toBe("2 added, 0 were there\n");
		expect(existsSync(path.join(cli.codeHome, "memory.db"))).toBe(true);
		const found = await cli.run(["memory", "search", "second", "memory", "--tags", "id:two", "--limit", "1", "--json"]);
		expect(found.lines()[0]).toMatchObject({
			success: true,
			data: { results: [{ memory: { id: "two", content: "the second memory" } }] },
			exit_code: 0,
		});
		expect((await cli.run(["memory", "list", "--domain", "spec-kit"])).stdout).toBe(
			"two  the second memory  [spec:A-1, id:two]\none  the first memory  [spec:A-1, id:one]\n",
		);
		expect((await cli.run(["memory", "export"])).stdout).toBe(lines);
		expect((await cli.run(["memory", "export", "--json"])).lines()[0]?.["memories"]).toHaveLength(2);
		writeFileSync(path.join(cli.cwd, "again.jsonl"), lines);
		const again = await cli.run(["memory", "import", "again.jsonl", "--json"]);
		expect(again.lines()[0]).toMatchObject({ added: 0, skipped: 2 });
	});

	test("bad lines, files and numbers are refused with a reason", async () => {
		const cli = await makeCli();
		const bad = await cli.run(["memory", "import", "--json"], { stdin: `${lines}nonsense\n` });
		expect(bad.code).toBe(1);
		expect(bad.lines()[0]).toMatchObject({ errors: ["line 3: not JSON"], exit_reason: "not_imported" });
		expect((await cli.run(["memory", "export"])).stdout).toBe("");
		expect((await cli.run(["memory", "import", "missing.jsonl"])).code).toBe(2);
		expect((await cli.run(["memory", "import", "."])).stderr).toContain("not a regular file");
		expect((await cli.run(["memory", "import"])).stderr).toContain("nothing to import");
		expect((await cli.run(["memory", "search", "x", "--limit", "x"])).code).toBe(2);
		expect((await cli.run(["memory", "search", "x", "--limit", "101"])).code).toBe(2);
	});

	test("a damaged database is kept and said", async () => {
		const cli = await makeCli();
		const file = path.join(cli.codeHome, "memory.db");
		writeFileSync(file, "no database ".repeat(1000));
		const listed = await cli.run(["memory", "list"]);
		expect(listed.code).toBe(0);
		const kept = /kept as (\S+)/.exec(listed.stderr)?.[1] ?? "";
		expect(readFileSync(kept, "utf8")).toContain("no database");
	});
});

describe("the server as a process", () => {
	test("answers on stdout and ends with its input", async () => {
		const cli = await makeCli();
		const main = path.join(import.meta.dirname, "../../../../packages/local-memory/src/main.ts");
		const served = spawn(process.execPath, [main, "--db", path.join(cli.codeHome, "memory.db")], {
			stdio: ["pipe", "pipe", "ignore"],
		});
		let output = "";
		served.stdout.on("data", (data) => {
			output += String(data);
		});
		served.stdin.end('{"jsonrpc":"2.0","id":7,"method":"ping"}\n');
		await once(served, "close");
		expect(output).toBe('{"result":{},"jsonrpc":"2.0","id":7}\n');
	});
});
