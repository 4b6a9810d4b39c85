import { mkdirSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { maxTextFileBytes, readTextFile } from "../../src/files/text-file.ts";
import { makePipe, makeTempFolder } from "../temp-home.ts";

describe("readTextFile", () => {
	const write = (content: string | Uint8Array): string => {
		const path = join(makeTempFolder(), "file");
		writeFileSync(path, content);
		return path;
	};

	it("reads UTF-8, drops a byte order mark and follows links", () => {
		const path = write(new Uint8Array([0xef, 0xbb, 0xbf, 0xc3, 0xa4]));
		expect(readTextFile(path)).toEqual({ kind: "text", text: "ä" });
		const link = `${path}-link`;
		symlinkSync(path, link);
		expect(readTextFile(link)).toEqual({ kind: "text", text: "ä" });
		expect(readTextFile(write(""))).toEqual({ kind: "text", text: "" });
	});

	it("knows a missing file, also below a file and behind a dead link", () => {
		const path = write("x");
		expect(readTextFile(`${path}-none`)).toEqual({ kind: "absent" });
		expect(readTextFile(join(path, "below"))).toEqual({ kind: "absent" });
		symlinkSync(`${path}-none`, `${path}-dead`);
		expect(readTextFile(`${path}-dead`)).toEqual({ kind: "absent" });
	});

	it("refuses a folder, a loop of links and a device", () => {
		const root = makeTempFolder();
		mkdirSync(join(root, "folder"));
		symlinkSync(join(root, "loop"), join(root, "loop"));
		expect(readTextFile(join(root, "folder"))).toEqual({ kind: "problem", reason: "is a folder, not a file" });
		expect(readTextFile(join(root, "loop"))).toEqual({
			kind: "problem",
			reason: "is a symbolic link that leads to itself",
		});
		expect(readTextFile("/dev/zero")).toEqual({ kind: "problem", reason: "is a pipe or a device, not a file" });
	});

	it("never waits for a pipe that nobody writes to", () => {
		const pipe = join(makeTempFolder(), "pipe");
		makePipe(pipe);
		expect(readTextFile(pipe)).toEqual({ kind: "problem", reason: "is a pipe or a device, not a file" });
	});

	it("refuses what is too big or not UTF-8", () => {
		expect(readTextFile(write(new Uint8Array(10 * 1024 * 1024)))).toEqual({
			kind: "problem",
			reason: "is 10.0 MiB; at most 4 MiB are read",
		});
		expect(readTextFile(write("x".repeat(maxTextFileBytes))).kind).toBe("text");
		expect(readTextFile(write(new Uint8Array([0x61, 0xff])))).toEqual({ kind: "problem", reason: "is not UTF-8 text" });
		expect(readTextFile(write(new Uint8Array([0xff, 0xfe, 0x61, 0])))).toEqual({
			kind: "problem",
			reason: "is UTF-16; save it as UTF-8",
		});
	});

	it("says a name that is too long", () => {
		expect(readTextFile(`/tmp/${"x".repeat(5000)}`)).toEqual({
			kind: "problem",
			reason: "has a name that is too long",
		});
	});
});
