// The files that `exec` reads before a run. What is wrong with them is said before any request is sent.

import { statSync } from "node:fs";
import { readFile } from "node:fs/promises";
import path from "node:path";
import { type JsonObject, type JsonValue, toError, type UserInput } from "@codex/protocol";
import { loadImage } from "@codex/runtime";

/** A value, or one sentence that says why there is none. */
export type FileResult<T> =
	| { readonly kind: "ok"; readonly value: T }
	| { readonly kind: "error"; readonly message: string };

const refuse = (message: string): { readonly kind: "error"; readonly message: string } => ({ kind: "error", message });

const isObject = (value: JsonValue): value is JsonObject =>
	typeof value === "object" && value !== null && !Array.isArray(value);

/** Reads `--output-schema`. Whether it is a schema is the runtime's to say. */
export async function readOutputSchema(file: string, cwd: string): Promise<FileResult<JsonObject>> {
	let text: string;
	try {
		const absolute = path.resolve(cwd, file);
		// A FIFO or device could keep us waiting for ever.
		if (!statSync(absolute).isFile()) return refuse(`Failed to read output schema file ${file}: not a regular file`);
		text = await readFile(absolute, "utf8");
	} catch (error) {
		return refuse(`Failed to read output schema file ${file}: ${toError(error).message}`);
	}
	try {
		const value: JsonValue = JSON.parse(text.replace(/^\uFEFF/, ""));
		if (isObject(value)) return { kind: "ok", value };
		return refuse(`Output schema file ${file} is not a JSON Schema: it holds no object`);
	} catch (error) {
		return refuse(`Output schema file ${file} is not valid JSON: ${toError(error).message}`);
	}
}

/** Loads the images of `-i a,b -i c`, in order. */
export async function readImages(values: readonly string[], cwd: string): Promise<FileResult<readonly UserInput[]>> {
	const files = values.flatMap((value) => value.split(",")).filter((file) => file !== "");
	const loaded = await Promise.all(files.map((file) => loadImage(path.resolve(cwd, file), cwd)));
	const items: UserInput[] = [];
	for (const [at, image] of loaded.entries()) {
		if (image.kind === "error") return refuse(`image ${files[at] ?? ""}: ${image.message}`);
		items.push({ type: "image", image_url: image.part.image_url });
	}
	return { kind: "ok", value: items };
}
