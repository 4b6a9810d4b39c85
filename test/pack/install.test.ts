// The archives work outside the workspace: packed, installed together by npm into an empty project, imported by Node,
// compiled against by TypeScript, and the program runs. Needs a build and the package registry.
import { spawnSync } from "node:child_process";
import {
	copyFileSync,
	mkdirSync,
	mkdtempSync,
	readdirSync,
	readFileSync,
	realpathSync,
	rmSync,
	writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { archiveName, packAll, type WorkspacePackage } from "../../scripts/workspace.ts";

const isLibrary = ({ folder }: WorkspacePackage): boolean => folder.startsWith("packages/");

function run(command: string, args: readonly string[], cwd: string): { status: number | null; output: string } {
	const { status, stdout, stderr } = spawnSync(command, args, { cwd, encoding: "utf8", timeout: 240_000 });
	return { status, output: `${stdout}${stderr}` };
}

const registryAnswers = run("npm", ["view", "zod", "version"], tmpdir()).status === 0;
const mustRun = process.env.CODE_TEST_REQUIRE === "all";

describe.skipIf(!registryAnswers && !mustRun)("installed from archives (needs the package registry)", () => {
	let root = "";
	let project = "";
	let packages: readonly WorkspacePackage[] = [];

	beforeAll(() => {
		root = realpathSync(mkdtempSync(join(tmpdir(), "pack-")));
		project = join(root, "project");
		mkdirSync(project);
		writeFileSync(join(project, "package.json"), '{ "name": "consumer", "private": true, "type": "module" }');
		packages = packAll(root);
		const archives = packages.map((one) => join(root, archiveName(one)));
		const quiet = ["--no-audit", "--no-fund", "--prefer-offline", "--loglevel=error"];
		const installed = run("npm", ["install", ...quiet, ...archives], project);
		expect(installed, installed.output).toMatchObject({ status: 0 });
	}, 300_000);

	afterAll(() => rmSync(root, { recursive: true, force: true }));

	test("every public package is packed and installed", () => {
		const names = readdirSync(join(project, "node_modules/@codex")).map((name) => `@codex/${name}`);
		expect(names.toSorted()).toEqual(packages.map(({ name }) => name).toSorted());
	});

	test("no archive names the workspace, carries build state or tests", () => {
		for (const { name } of packages) {
			const folder = join(project, "node_modules", name);
			const manifest = readFileSync(join(folder, "package.json"), "utf8");
			expect(manifest, name).not.toMatch(/"(?:workspace|catalog):/);
			const files = readdirSync(folder, { recursive: true, encoding: "utf8" });
			expect(files.filter((file) => /tsbuildinfo|(?:^|\/)test\//.test(file) && !file.includes("node_modules"))).toEqual(
				[],
			);
		}
	});

	test("every library can be imported", () => {
		const names = packages.filter(isLibrary).map(({ name }) => name);
		const script = `for (const name of ${JSON.stringify(names)}) {
			const exported = Object.keys(await import(name));
			console.log(name, exported.length);
		}`;
		const { status, output } = run(process.execPath, ["--input-type=module", "--eval", script], project);
		expect(status, output).toBe(0);
		expect(output.trim().split("\n")).toHaveLength(names.length);
	});

	test("every library's types compile for a strict consumer", () => {
		const imports = packages
			.filter(isLibrary)
			.map(({ name }, index) => `import * as p${index} from "${name}";\nvoid p${index};`);
		writeFileSync(join(project, "consumer.ts"), imports.join("\n"));
		const tsc = join(process.cwd(), "node_modules/.bin/tsc");
		const typeRoots = join(process.cwd(), "node_modules/@types");
		const options = ["--strict", "--noEmit", "--module", "nodenext", "--target", "es2024"];
		const { status, output } = run(
			tsc,
			[...options, "--types", "node", "--typeRoots", typeRoots, "consumer.ts"],
			project,
		);
		expect(status, output).toBe(0);
	});

	test("spec-kit installs alone from its archive, types included, and its example of a host runs there", () => {
		const alone = join(root, "alone");
		mkdirSync(alone);
		writeFileSync(join(alone, "package.json"), '{ "name": "alone", "private": true, "type": "module" }');
		const one = packages.find(({ name }) => name === "@codex/spec-kit");
		const archive = join(root, one === undefined ? "absent" : archiveName(one));
		const quiet = ["--no-audit", "--no-fund", "--prefer-offline", "--loglevel=error"];
		const installed = run("npm", ["install", ...quiet, archive], alone);
		expect(installed, installed.output).toMatchObject({ status: 0 });
		expect(readdirSync(join(alone, "node_modules/@codex"))).toEqual(["spec-kit"]);
		copyFileSync(join(alone, "node_modules/@codex/spec-kit/examples/minimal-host.ts"), join(alone, "host.ts"));
		const typeRoots = join(process.cwd(), "node_modules/@types");
		const options = ["--strict", "--noEmit", "--module", "nodenext", "--target", "es2024", "--types", "node"];
		const tsc = join(process.cwd(), "node_modules/.bin/tsc");
		const compiled = run(tsc, [...options, "--typeRoots", typeRoots, "host.ts"], alone);
		expect(compiled.status, compiled.output).toBe(0);
		const agent = `
			import { healthyAnswer } from "@codex/spec-kit/testing";
			const { AGENT: agent, ROLE: role, PURPOSE: stage } = process.env;
			console.log(JSON.stringify(healthyAnswer({ agent, role, purpose: { stage } })));`;
		writeFileSync(join(alone, "agent.js"), agent);
		const files = `
			import { mkdirSync, writeFileSync } from "node:fs";
			import { dirname } from "node:path";
			import { healthyFiles } from "@codex/spec-kit/testing";
			for (const [path, text] of Object.entries(healthyFiles("SPEC-KIT-001"))) {
				mkdirSync(dirname(path), { recursive: true });
				writeFileSync(path, text);
			}`;
		expect(run(process.execPath, ["--input-type=module", "--eval", files], alone)).toMatchObject({ status: 0 });
		for (const args of [
			["init", "-q"],
			["add", "docs", "memory"],
			["-c", "user.name=a", "-c", "user.email=a@b", "commit", "-qm", "begin"],
		]) {
			expect(run("git", args, alone)).toMatchObject({ status: 0 });
		}
		const command = `AGENT_COMMAND='${process.execPath} agent.js' ${process.execPath} host.ts SPEC-KIT-001`;
		const { status, output } = run("sh", ["-c", command], alone);
		expect(status, output).toBe(0);
		expect(output).toContain('{"type":"run_completed"}');
		expect(readFileSync(join(alone, "docs/SPEC-KIT-001/unlock.md"), "utf8")).toContain("APPROVED");
	}, 120_000);

	test("the program says its version", () => {
		const { version } = packages.find(({ name }) => name === "@codex/cli") ?? { version: "absent" };
		const { status, output } = run(join(project, "node_modules/.bin/code"), ["--version"], project);
		expect(status, output).toBe(0);
		expect(output).toContain(version);
	});
});
