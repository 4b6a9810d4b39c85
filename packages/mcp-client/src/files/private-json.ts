// A small JSON file that only its owner reads, replaced in one step.

import { mkdir, readFile, rename, rm, writeFile } from "node:fs/promises";
import path from "node:path";
import { toError } from "@codex/protocol";

/** The parsed content; `undefined` when there is no file. @throws when it cannot be read or is no JSON. */
export async function readPrivateJson(file: string): Promise<unknown> {
	let text: string;
	try {
		text = await readFile(file, "utf8");
	} catch (error) {
		const problem = toError(error);
		if ("code" in problem && problem.code === "ENOENT") return undefined;
		throw problem;
	}
	return JSON.parse(text);
}

/** Writes `content` with mode 0600, its folder with 0700. @throws when the disk refuses, the old file untouched. */
export async function writePrivateJson(file: string, content: unknown): Promise<void> {
	await mkdir(path.dirname(file), { recursive: true, mode: 0o700 });
	const suffix = Buffer.from(crypto.getRandomValues(new Uint8Array(4))).toString("hex");
	const temporary = `${file}.${process.pid}.${suffix}.tmp`;
	try {
		await writeFile(temporary, `${JSON.stringify(content, null, "\t")}\n`, { mode: 0o600, flag: "wx" });
		await rename(temporary, file);
	} catch (error) {
		await rm(temporary, { force: true });
		throw error;
	}
}
