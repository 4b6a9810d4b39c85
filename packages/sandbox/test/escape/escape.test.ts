// The escape suite: every attempt is first made outside the sandbox, where it must work, and then inside, where it must be
// refused and leave no trace. An attempt whose control fails for every user proves nothing and is not counted.

import { spawnSync } from "node:child_process";
import { chmodSync, copyFileSync, mkdtempSync, realpathSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { requirePrerequisite } from "@codex/test-support";
import { afterAll, describe, expect, it } from "vitest";
import { type Mechanism, probeSandbox } from "../../src/index.ts";
import { findHelper } from "../../src/run/helper-file.ts";
import { type AttemptEnd, attackers, buildAttempts, createRange } from "./place.ts";

const isLinux = process.platform === "linux";
const hasCompiler = isLinux && (await requirePrerequisite("gcc", () => spawnSync("gcc", ["--version"]).status === 0));

const tools = realpathSync(mkdtempSync(join(tmpdir(), "escape-tools-")));
chmodSync(tools, 0o755);
afterAll(() => rmSync(tools, { recursive: true, force: true }));

/** An attempt of the list. */
interface Listed {
	readonly family: string;
	readonly name: string;
	readonly what: string;
}

function listed(attempts: string): readonly Listed[] {
	const { stdout } = spawnSync(attempts, ["list"], { encoding: "utf8" });
	return stdout
		.trim()
		.split("\n")
		.map((line): Listed => {
			const [family = "", name = "", what = ""] = line.split("\t");
			return { family, name, what };
		})
		.filter(({ family }) => family !== "helper");
}

async function mechanismOf(kind: Mechanism["kind"]): Promise<Mechanism | undefined> {
	const machine = { platform: process.platform, arch: process.arch };
	const found = findHelper(machine);
	if (found.kind === "none") return undefined;
	// A copy that every user may run, wherever the sources lie.
	const helperFile = join(tools, "code-sandbox");
	copyFileSync(found.path, helperFile);
	chmodSync(helperFile, 0o755);
	return (await probeSandbox({ machine, helperFile, only: [kind] })).best;
}

const worked = ({ status, changed }: AttemptEnd, name: string): boolean =>
	name === "outlive" ? changed !== undefined : status === 0;

// What Landlock alone does not keep, as its gaps say: metadata, what is inside a writable root, reads, the view of others.
const kernelOnly = new Set(["files", "network", "kernel"]);
const landlockCannot = new Set([
	"race_hooks",
	"setuid_program",
	"tiocsti",
	"tiocsti_high_bits",
	"tioclinux",
	"tiocsetd",
]);

if (hasCompiler) {
	const attempts = join(tools, "attempts");
	buildAttempts(attempts);
	const all = listed(attempts);
	const proven = new Set<string>();
	const rows: string[] = [];

	describe.each(attackers())("as $name", (attacker) => {
		it(`none of ${all.length} attempts gets out by namespaces, Landlock and seccomp`, async () => {
			const mechanism = await mechanismOf("namespaces");
			if (mechanism === undefined) throw new Error("this machine does not allow namespaces");
			const range = await createRange(attacker, { attempts });
			const escaped: string[] = [];
			const work = [...all];
			const worker = async (): Promise<void> => {
				for (let one = work.shift(); one !== undefined; one = work.shift()) {
					const control = await range.control(one.name);
					const inside = await range.confined(one.name, mechanism);
					const isProven = worked(control, one.name);
					if (isProven) proven.add(one.name);
					const out = worked(inside, one.name) || (inside.changed !== undefined && one.name !== "outlive");
					const verdict = out ? "ESCAPED" : isProven ? "denied" : "denied, unproven";
					rows.push(
						`${attacker.name}\t${verdict}\t${one.family}\t${one.what}\t${inside.said || (inside.signal ?? inside.status)}`,
					);
					if (out)
						escaped.push(
							`${one.name}: ${one.what} (${inside.said}; ${inside.changed ?? "it said so"}) ${inside.stderr}`,
						);
				}
			};
			try {
				await Promise.all([worker(), worker(), worker()]);
			} finally {
				range.dispose();
			}
			expect(escaped).toEqual([]);
		}, 400_000);
	});

	it("at least 200 of them work outside, so that their refusal means something", () => {
		console.log(rows.toSorted().join("\n"));
		const unproven = all.filter(({ name }) => !proven.has(name)).map(({ name }) => name);
		console.log(
			`${all.length} attempts, ${proven.size} proven by a control that worked; not on this machine: ${unproven.join(", ")}`,
		);
		expect(proven.size).toBeGreaterThanOrEqual(200);
	});

	it("Landlock and seccomp alone keep files outside, sockets and the kernel", async () => {
		const mechanism = await mechanismOf("landlock");
		if (mechanism === undefined) throw new Error("this kernel has no Landlock");
		const [attacker] = attackers().toReversed();
		if (attacker === undefined) return;
		const range = await createRange(attacker, { attempts });
		const escaped: string[] = [];
		try {
			for (const one of all) {
				if (!kernelOnly.has(one.family) || landlockCannot.has(one.name)) continue;
				const inside = await range.landlock(one.name, mechanism);
				if (worked(inside, one.name)) escaped.push(`${one.name}: ${one.what} (${inside.said})`);
			}
		} finally {
			range.dispose();
		}
		expect(escaped).toEqual([]);
	}, 120_000);
}

describe("the suite", () => {
	it("runs on Linux with a compiler, and nowhere else", () => {
		expect(hasCompiler).toBe(isLinux);
	});
});
