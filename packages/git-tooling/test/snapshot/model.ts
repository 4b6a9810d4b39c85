// What snapshots should do, said as simply as possible: a folder is a map, a snapshot is a copy of it, and who changed a
// path is written down beside it. No files, no hashes, no order of steps.

/** What is at a path of the model: a file's text and mode, a link's target, or a folder. */
export type Thing =
	| { readonly kind: "file"; readonly text: string; readonly mode: number }
	| { readonly kind: "link"; readonly target: string }
	| { readonly kind: "folder" };

/** Paths and what is there. */
export type World = Map<string, Thing>;

interface Moment {
	readonly world: World;
	/** Who made the changes that led here. */
	readonly by: "us" | "user" | "restore";
}

const same = (left: Thing | undefined, right: Thing | undefined): boolean =>
	JSON.stringify(left) === JSON.stringify(right);
const parents = (path: string): string[] =>
	path
		.split("/")
		.slice(0, -1)
		.map((_, index, parts) => parts.slice(0, index + 1).join("/"));
const depth = (path: string): number => path.split("/").length;
const hasChild = (world: World, path: string): boolean =>
	[...world.keys()].some((other) => other.startsWith(`${path}/`));

/** The model of a store. */
export class Model {
	readonly moments: Moment[] = [];
	redo: number[] = [];

	take(world: World, by: "us" | "user"): number {
		const before = this.moments.at(-1)?.world;
		this.moments.push({ world: new Map(world), by });
		const changed =
			before !== undefined && paths(before, world).some((path) => !same(before.get(path), world.get(path)));
		if (by === "us" && changed) this.redo = [];
		return this.moments.length - 1;
	}

	/** Changes `world` to what a restore leaves, and tells which paths stay because the user changed them. */
	restore(
		world: World,
		target: number,
		{ overwrite, isRedo }: { overwrite: ReadonlySet<string>; isRedo: boolean },
	): string[] {
		const before = this.take(world, "user");
		const wanted = this.moments[target]?.world ?? new Map();
		const mine = this.#userChanged(target);
		const left = new Set<string>();
		const todo = paths(wanted, world).filter((path) => {
			if (same(wanted.get(path), world.get(path))) return false;
			if (!mine.has(path) || overwrite.has(path)) return true;
			left.add(path);
			return false;
		});
		const start = new Map(world);
		carryOut(world, { wanted, todo, left });
		const changed = paths(start, world).some((path) => !same(start.get(path), world.get(path)));
		if (isRedo) this.redo.pop();
		else if (changed) this.redo.push(before);
		if (changed) this.moments.push({ world: new Map(world), by: "restore" });
		return [...left].toSorted();
	}

	/** Paths whose content is the user's: changed by the user after they were last as in the target. */
	#userChanged(target: number): Set<string> {
		const wanted = this.moments[target]?.world ?? new Map();
		const mine = new Set<string>();
		for (let index = target + 1; index < this.moments.length; index += 1) {
			const [before, now] = [this.moments[index - 1], this.moments[index]];
			if (before === undefined || now === undefined) continue;
			for (const path of paths(before.world, now.world)) {
				if (same(before.world.get(path), now.world.get(path))) continue;
				if (same(now.world.get(path), wanted.get(path))) mine.delete(path);
				else if (now.by === "user") mine.add(path);
			}
		}
		return mine;
	}
}

function paths(left: World, right: World): string[] {
	return [...new Set([...left.keys(), ...right.keys()])];
}

interface Steps {
	readonly wanted: World;
	readonly todo: readonly string[];
	readonly left: Set<string>;
}

/** Takes away what goes, then puts what is wanted where there is room for it; the rest is left. */
function carryOut(world: World, { wanted, todo, left }: Steps): void {
	for (const path of todo) if (world.get(path)?.kind !== "folder") world.delete(path);
	for (const path of todo.toSorted((a, b) => depth(b) - depth(a))) {
		const goes = wanted.get(path)?.kind !== "folder";
		if (world.get(path)?.kind === "folder" && goes && !hasChild(world, path)) world.delete(path);
	}
	for (const path of todo.toSorted((a, b) => depth(a) - depth(b))) {
		const thing = wanted.get(path);
		if (thing === undefined) continue;
		if (put(world, path, thing)) for (const parent of parents(path)) left.delete(parent);
		else left.add(path);
	}
}

/** Puts something at a path, with the folders above it; false when something else is in the way. */
function put(world: World, path: string, thing: Thing): boolean {
	const above = parents(path);
	if (world.has(path)) return false;
	if (above.some((parent) => (world.get(parent) ?? { kind: "folder" }).kind !== "folder")) return false;
	for (const parent of above) world.set(parent, { kind: "folder" });
	world.set(path, thing);
	return true;
}
