// Benchmarks file search on made trees: the list, then keystrokes beside the npm package `fzf` and, where both are
// installed, `rg --files | fzf --filter`. Nothing is asserted.
// usage: node --conditions=@codex/source bench/file-search.ts [--counts 10000,50000,200000] [--save]

import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { monitorEventLoopDelay } from "node:perf_hooks";
import { parseArgs } from "node:util";
import { createFileIndex, type FileIndex, type SearchAnswer } from "@codex/file-search";
import { Fzf } from "fzf";

const { values } = parseArgs({ options: { counts: { type: "string" }, save: { type: "boolean" } } });
const counts = (values.counts ?? "10000,50000,200000").split(",").map(Number);
const root = mkdtempSync(path.join(tmpdir(), "code-bench-files-"));

const words =
	"account adapter agent alert archive audit auth avatar badge balance batch billing binary branch bridge browser buffer build bundle button cache calendar canvas card cart chart chat check client clock cloud cluster color command comment common config context cookie core cursor dashboard date debug deploy design device dialog diff docs document domain download driver editor email engine error event export feature feed fetch field file filter flag folder font form format frame gateway graph grid group guard handler header health history hook host icon image import index input install invoice item job journal json key kernel label language layout ledger library license limit link list loader local lock log login logic mail main map market media memory menu message meta metric migration mobile model module monitor network node notice number object offer option order origin output owner package page panel parser patch path payment picker pipeline plan player plugin policy pool portal preview price printer process product profile project prompt proxy query queue quota radar record region registry release render report request reset resource result review role route rule runner runtime sample scanner schedule schema scope screen script search secret section server service session setting shape shell signal site slider socket source spec stage state status step storage store stream string style switch symbol sync system table tag target task team template tenant test text theme thread ticket timer title token tool tracker trade transfer tree trigger type union unit update upload user utility value vendor version video view wallet watcher webhook widget window worker workspace zone".split(
		" ",
	);
const endings = [".ts", ".ts", ".ts", ".test.ts", ".tsx", ".json", ".md", ".css", ".py", ".go"];
const tops = ["apps", "packages", "src", "docs", "test", "vendor", "tools", "services"];

let seed = 20_240_607;
/** A number below `limit`; the same ones in each run. */
function pick(limit: number): number {
	seed = (Math.imul(seed, 1_664_525) + 1_013_904_223) >>> 0;
	return Math.floor((seed / 2 ** 32) * limit);
}
const word = (): string => words[pick(words.length)] ?? "";
const capital = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1);

/** Folders of a dozen files each, two to six deep; names in the ways that people write them. */
function makePaths(count: number): readonly string[] {
	const paths = new Set<string>();
	while (paths.size < count) {
		const depth = 1 + pick(5);
		const folder = [
			tops[pick(tops.length)],
			...Array.from({ length: depth }, () => (pick(4) === 0 ? `${word()}-${word()}` : word())),
		];
		for (let file = 0; file < 12 && paths.size < count; file += 1) {
			const kinds = [`${word()}-${word()}`, `${capital(word())}${capital(word())}`, `${word()}_${word()}`, word()];
			paths.add(`${folder.join("/")}/${kinds[pick(kinds.length)]}${endings[pick(endings.length)]}`);
		}
	}
	return [...paths].sort();
}

const queries = [
	"sessionstore",
	"usrprof",
	"PaymentG",
	"packages/auth/log",
	"config json",
	"readme",
	"wkspc",
	"index.ts",
	"tests",
	"rndr",
	"sesion-stor",
];
/** Each query as it is typed, twice. */
const keystrokes = [...queries, ...queries].flatMap((query) =>
	Array.from({ length: query.length }, (_, at) => query.slice(0, at + 1)),
);

const quantile = (samples: readonly number[], share: number): number =>
	[...samples].sort((left, right) => left - right)[Math.floor((samples.length - 1) * share)] ?? Number.NaN;
const round = (ms: number): number => Math.round(ms * 10) / 10;
const both = (samples: readonly number[]): string =>
	`${round(quantile(samples, 0.5))}/${round(quantile(samples, 0.95))}`;
const heapMb = (): number => {
	const { heapUsed, arrayBuffers } = process.memoryUsage();
	return (heapUsed + arrayBuffers) / 1024 / 1024;
};

const clock = {
	monotonicMs: () => performance.now(),
	sleep: (ms: number, signal?: AbortSignal) =>
		new Promise<void>((resolve) => {
			const timer = setTimeout(resolve, ms);
			signal?.addEventListener("abort", () => {
				clearTimeout(timer);
				resolve();
			});
		}),
};

function makeTree(paths: readonly string[]): string {
	const folder = path.join(root, String(paths.length));
	const made = new Set<string>();
	for (const file of paths) {
		const at = path.join(folder, path.dirname(file));
		if (!made.has(at)) mkdirSync(at, { recursive: true });
		made.add(at);
		writeFileSync(path.join(folder, file), "");
	}
	return folder;
}

interface Typed {
	/** Until the first answer, and until the one that counts. */
	readonly first: readonly number[];
	readonly final: readonly number[];
}

async function type(index: FileIndex): Promise<Typed> {
	const first: number[] = [];
	const final: number[] = [];
	let take: (answer: SearchAnswer) => void = () => {};
	const session = index.openSession({ limit: 8, onAnswer: (answer) => take(answer) });
	for (const query of keystrokes) {
		const startedAt = performance.now();
		let seen = false;
		await new Promise<void>((resolve) => {
			take = (answer) => {
				const ms = performance.now() - startedAt;
				if (!seen) first.push(ms);
				seen = true;
				if (answer.provisional === true) return;
				final.push(ms);
				resolve();
			};
			session.update(query);
		});
	}
	session.close();
	return { first, final };
}

function typeInFzf(paths: readonly string[]): readonly number[] {
	const finder = new Fzf(paths, { limit: 8 });
	return keystrokes.map((query) => {
		const startedAt = performance.now();
		finder.find(query);
		return performance.now() - startedAt;
	});
}

function typeInPrograms(folder: string): readonly number[] | undefined {
	const has = (program: string): boolean => spawnSync(program, ["--version"]).status === 0;
	if (!has("rg") || !has("fzf")) return undefined;
	return queries.map((query) => {
		const startedAt = performance.now();
		spawnSync("sh", ["-c", 'rg --files | fzf --filter "$1" | head -8', "sh", query], { cwd: folder });
		return performance.now() - startedAt;
	});
}

const report: object[] = [];
for (const count of counts) {
	const paths = makePaths(count);
	const folder = makeTree(paths);
	globalThis.gc?.();
	const before = heapMb();
	const delay = monitorEventLoopDelay({ resolution: 1 });
	delay.enable();
	const startedAt = performance.now();
	const index = createFileIndex({ root: folder, clock });
	await index.ready;
	const walkMs = performance.now() - startedAt;
	const walkHeld = delay.percentile(99) / 1e6;
	globalThis.gc?.();
	const memoryMb = heapMb() - before;
	delay.reset();
	const { first, final } = await type(index);
	const typingHeld = delay.percentile(99) / 1e6;
	index.close();
	const list = Buffer.from(`${paths.join("\0")}\0`);
	const listedAt = performance.now();
	const listed = createFileIndex({
		root: folder,
		clock,
		source: {
			list: async (_root, take) => {
				await take({ kind: "files", paths: list });
				return { kind: "listed" };
			},
			recent: () => Promise.resolve([]),
		},
	});
	await listed.ready;
	const listMs = performance.now() - listedAt;
	listed.close();
	const programs = typeInPrograms(folder);
	const row = {
		paths: count,
		"walk ms": Math.round(walkMs),
		"from a list ms": Math.round(listMs),
		"memory MB": Math.round(memoryMb),
		"key p50/p95 ms": both(first),
		"final p50/p95 ms": both(final),
		"loop held p99 ms": `${round(walkHeld)} walk, ${round(typingHeld)} typing`,
		"npm fzf p50/p95 ms": both(typeInFzf(paths)),
		"rg | fzf p50/p95 ms": programs === undefined ? "not installed" : both(programs),
	};
	report.push(row);
	console.log(row);
	rmSync(folder, { recursive: true });
}
rmSync(root, { recursive: true, force: true });
if (values.save === true)
	writeFileSync(path.join(import.meta.dirname, "file-search.json"), `${JSON.stringify(report, undefined, 2)}\n`);
