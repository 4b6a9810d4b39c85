// What confining costs: `true` started bare and confined, in turns; p50 and p95 of each and their difference. Nothing is
// asserted. The helper's memory is what stays beside a running command.
// usage: node bench/sandbox.ts [--runs N] (default 300)

import { spawn } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, realpathSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import {
	confineCommand,
	createPlaceholderKeeper,
	type Mechanism,
	planSandbox,
	probeSandbox,
} from "../packages/sandbox/src/index.ts";

const at = process.argv.indexOf("--runs");
const runs = at === -1 ? 300 : Number(process.argv[at + 1]) || 300;
const machine = { platform: process.platform, arch: process.arch };
const env = { PATH: "/usr/bin:/bin" };
const policy = {
	mode: "workspace-write",
	writable_roots: [],
	network_access: false,
	exclude_tmpdir_env_var: true,
	exclude_slash_tmp: false,
} as const;

const percentile = (values: readonly number[], share: number): number =>
	values.toSorted((left, right) => left - right)[Math.floor(values.length * share)] ?? Number.NaN;

function run(argv: readonly string[], cwd: string): Promise<void> {
	const [file = "", ...args] = argv;
	return new Promise((resolve, reject) => {
		spawn(file, args, { cwd, env, stdio: "ignore" })
			.on("error", reject)
			.on("close", () => resolve());
	});
}

async function timed(work: () => Promise<void>): Promise<number> {
	const begin = performance.now();
	await work();
	return performance.now() - begin;
}

/** Resident memory in kB of the helper's processes while a command runs. */
async function memory(argv: readonly string[], cwd: string): Promise<number> {
	const [file = "", ...args] = argv;
	const child = spawn(file, args, { cwd, env, stdio: "ignore" });
	await new Promise((resolve) => setTimeout(resolve, 200));
	const rss = Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${child.pid ?? 0}/status`, "utf8"))?.[1]);
	child.kill("SIGKILL");
	return rss;
}

async function bench(mechanism: Mechanism, cwd: string): Promise<void> {
	const confine = (argv: readonly string[]): readonly string[] => {
		const plan = planSandbox({ policy, cwd, home: "" });
		const accepted = ["protected_paths", "denied_reads", "protected_links"] as const;
		const command = confineCommand({ plan, mechanism, argv, env, acceptedGaps: accepted });
		if (command.kind === "refused") throw new Error(command.message);
		return command.argv;
	};
	const bare: number[] = [];
	const confined: number[] = [];
	for (let index = 0; index < runs; index += 1) {
		bare.push(await timed(() => run(["true"], cwd)));
		confined.push(await timed(() => run(confine(["true"]), cwd)));
	}
	const added = (share: number): string => (percentile(confined, share) - percentile(bare, share)).toFixed(2);
	const shown = (values: readonly number[]): string =>
		`${percentile(values, 0.5).toFixed(2)} / ${percentile(values, 0.95).toFixed(2)}`;
	const rss = await memory(confine(["sleep", "5"]), cwd);
	console.log(
		`${mechanism.kind}: bare ${shown(bare)} ms, confined ${shown(confined)} ms, added p50 ${added(0.5)} ms, p95 ${added(0.95)} ms; helper ${rss} kB`,
	);
}

const cwd = realpathSync(mkdtempSync(join(tmpdir(), "bench-sandbox-")));
mkdirSync(join(cwd, ".code"));
try {
	for (const kind of ["namespaces", "bubblewrap", "landlock"] as const) {
		const { best } = await probeSandbox({ machine, only: [kind] });
		if (best === undefined) {
			console.log(`${kind}: not on this machine`);
			continue;
		}
		const helper = "helper" in best ? best.helper : "";
		const keeper = createPlaceholderKeeper(helper);
		await keeper.hold(planSandbox({ policy, cwd, home: "" }));
		await bench(best, cwd);
		await keeper.close();
	}
} finally {
	rmSync(cwd, { recursive: true, force: true });
}
