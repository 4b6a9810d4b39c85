// The trust store in a file, mode 0600, shared by processes under a lock. A file that cannot be read is left alone: then
// nothing is remembered, and the caller is told once.

import { toError } from "@codex/protocol";
import { withFolderLock } from "../files/folder-lock.ts";
import { readPrivateJson, writePrivateJson } from "../files/private-json.ts";
import { type TrustFile, type TrustRecord, trustFileSchema } from "./trust-file-schema.ts";
import type { ToolHash, TrustKey, TrustStore } from "./trust-store.ts";

const empty: TrustFile = { version: 1, servers: {} };

const keyOf = ({ origin, server }: TrustKey): string => JSON.stringify([origin, server]);

const toRecord = (tools: readonly ToolHash[]): Record<string, string> =>
	Object.fromEntries(tools.map(({ name, hash }) => [name, hash]));

async function read(file: string): Promise<TrustFile> {
	const content = await readPrivateJson(file);
	return content === undefined ? empty : trustFileSchema.parse(content);
}

/** Makes a store on `file`, which need not exist. `onProblem` gets one sentence, at most once. */
export function createTrustFile(file: string, onProblem: (sentence: string) => void): TrustStore {
	let told = false;
	const tell = (error: unknown): void => {
		if (told) return;
		told = true;
		onProblem(`changes of MCP servers cannot be noticed: ${file}: ${toError(error).message}`);
	};
	/** `change` sees the record and gives what to do and the next record; the same record is not written. */
	const update = async <T>(
		key: TrustKey,
		change: (record: TrustRecord | undefined) => { readonly next: TrustRecord | undefined; readonly result: T },
		fallback: T,
	): Promise<T> => {
		try {
			const name = keyOf(key);
			const before = await read(file);
			const first = change(before.servers[name]);
			if (first.next === before.servers[name]) return first.result;
			return await withFolderLock(file, async () => {
				const content = await read(file);
				const { next, result } = change(content.servers[name]);
				const { [name]: _, ...others } = content.servers;
				await writePrivateJson(file, {
					version: 1,
					servers: next === undefined ? others : { ...others, [name]: next },
				});
				return result;
			});
		} catch (error) {
			tell(error);
			return fallback;
		}
	};
	return {
		judgeCommand: (key, command) =>
			update(
				key,
				(record) => {
					if (record === undefined) return { next: { command, tools: {} }, result: "trusted" as const };
					return { next: record, result: record.command === command ? ("trusted" as const) : ("changed" as const) };
				},
				"trusted",
			),
		judgeTools: (key, tools) =>
			update(
				key,
				(record) => {
					const known = record?.tools ?? {};
					const fresh = tools.filter(({ name }) => !Object.hasOwn(known, name));
					const changed = tools.filter(({ name, hash }) => Object.hasOwn(known, name) && known[name] !== hash);
					const result = { changed: changed.map(({ name }) => name) };
					if (record === undefined || fresh.length === 0) return { next: record, result };
					return { next: { ...record, tools: { ...known, ...toRecord(fresh) } }, result };
				},
				{ changed: [] },
			),
		accept: (key, command, tools) =>
			update(key, () => ({ next: { command, tools: toRecord(tools ?? []) }, result: undefined }), undefined),
		forget: (key) => update(key, () => ({ next: undefined, result: undefined }), undefined),
	};
}

/** A store that remembers nothing: everything is seen for the first time. */
export function createNullTrust(): TrustStore {
	return {
		judgeCommand: () => Promise.resolve("trusted"),
		judgeTools: () => Promise.resolve({ changed: [] }),
		accept: () => Promise.resolve(),
		forget: () => Promise.resolve(),
	};
}
