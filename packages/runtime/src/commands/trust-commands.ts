// What `code config trust` does: show what of a folder would take effect, trust exactly that, or end the trust. Shows and
// stores the same snapshot: what a person did not see is never trusted.

import path from "node:path";
import {
	findRepository,
	type TrustState,
	trustedFolders,
	trustFolder,
	trustState,
	untrustFolder,
	visibleText,
} from "@codex/config";
import { exitCodes, toError } from "@codex/protocol";
import type { RuntimeContext } from "../runtime-context.ts";
import { type StartError, startError } from "../session/start-request.ts";

/** One file that would take effect. */
export interface TrustedFile {
	/** From the root. */
	readonly path: string;
	/** Bytes. */
	readonly size: number;
	/** Of its bytes, in hexadecimal. */
	readonly sha256: string;
}

/** What is to be known of a folder before it is trusted. */
export interface TrustView {
	readonly kind: "view";
	readonly root: string;
	readonly state: "trusted" | "untrusted" | "changed";
	/** Identifies the content; `""` when there is none. */
	readonly hash: string;
	/** What would take effect. */
	readonly files: readonly TrustedFile[];
	/** For people, safe to show: the texts of the files, or what changed in them. */
	readonly lines: readonly string[];
}

const usage = (...lines: readonly string[]): StartError => startError(exitCodes.usage, ...lines);

// What is longer is opened in an editor rather than read in a question.
const shownLines = 60;

function shownText(file: string, text: string | undefined): readonly string[] {
	if (text === undefined) return [`--- ${visibleText(file)} (not shown: not a text, or a file of secrets)`];
	const lines = text.replace(/\n$/, "").split("\n");
	const more = lines.length > shownLines ? [`    … ${lines.length - shownLines} more lines`] : [];
	return [`--- ${visibleText(file)}`, ...lines.slice(0, shownLines).map((line) => `    ${visibleText(line)}`), ...more];
}

function linesOf(state: Exclude<TrustState, { readonly kind: "untrustable" }>): readonly string[] {
	const root = visibleText(state.root);
	const { files } = state.snapshot;
	if (files.size === 0) return [`${root} has no settings of its own: there is nothing to trust`];
	switch (state.kind) {
		case "trusted": {
			const through = state.inheritedFrom === undefined ? "" : ` through ${visibleText(state.inheritedFrom)}`;
			return [
				`${root} is trusted with its present content since ${new Date(state.trustedAtMs).toISOString()}${through}`,
			];
		}
		case "changed":
			return [
				`${root} was trusted at ${new Date(state.trustedAtMs).toISOString()}; since then this changed:`,
				...state.files.flatMap(({ diff }) => diff.replace(/\n$/, "").split("\n")),
			];
		case "untrusted":
			return [
				...(state.storeProblem === undefined ? [] : [state.storeProblem]),
				`${root} is not trusted. This would take effect:`,
				...[...files.values()].flatMap((file) => shownText(file.path, file.text)),
			];
	}
}

function rootOf({ environment }: RuntimeContext, folder: string | undefined): string {
	const named = path.resolve(environment.cwd, folder ?? ".");
	return findRepository(named) ?? named;
}

/** Looks at the repository of a folder. Never rejects. */
export async function viewTrust(context: RuntimeContext, folder: string | undefined): Promise<TrustView | StartError> {
	const state = await trustState(context.paths, rootOf(context, folder));
	if (state.kind === "untrustable") return usage(state.reason);
	const { hash, files } = state.snapshot;
	return {
		kind: "view",
		root: state.root,
		state: state.kind,
		hash: files.size === 0 ? "" : hash,
		files: [...files.values()].map(({ path: file, size, sha256 }) => ({ path: file, size, sha256 })),
		lines: linesOf(state),
	};
}

/** Trusts what was viewed; refused when the content is another one by now. */
export async function trustViewed(context: RuntimeContext, view: TrustView): Promise<StartError | undefined> {
	try {
		const result = await trustFolder(context.paths, view.root, { nowMs: context.clock.nowMs(), hash: view.hash });
		return result.kind === "refused" ? usage(result.reason) : undefined;
	} catch (thrown) {
		return startError(exitCodes.failed, toError(thrown).message);
	}
}

/** Ends the trust of a folder's repository; whether there was any. */
export async function endTrust(
	context: RuntimeContext,
	folder: string | undefined,
): Promise<{ readonly kind: "ended"; readonly root: string; readonly wasTrusted: boolean } | StartError> {
	try {
		const result = await untrustFolder(context.paths, rootOf(context, folder));
		if (result.kind === "refused") return usage(result.reason);
		return { kind: "ended", root: result.root, wasTrusted: result.kind === "untrusted" };
	} catch (thrown) {
		return startError(exitCodes.failed, toError(thrown).message);
	}
}

/** All folders with trust of their own, newest first. */
export async function listTrust(
	context: RuntimeContext,
): Promise<readonly { readonly root: string; readonly trustedAt: string }[]> {
	const folders = await trustedFolders(context.paths);
	return folders.map(({ root, trustedAtMs }) => ({ root, trustedAt: new Date(trustedAtMs).toISOString() }));
}
