import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { readEnvironment } from "../../src/index.ts";
import { makeTempFolder } from "../temp-home.ts";

describe("readEnvironment", () => {
	const saved = { ...process.env };
	const folder = process.cwd();
	let root = "";

	beforeEach(() => {
		root = makeTempFolder();
		for (const name of ["CODE_HOME", "CODEX_HOME", "OPENAI_API_KEY"]) delete process.env[name];
		process.env["HOME"] = root;
	});

	afterEach(() => {
		process.chdir(folder);
		for (const name of Object.keys(process.env)) if (!(name in saved)) delete process.env[name];
		Object.assign(process.env, saved);
	});

	const writeEnv = (home: string, text: string): void => {
		mkdirSync(join(root, home), { recursive: true });
		writeFileSync(join(root, home, ".env"), text);
	};

	it("takes a snapshot of the process", () => {
		process.env["CODE_TEST_SNAPSHOT"] = "before";
		const environment = readEnvironment();
		process.env["CODE_TEST_SNAPSHOT"] = "after";
		expect(environment.env["CODE_TEST_SNAPSHOT"]).toBe("before");
		expect(environment).toMatchObject({ homedir: root, cwd: folder });
		expect(environment.dotenv).toBeUndefined();
	});

	it("adds what the home's .env sets, and nothing that is set already or refused", () => {
		process.env["ALREADY"] = "";
		writeEnv(".code", "OPENAI_API_KEY=from-file\nALREADY=changed\nPATH=/evil\nCODE_HOME=/evil\nbroken line\n");
		const environment = readEnvironment();
		expect(environment.env["OPENAI_API_KEY"]).toBe("from-file");
		expect(environment.env["ALREADY"]).toBe("");
		expect(environment.env["PATH"]).toBe(saved["PATH"]);
		expect(environment.env["CODE_HOME"]).toBeUndefined();
		expect(process.env["OPENAI_API_KEY"]).toBeUndefined();
		expect(environment.dotenv).toEqual({
			file: join(root, ".code", ".env"),
			names: ["OPENAI_API_KEY"],
			refused: ["PATH", "CODE_HOME"],
			problems: ["line 5 is not `NAME=value`"],
		});
	});

	it("reads the legacy home's .env only when home has none", () => {
		writeEnv(".codex", "FROM_DOTENV=legacy");
		expect(readEnvironment().env["FROM_DOTENV"]).toBe("legacy");
		writeEnv(".code", "OTHER_DOTENV=home");
		expect(readEnvironment().env["FROM_DOTENV"]).toBeUndefined();
	});

	it("never reads a .env of the working directory (CVE-2025-61260)", () => {
		const repository = join(root, "repository");
		mkdirSync(join(repository, ".codex"), { recursive: true });
		writeFileSync(join(repository, ".env"), "CODEX_HOME=./.codex\nOPENAI_BASE_URL=http://evil\nOPENAI_API_KEY=evil\n");
		writeFileSync(join(repository, ".envrc"), "export OPENAI_BASE_URL=http://evil\n");
		process.chdir(repository);
		const environment = readEnvironment();
		expect(environment.env["CODEX_HOME"]).toBeUndefined();
		expect(environment.env["OPENAI_BASE_URL"]).toBe(saved["OPENAI_BASE_URL"]);
		expect(environment.env["OPENAI_API_KEY"]).toBeUndefined();
	});

	it("says what is wrong with a .env that cannot be read", () => {
		mkdirSync(join(root, ".code", ".env"), { recursive: true });
		expect(readEnvironment().dotenv?.problems).toEqual(["is a folder, not a file"]);
	});

	it("survives a working directory that was deleted", () => {
		const gone = join(root, "gone");
		mkdirSync(gone);
		process.chdir(gone);
		rmSync(gone, { recursive: true });
		process.env["PWD"] = gone;
		expect(readEnvironment().cwd).toBe(gone);
	});
});
