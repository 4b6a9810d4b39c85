import { execFileSync } from "node:child_process";
import { truncateSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { loadImage } from "../../../src/tools/view-image/load-image.ts";
import { runViewImage } from "../../../src/tools/view-image/run.ts";
import { temporaryFolder, toolContext, typesOf } from "../tool-context.ts";

const png = Buffer.from(
	"iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==",
	"base64",
);

describe("loadImage", () => {
	it("takes images by their content, whatever their name", async () => {
		const folder = temporaryFolder();
		const images: readonly (readonly [mediaType: string, bytes: Buffer])[] = [
			["image/png", png],
			["image/jpeg", Buffer.from("ffd8ffe000104a464946", "hex")],
			["image/gif", Buffer.from("GIF89a....")],
			["image/gif", Buffer.from("GIF87a....")],
			["image/webp", Buffer.from("RIFF\u0010\0\0\0WEBPVP8 ")],
		];
		for (const [mediaType, bytes] of images) {
			writeFileSync(join(folder, "file.txt"), bytes);
			expect(await loadImage("file.txt", folder)).toEqual({
				kind: "ok",
				part: { type: "input_image", image_url: `data:${mediaType};base64,${bytes.toString("base64")}` },
				bytes: bytes.length,
			});
		}
	});

	it("refuses everything else in one sentence, without waiting", async () => {
		const folder = temporaryFolder();
		writeFileSync(join(folder, "text.png"), "not an image");
		writeFileSync(join(folder, "empty.png"), "");
		writeFileSync(join(folder, "sound.webp"), "RIFF....WAVEfmt ");
		writeFileSync(join(folder, "huge.png"), png);
		truncateSync(join(folder, "huge.png"), 20_971_521);
		execFileSync("mkfifo", [join(folder, "fifo.png")]);
		const message = async (path: string): Promise<string> => {
			const loaded = await loadImage(path, folder);
			return loaded.kind === "error" ? loaded.message : "an image";
		};
		for (const name of ["text.png", "empty.png", "sound.webp"]) {
			expect(await message(name)).toBe(`\`${name}\` is not a PNG, JPEG, GIF or WebP image`);
		}
		expect(await message("huge.png")).toBe("`huge.png` has 20971521 bytes; an image may have 20971520 at most");
		expect(await message("fifo.png")).toBe("`fifo.png` is a FIFO, not a file");
		expect(await message("gone.png")).toBe("`gone.png` does not exist");
		expect(await message(folder)).toBe("`.` is a directory, not a file");
	});
});

describe("view_image", () => {
	it("attaches the image behind the outputs of the round", async () => {
		const folder = temporaryFolder();
		writeFileSync(join(folder, "a.png"), png);
		const context = toolContext(folder);
		const result = await runViewImage({ path: "a.png" }, context);
		expect(result).toEqual({
			output: "attached local image path",
			status: "ok",
			attach: [{ type: "input_image", image_url: `data:image/png;base64,${png.toString("base64")}` }],
		});
		expect(typesOf(context.events)).toEqual(["tool_call_begin", "tool_call_end"]);
		expect(JSON.stringify(context.events)).not.toContain("base64");
	});

	it("is answered with the reason when it cannot", async () => {
		const folder = temporaryFolder();
		writeFileSync(join(folder, "a.png"), png);
		const context = toolContext(folder);
		expect((await runViewImage({ path: "b.png" }, context)).output).toBe("`b.png` does not exist");
		expect((await runViewImage({}, context)).output).toMatch(/^failed to parse function arguments: path: /);
		const blind = { ...context, model: { ...context.model, supportsImages: false } };
		expect((await runViewImage({ path: "a.png" }, blind)).output).toBe("the model `test-model` takes no images");
	});
});
