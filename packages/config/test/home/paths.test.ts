import { mkdirSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { ConfigError, ensureHome, type Paths, pathForReading, resolvePaths } from "../../src/index.ts";
import { makeTempFolder } from "../temp-home.ts";

const resolve = (env: Record<string, string>, homedir: string, cwd = homedir): Paths => {
	const result = resolvePaths({ env, homedir, cwd });
	if (result.kind === "error") throw new Error(result.message);
	return result.paths;
};

describe("resolvePaths", () => {
	it("derives everything from ~/.code", () => {
		const paths = resolve({}, "/home/u");
		expect(paths).toMatchObject({
			home: "/home/u/.code",
			legacyHome: "/home/u/.codex",
			config: "/home/u/.code/config.toml",
			sessionsDir: "/home/u/.code/sessions",
			logFile: "/home/u/.code/logs/code.log",
			envFile: "/home/u/.code/.env",
			trustFile: "/home/u/.code/trust.json",
		});
	});

	it("takes CODE_HOME for home and CODEX_HOME only for the legacy home", () => {
		expect(resolve({ CODEX_HOME: "/old" }, "/home/u")).toMatchObject({ home: "/home/u/.code", legacyHome: "/old" });
		expect(resolve({ CODE_HOME: "new" }, "/home/u", "/w").home).toBe("/w/new");
		expect(resolve({ CODE_HOME: "  " }, "/home/u").home).toBe("/home/u/.code");
	});

	it("accepts a home that does not exist yet and refuses a file", () => {
		const root = makeTempFolder();
		expect(resolve({ CODE_HOME: join(root, "none", "yet") }, root).home).toBe(join(root, "none", "yet"));
		const file = join(root, "file");
		writeFileSync(file, "");
		const result = resolvePaths({ env: { CODE_HOME: file }, homedir: root, cwd: root });
		expect(result).toEqual({
			kind: "error",
			message: `\`CODE_HOME\` is ${file}, which is not a folder: move it away or set \`CODE_HOME\` to a folder`,
		});
		const below = resolvePaths({ env: { CODE_HOME: join(file, "below") }, homedir: root, cwd: root });
		expect(below.kind).toBe("ok");
	});

	it("says what to set when there is no home at all", () => {
		const result = resolvePaths({ env: {}, homedir: "", cwd: "/" });
		expect(result).toMatchObject({ kind: "error", message: expect.stringContaining("CODE_HOME") });
	});
});

describe("pathForReading", () => {
	it("goes to the legacy home only for a file that home lacks", () => {
		const root = makeTempFolder();
		const paths = resolve({}, root);
		mkdirSync(paths.legacyHome);
		expect(pathForReading(paths, paths.config)).toBe(paths.config);
		writeFileSync(join(paths.legacyHome, "config.toml"), "");
		expect(pathForReading(paths, paths.config)).toBe(join(paths.legacyHome, "config.toml"));
		mkdirSync(paths.home);
		writeFileSync(paths.config, "");
		expect(pathForReading(paths, paths.config)).toBe(paths.config);
	});

	it("leaves paths outside the home alone", () => {
		const paths = resolve({}, "/home/u");
		expect(pathForReading(paths, "/etc/passwd")).toBe("/etc/passwd");
		expect(pathForReading(paths, "/home/u/.code-other/x")).toBe("/home/u/.code-other/x");
	});
});

describe("ensureHome", () => {
	it("makes the home private whatever the umask", () => {
		const paths = resolve({}, makeTempFolder());
		const before = process.umask(0o000);
		try {
			ensureHome(paths);
		} finally {
			process.umask(before);
		}
		expect(statSync(paths.home).mode & 0o777).toBe(0o700);
		ensureHome(paths);
	});

	it("says no where no folder can be made, instead of trying for ever", () => {
		expect(() => ensureHome({ home: "/proc/nothing/here" })).toThrow(ConfigError);
	});

	it("throws its own error when something is in the way", () => {
		const root = makeTempFolder();
		writeFileSync(join(root, ".code"), "");
		expect(() => ensureHome({ home: join(root, ".code") })).toThrow(ConfigError);
		try {
			ensureHome({ home: join(root, ".code", "deep") });
			expect.unreachable();
		} catch (error) {
			expect(error).toMatchObject({ code: "home_unusable", cause: expect.any(Error) });
		}
	});
});
