// Denied reads: globs → the files that exist now and match. Pure matching, and a bounded walk that follows no link. Look
// again for each command: what was made or moved since is otherwise read.

import type { Dirent } from "node:fs";
import { readdir } from "node:fs/promises";
import { posix } from "node:path";
import { SandboxError } from "../sandbox-error.ts";
import { isWithin } from "./paths.ts";
import type { HiddenPath } from "./plan.ts";

/** Where and how to look for denied files. */
export interface DeniedReadsRequest {
	/** `**\/.env`, `secrets/*.pem` (below each folder of `folders`), `/abs/olute/**`, `~/.ssh`. `?`, `*`, `**` and `{a,b}`. */
	readonly globs: readonly string[];
	/** Where relative globs are looked for: the session's folder and the writable roots. */
	readonly folders: readonly string[];
	readonly home: string;
	/** Entries of folders that may be met. Default 500,000; more throws. */
	readonly maxEntries?: number;
}

const escapeRegex = (text: string): string => text.replace(/[\\^$.*+?()[\]{}|]/g, "\\$&");

const maxAlternatives = 64;

function expandBraces(glob: string): readonly string[] {
	const match = /\{([^{}]*)\}/.exec(glob);
	if (match === null) return [glob];
	const [whole, inner = ""] = match;
	const head = glob.slice(0, match.index);
	const tail = glob.slice(match.index + whole.length);
	const all = inner.split(",").flatMap((each) => expandBraces(head + each + tail));
	if (all.length > maxAlternatives) throw new SandboxError("denied_reads", `\`${glob}\` has too many alternatives`);
	return all;
}

/** A matcher of absolute paths for an absolute glob: `**` crosses folders, `*` and `?` do not; case counts. */
function globToRegex(glob: string): RegExp {
	const parts = glob.split("/").slice(1);
	const source = parts.map((part, index) => {
		if (part === "**") return index === parts.length - 1 ? "(?:/.+)?" : "(?:/[^/]+)*";
		return `/${part.replace(/[*?]|[^*?]+/g, (text) => (text === "*" ? "[^/]*" : text === "?" ? "[^/]" : escapeRegex(text)))}`;
	});
	return new RegExp(`^${source.join("")}$`, "u");
}

interface Pattern {
	readonly glob: string;
	/** The folder from which to walk: the part before the first wildcard. */
	readonly base: string;
	readonly regex: RegExp;
	/** Whether folders deeper than the pattern's own depth can match. */
	readonly depth: number;
}

function toPattern(glob: string, absolute: string): Pattern {
	const parts = absolute.split("/").slice(1);
	const wild = parts.findIndex((part) => /[*?]/.test(part));
	const fixed = wild === -1 ? parts.slice(0, -1) : parts.slice(0, wild);
	const depth = parts.includes("**") ? Number.POSITIVE_INFINITY : parts.length;
	return { glob, base: `/${fixed.join("/")}`, regex: globToRegex(absolute), depth };
}

function toPatterns(request: DeniedReadsRequest): readonly Pattern[] {
	return request.globs.flatMap((glob) => {
		if (glob === "" || /\0/.test(glob))
			throw new SandboxError("denied_reads", "a glob of denied reads is empty or has a NUL");
		return expandBraces(glob).flatMap((each) => {
			if (each.startsWith("~/"))
				return request.home === "" ? [] : [toPattern(glob, posix.join(request.home, each.slice(2)))];
			if (each.startsWith("/")) return [toPattern(glob, posix.normalize(each))];
			return request.folders.map((folder) => toPattern(glob, posix.join(folder, each)));
		});
	});
}

/**
 * Finds what exists and matches; a folder that matches is named, not what is in it. Links are named, not followed. Throws
 * `SandboxError` `denied_reads` for a glob that cannot be used and when more than `maxEntries` entries are met: a part of
 * the files would not be enough.
 */
export async function findDeniedReads(request: DeniedReadsRequest): Promise<readonly HiddenPath[]> {
	const patterns = toPatterns(request);
	const found = new Map<string, HiddenPath>();
	const visited = new Set<string>();
	let left = request.maxEntries ?? 500_000;
	const visit = async (folder: string, active: readonly Pattern[]): Promise<void> => {
		if (visited.has(folder)) return;
		visited.add(folder);
		const entries = await readdir(folder, { withFileTypes: true }).catch((): Dirent[] => []);
		left -= entries.length;
		if (left < 0) {
			throw new SandboxError(
				"denied_reads",
				`more than ${request.maxEntries ?? 500_000} files to look at for denied reads`,
			);
		}
		for (const entry of entries) {
			const path = folder === "/" ? `/${entry.name}` : `${folder}/${entry.name}`;
			const match = active.find(({ regex }) => regex.test(path));
			if (match !== undefined) found.set(path, { path, glob: match.glob });
			else if (entry.isDirectory()) {
				const depth = path.split("/").length - 1;
				const deeper = active.filter((pattern) => depth < pattern.depth);
				if (deeper.length > 0) await visit(path, deeper);
			}
		}
	};
	const bases = [...new Set(patterns.map(({ base }) => base))].sort((left_, right) => left_.length - right.length);
	for (const base of bases) {
		await visit(
			base,
			patterns.filter((pattern) => isWithin(pattern.base, base) || isWithin(base, pattern.base)),
		);
	}
	return [...found.values()];
}

/**
 * A matcher for single paths: the glob that denies reading an absolute path or a folder above it, or `undefined`. For tools
 * that read in our own process. Throws `SandboxError` `denied_reads` for a glob that cannot be used.
 */
export function createReadMatcher(
	request: Pick<DeniedReadsRequest, "globs" | "folders" | "home">,
): (path: string) => string | undefined {
	const patterns = toPatterns(request);
	return (path) => {
		const absolute = posix.resolve("/", path);
		for (let at = absolute; at !== "/" && patterns.length > 0; at = posix.dirname(at)) {
			const match = patterns.find(({ regex }) => regex.test(at));
			if (match !== undefined) return match.glob;
		}
		return undefined;
	};
}
