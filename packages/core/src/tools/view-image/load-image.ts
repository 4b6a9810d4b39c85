// Reads an image file into the form in which models take images. Believes the content, not the name, and reads regular
// files only.

import type { ContentPart } from "@codex/protocol";
import type { PathRule } from "../../ports/file-guard.ts";
import { describeFileError } from "../file-problem.ts";
import { openRegularFile } from "../open-regular-file.ts";
import { maxImageBytes } from "./spec.ts";

/** A loaded image, or one sentence that says why there is none. */
export type LoadImageResult =
	| {
			readonly kind: "ok";
			readonly part: Extract<ContentPart, { readonly type: "input_image" }>;
			/** Size of the file. */
			readonly bytes: number;
	  }
	| { readonly kind: "error"; readonly message: string };

/**
 * Loads the image file `path` (relative to `cwd`) as a `data:` URL. Never rejects and never waits for a FIFO.
 *
 * @param hides names the glob that denies reading a path; absent for what the user hands in
 */
export async function loadImage(path: string, cwd: string, hides?: PathRule): Promise<LoadImageResult> {
	const opened = await openRegularFile(path, cwd, hides);
	if (opened.kind === "error") return opened;
	const { handle, sizeBytes, shownPath } = opened;
	try {
		if (sizeBytes > maxImageBytes) {
			return refuse(shownPath, `has ${sizeBytes} bytes; an image may have ${maxImageBytes} at most`);
		}
		const content = await handle.readFile();
		const mediaType = sniffImage(content);
		if (mediaType === undefined) return refuse(shownPath, "is not a PNG, JPEG, GIF or WebP image");
		const url = `data:${mediaType};base64,${content.toString("base64")}`;
		return { kind: "ok", part: { type: "input_image", image_url: url }, bytes: content.length };
	} catch (error) {
		return { kind: "error", message: describeFileError(error, shownPath) };
	} finally {
		await handle.close().catch(() => undefined);
	}
}

function refuse(shownPath: string, reason: string): LoadImageResult {
	return { kind: "error", message: `\`${shownPath}\` ${reason}` };
}

/** The media type by the first bytes of the content. */
function sniffImage(content: Buffer): string | undefined {
	const ascii = content.toString("latin1", 0, 16);
	if (ascii.startsWith("\x89PNG\r\n\x1a\n")) return "image/png";
	if (ascii.startsWith("\xff\xd8\xff")) return "image/jpeg";
	if (ascii.startsWith("GIF87a") || ascii.startsWith("GIF89a")) return "image/gif";
	return ascii.startsWith("RIFF") && ascii.slice(8, 12) === "WEBP" ? "image/webp" : undefined;
}
