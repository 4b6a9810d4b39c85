// Paths as this package handles them. A file name on Linux is bytes; here it is a string with one character for each
// byte, so that it can be a key and be compared. What leaves the package is text. It must not touch the disk.

/** A path below the root, `/` between its parts, one character (0–255) for each byte; never empty, never absolute. */
export type ByteName = string;

const plain = /^[\x20-\x7e]*$/;
const decoder = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

/** The name for a person and for JSON: UTF-8 text; any other name, or one in quotes, in quotes with octal escapes. */
export function toText(name: ByteName): string {
	const inQuotes = name.startsWith('"') && name.endsWith('"');
	if (plain.test(name) && !inQuotes) return name;
	if (!inQuotes) {
		try {
			return decoder.decode(Buffer.from(name, "latin1"));
		} catch {
			// Not UTF-8: it is quoted below.
		}
	}
	const escaped = name.replace(/[^\x20-\x7e]|["\\]/g, (char) => {
		const code = char.charCodeAt(0);
		return char === '"' || char === "\\" ? `\\${char}` : `\\${code.toString(8).padStart(3, "0")}`;
	});
	return `"${escaped}"`;
}

/** The reverse of {@link toText}. */
export function fromText(text: string): ByteName {
	if (!(text.length > 1 && text.startsWith('"') && text.endsWith('"'))) {
		return Buffer.from(text, "utf8").toString("latin1");
	}
	return text.slice(1, -1).replace(/\\([0-7]{3}|["\\])/g, (_, code: string) => {
		return code.length === 3 ? String.fromCharCode(Number.parseInt(code, 8)) : code;
	});
}

/** A path as `node:fs` takes it: a string where that is the same, otherwise its bytes. */
export function toDiskPath(name: string): string | Buffer {
	return plain.test(name) ? name : Buffer.from(name, "latin1");
}

/** Text of the program (an absolute path) as a byte name. */
export function fromDiskPath(path: string): string {
	return Buffer.from(path, "utf8").toString("latin1");
}

/** The folder that a name is in; `""` for the root. */
export function parentOf(name: ByteName): string {
	const at = name.lastIndexOf("/");
	return at === -1 ? "" : name.slice(0, at);
}

/** The last part of a name. */
export function lastPart(name: ByteName): string {
	return name.slice(name.lastIndexOf("/") + 1);
}

/** The folders that a name is in, outermost first, without the root. */
export function ancestorsOf(name: ByteName): string[] {
	const found: string[] = [];
	for (let at = name.indexOf("/"); at !== -1; at = name.indexOf("/", at + 1)) found.push(name.slice(0, at));
	return found;
}

/** Folders that belong to a version control program; never looked into, never changed. */
export const versionControlNames: ReadonlySet<string> = new Set([".git", ".hg", ".svn", ".jj"]);

/** Whether a path may be in a snapshot at all: relative, without `..`, and not inside a version control folder. */
export function isInsideName(name: ByteName): boolean {
	if (name === "" || name.startsWith("/") || name.includes("\0")) return false;
	return name
		.split("/")
		.every((part) => part !== "" && part !== "." && part !== ".." && !versionControlNames.has(part.toLowerCase()));
}
