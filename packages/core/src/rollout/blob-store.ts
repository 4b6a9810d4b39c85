// Long texts of a rollout (images, large outputs), kept once by their hash beside the sessions; the record holds the hash.
// A blob is on the disk before the line that names it. Only hashes become names, so no record leads to another file.

import {
	closeSync,
	existsSync,
	fdatasyncSync,
	mkdirSync,
	openSync,
	readFileSync,
	renameSync,
	rmSync,
	writeFileSync,
} from "node:fs";
import { basename, dirname, join } from "node:path";
import { isFields } from "./json-fields.ts";
import { tryParseRolloutName } from "./rollout-path.ts";

// 32 Ki characters: images and the longest outputs, not the many small ones, each of which would cost a file.
const minBlobLength = 32 * 1024;
/** The module is large, and most sessions have no long text: it is taken when one comes. */
const sha256 = (text: string): string =>
	process.getBuiltinModule("node:crypto").createHash("sha256").update(text).digest("hex");

const marker = "code-blob:sha256:";
const reference = /^code-blob:sha256:([0-9a-f]{64})$/;
const references = /code-blob:sha256:([0-9a-f]{64})/g;

/** The folder of blobs of the sessions folder that holds the rollout at `path`; `undefined` for a file elsewhere. */
export function blobFolderOf(path: string): string | undefined {
	const day = dirname(path);
	const [month, year] = [dirname(day), dirname(dirname(day))];
	const isOurs =
		tryParseRolloutName(basename(path)) !== undefined &&
		/^\d{2}$/.test(basename(day)) &&
		/^\d{2}$/.test(basename(month)) &&
		/^\d{4}$/.test(basename(year));
	return isOurs ? join(dirname(year), "blobs") : undefined;
}

/** Where the blob of a hash (64 hexadecimal digits) lies. */
function blobPath(folder: string, hash: string): string {
	return join(folder, hash.slice(0, 2), hash);
}

function storeBlob(folder: string, text: string): string {
	const hash = sha256(text);
	const path = blobPath(folder, hash);
	if (existsSync(path)) return `${marker}${hash}`;
	mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
	const temporary = `${path}.${process.pid}`;
	try {
		const descriptor = openSync(temporary, "w", 0o600);
		try {
			writeFileSync(descriptor, text);
			fdatasyncSync(descriptor);
		} finally {
			closeSync(descriptor);
		}
		renameSync(temporary, path);
	} catch (thrown) {
		rmSync(temporary, { force: true });
		throw thrown;
	}
	return `${marker}${hash}`;
}

function mapTexts(value: unknown, change: (text: string) => unknown): unknown {
	if (typeof value === "string") return change(value);
	if (Array.isArray(value)) return value.map((member) => mapTexts(member, change));
	if (!isFields(value)) return value;
	return Object.fromEntries(Object.entries(value).map(([name, member]) => [name, mapTexts(member, change)]));
}

/**
 * The JSON text of a record, its long texts stored in `folder` and replaced by their hashes. A text that merely looks like
 * a hash is stored too, so that reading never takes one for the other. Throws the system's error.
 */
export function stringifyWithBlobs(record: unknown, folder: string | undefined): string {
	const text = JSON.stringify(record);
	if (folder === undefined || (text.length < minBlobLength && !text.includes(marker))) return text;
	const isLong = (each: string): boolean => each.length >= minBlobLength || each.startsWith(marker);
	return JSON.stringify(mapTexts(record, (each) => (isLong(each) ? storeBlob(folder, each) : each)));
}

/** The text of a blob; `undefined` when it is missing or not what its hash says. */
function loadBlob(folder: string, hash: string): string | undefined {
	try {
		const text = readFileSync(blobPath(folder, hash), "utf8");
		return sha256(text) === hash ? text : undefined;
	} catch {
		return undefined; // Missing or unreadable: the caller says so in its place.
	}
}

const missing = (hash: string): string => `[content missing from the saved session: sha256 ${hash}]`;

/** An image that is missing is a text that says so: no model takes an empty one. */
function withoutMissingImages(value: unknown): unknown {
	if (Array.isArray(value)) return value.map(withoutMissingImages);
	if (!isFields(value)) return value;
	const { type, image_url: image } = value;
	if (type === "input_image" && typeof image === "string" && image.startsWith("[content missing")) {
		return { type: "input_text", text: image };
	}
	return Object.fromEntries(Object.entries(value).map(([name, member]) => [name, withoutMissingImages(member)]));
}

/** Whether a line may name blobs: a quick look before {@link resolveBlobs}. */
export function mayNameBlobs(line: string): boolean {
	return line.includes(marker);
}

/** A payload with the texts that its hashes stand for; what is missing is said in its place. */
export function resolveBlobs(payload: unknown, folder: string): unknown {
	let isComplete = true;
	const resolved = mapTexts(payload, (text) => {
		const hash = reference.exec(text)?.[1];
		if (hash === undefined) return text;
		const blob = loadBlob(folder, hash);
		if (blob === undefined) isComplete = false;
		return blob ?? missing(hash);
	});
	return isComplete ? resolved : withoutMissingImages(resolved);
}

/** The hashes that a line names. */
export function blobsNamedIn(line: string): readonly string[] {
	return Array.from(line.matchAll(references), ([, hash = ""]) => hash);
}
