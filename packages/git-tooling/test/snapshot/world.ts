// A folder on the disk and the model's world of it: random changes made to the disk, and the disk read back.

import {
	chmodSync,
	lstatSync,
	mkdirSync,
	readdirSync,
	readFileSync,
	readlinkSync,
	renameSync,
	rmSync,
	symlinkSync,
	writeFileSync,
} from "node:fs";
import { join } from "node:path";
import type { Thing, World } from "./model.ts";

/** Numbers that are the same for the same seed (mulberry32). */
export function createRandom(seed: number): (below: number) => number {
	let state = seed >>> 0;
	return (below) => {
		state = (state + 0x6d2b79f5) >>> 0;
		let mixed = Math.imul(state ^ (state >>> 15), state | 1);
		mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
		return ((mixed ^ (mixed >>> 14)) >>> 0) % below;
	};
}

const names = ["a", "b.txt", "C", "c", "d\u00e4", "e f", '"q"'];

/** Reads the folder back. */
export function readWorld(root: string, prefix = ""): World {
	const world: World = new Map();
	for (const name of readdirSync(join(root, prefix)).toSorted()) {
		if (name === ".git") continue;
		const path = prefix === "" ? name : `${prefix}/${name}`;
		const full = join(root, path);
		const stats = lstatSync(full);
		if (stats.isSymbolicLink()) world.set(path, { kind: "link", target: readlinkSync(full) });
		else if (stats.isDirectory()) {
			world.set(path, { kind: "folder" });
			for (const [inner, thing] of readWorld(root, path)) world.set(inner, thing);
		} else world.set(path, { kind: "file", text: readFileSync(full, "latin1"), mode: stats.mode & 0o777 });
	}
	return world;
}

/** One random change of the kind that an editor or a shell command makes. */
export function changeSomething(root: string, random: (below: number) => number): string {
	const existing = [...readWorld(root)];
	const pick = () => existing[random(existing.length)];
	const fresh = (): string => {
		const folders = existing.filter(([, thing]) => thing.kind === "folder").map(([path]) => path);
		const parent = random(2) === 0 ? undefined : folders[random(Math.max(1, folders.length))];
		const name = names[random(names.length)] ?? "a";
		return parent === undefined ? name : `${parent}/${name}`;
	};
	const target = fresh();
	const [old, thing] = pick() ?? [target, undefined];
	const change = changes[random(changes.length)] ?? write;
	return change({ root, random, target, old, thing });
}

interface Change {
	readonly root: string;
	readonly random: (below: number) => number;
	/** A path at which there may be nothing yet. */
	readonly target: string;
	/** A path at which there is something, and what. */
	readonly old: string;
	readonly thing: Thing | undefined;
}

const clear = (root: string, path: string): void => rmSync(join(root, path), { recursive: true, force: true });

const write = ({ root, random, target, old, thing }: Change): string => {
	const path = thing?.kind === "file" && random(3) > 0 ? old : target;
	clear(root, path);
	writeFileSync(join(root, path), random(6) === 0 ? "same\r\n" : `text ${random(5)}\n`);
	return `write ${path}`;
};

const makeFolder = ({ root, target }: Change): string => {
	clear(root, target);
	mkdirSync(join(root, target));
	return `mkdir ${target}`;
};

const makeLink = ({ root, random, target }: Change): string => {
	clear(root, target);
	symlinkSync(random(2) === 0 ? "a" : "/etc/passwd", join(root, target));
	return `link ${target}`;
};

const changeMode = ({ root, random, old, thing }: Change): string => {
	if (thing?.kind === "file") chmodSync(join(root, old), random(2) === 0 ? 0o755 : 0o600);
	return `chmod ${old}`;
};

const remove = ({ root, old }: Change): string => {
	clear(root, old);
	return `rm ${old}`;
};

const move = ({ root, target, old, thing }: Change): string => {
	const isPossible = thing !== undefined && !`${target}/`.startsWith(`${old}/`) && !old.startsWith(`${target}/`);
	if (isPossible) {
		clear(root, target);
		renameSync(join(root, old), join(root, target));
	}
	return `mv ${old} ${target}`;
};

const makeDeep = ({ root, random, target }: Change): string => {
	clear(root, target);
	mkdirSync(join(root, target, "x"), { recursive: true });
	writeFileSync(join(root, target, "x/y"), `deep ${random(3)}`);
	return `deep ${target}/x/y`;
};

const changes = [write, write, write, makeFolder, makeLink, changeMode, remove, remove, move, makeDeep];
