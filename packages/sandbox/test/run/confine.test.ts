// From a plan to what is spawned: the arguments of each mechanism, the profile for macOS, and refusing what cannot be kept.

import { describe, expect, it } from "vitest";
import {
	cachePreset,
	confineCommand,
	gapSentences,
	type Mechanism,
	planSandbox,
	seatbeltProfile,
} from "../../src/index.ts";
import { fakeDisk, repositoryAt } from "../plan/fake-disk.ts";
import { workspaceWrite } from "./command.ts";

const disk = fakeDisk({
	"/w": "dir",
	...repositoryAt("/w"),
	"/w/.code": "link:real",
	"/w/real": "dir",
	"/w/.env": "x",
	"/w/keys": "dir",
});
const hidden = [
	{ path: "/w/.env", glob: "**/.env" },
	{ path: "/w/keys", glob: "keys" },
	{ path: "/w/gone", glob: "gone" },
];
const plan = planSandbox({ policy: workspaceWrite, cwd: "/w", home: "", hidden }, disk);
const confined = plan.kind === "confined" ? plan : undefined;

const mechanisms: Readonly<Record<Mechanism["kind"], Mechanism>> = {
	namespaces: { kind: "namespaces", helper: "/h", landlock: true, privateProc: true, gaps: [] },
	bubblewrap: { kind: "bubblewrap", helper: "/h", bubblewrap: "/usr/bin/bwrap", gaps: ["protected_links"] },
	landlock: { kind: "landlock", helper: "/h", gaps: ["protected_paths", "denied_reads", "metadata"] },
	seatbelt: { kind: "seatbelt", gaps: ["process_isolation"] },
};

const ready = (
	mechanism: Mechanism,
	accepted: readonly ("protected_paths" | "denied_reads" | "protected_links")[] = [],
) => {
	const command = confineCommand(
		{ plan, mechanism, argv: ["true", "x y"], env: { A: "1" }, acceptedGaps: accepted },
		disk,
	);
	if (command.kind === "refused") throw new Error(command.message);
	return command;
};

describe("confineCommand", () => {
	it("gives the helper the view, its steps in order, and the command after `--`", () => {
		const { argv, env, tag } = ready(mechanisms.namespaces);
		expect(argv.slice(0, 6)).toEqual(["/h", "--tag", tag, "--namespaces", "--write", "/w"]);
		expect(argv.slice(-3)).toEqual(["--", "true", "x y"]);
		expect(argv.join(" ")).toContain("--read-only /w/.git/hooks");
		expect(tag).toMatch(/^[0-9a-f]{32}$/);
		expect(env).toEqual({ A: "1", CODEX_SANDBOX_NETWORK_DISABLED: "1" });
		const weak = ready({ kind: "namespaces", helper: "/h", landlock: false, privateProc: false, gaps: [] });
		expect(weak.argv).toEqual(expect.arrayContaining(["--no-landlock", "--host-proc"]));
	});

	it("puts bubblewrap around the helper, frozen folders first, links left to the gap", () => {
		const { argv } = ready(mechanisms.bubblewrap, ["protected_links"]);
		const text = argv.join(" ");
		expect(argv[0]).toBe("/h");
		expect(text).toContain("--placeholders");
		expect(text).toContain("/usr/bin/bwrap --ro-bind / / --dev /dev --proc /proc");
		expect(text).toContain("--unshare-net");
		expect(text).toContain("--ro-bind /w/.git/hooks /w/.git/hooks");
		expect(text).toContain("--perms 0000 --tmpfs /w/keys");
		expect(text).toContain("--ro-bind /dev/null /w/.env");
		expect(text).not.toContain("/w/gone");
		expect(text).not.toContain("--ro-bind /w/.code ");
		expect(text).toContain("--landlock --own-dev --write /w -- true");
	});

	it("refuses what the mechanism does not keep, unless the user accepted exactly that", () => {
		const refused = confineCommand({ plan, mechanism: mechanisms.landlock, argv: ["true"], env: {} }, disk);
		expect(refused).toMatchObject({ kind: "refused", code: "gap", gaps: ["protected_paths", "denied_reads"] });
		expect(refused.kind === "refused" ? refused.message : "").toContain(gapSentences.protected_paths);
		const part = {
			plan,
			mechanism: mechanisms.landlock,
			argv: ["true"],
			env: {},
			acceptedGaps: ["protected_paths"],
		} as const;
		expect(confineCommand(part, disk)).toMatchObject({ kind: "refused", gaps: ["denied_reads"] });
		expect(ready(mechanisms.landlock, ["protected_paths", "denied_reads"]).argv).toContain("--landlock");
		const readOnly = planSandbox({ policy: { mode: "read-only" }, cwd: "/w", home: "" }, disk);
		expect(
			confineCommand({ plan: readOnly, mechanism: mechanisms.landlock, argv: ["true"], env: {} }, disk),
		).toMatchObject({ kind: "ready" });
	});

	it("refuses when there is no way at all, and leaves danger-full-access alone", () => {
		const none = confineCommand({ plan, mechanism: undefined, missing: "no kernel", argv: ["true"], env: {} }, disk);
		expect(none).toMatchObject({
			kind: "refused",
			code: "no_mechanism",
			message: expect.stringContaining("no kernel"),
		});
		const free = confineCommand({
			plan: { kind: "unconfined" },
			mechanism: undefined,
			argv: ["true"],
			env: { A: "1" },
		});
		expect(free).toEqual({ kind: "ready", argv: ["true"], env: { A: "1" }, tag: "", gaps: [] });
	});
});

describe("the profile for macOS", () => {
	it("denies by default, allows the roots, and denies protected names, with paths as parameters only", () => {
		if (confined === undefined) throw new Error("not confined");
		const { text, parameters } = seatbeltProfile(confined);
		expect(text).toContain("(deny default)");
		expect(text).toContain('(allow file-write* (subpath (param "ROOT_0")))');
		expect(text).toContain("(deny file-write-unlink");
		expect(text).toContain("(deny file-read*");
		expect(text).not.toContain("/w");
		expect(text).not.toContain("network-outbound");
		expect(parameters[0]).toEqual(["ROOT_0", "/w"]);
		expect(parameters.map(([, path]) => path)).toContain("/w/.git/hooks");
		expect(seatbeltProfile({ ...confined, network: true }).text).toContain("(allow network-outbound");
		const { argv, env, tag } = ready(mechanisms.seatbelt);
		expect(argv.slice(0, 2)).toEqual(["/usr/bin/sandbox-exec", "-p"]);
		expect(argv).toContain("-DROOT_0=/w");
		expect([tag, env["CODEX_SANDBOX"]]).toEqual(["", "seatbelt"]);
	});
});

describe("cachePreset", () => {
	const request = { cacheRoot: "/c", cwd: "/w", home: "/home/u", env: {}, network: false };
	it("gives every workspace its own caches, and leaves alone what the user set", () => {
		const one = cachePreset(request);
		const two = cachePreset({ ...request, cwd: "/v", env: { PIP_CACHE_DIR: "/mine" } });
		expect(one.folders).not.toEqual(two.folders);
		expect(one.env["npm_config_cache"]).toBe(`${one.folders[0] ?? ""}/npm`);
		expect(two.env).not.toHaveProperty("PIP_CACHE_DIR");
		expect(one.env["GOPROXY"]).toContain("/home/u/go");
		expect(cachePreset({ ...request, network: true }).env).toHaveProperty("CARGO_HOME");
		expect(cachePreset({ ...request, home: "" }).env).not.toHaveProperty("GOPROXY");
	});
});
