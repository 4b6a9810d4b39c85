// Paths compared by component. Only absolute, normalised POSIX paths come here.

/** Whether `path` is `folder` or below it. */
export function isWithin(path: string, folder: string): boolean {
	return folder === "/" || path === folder || path.startsWith(`${folder}/`);
}

/** The folders strictly between `folder` and `path`, outermost first. */
export function foldersBetween(folder: string, path: string): readonly string[] {
	const names = path.slice(folder.length + 1).split("/");
	return names.slice(0, -1).map((_, index) => `${folder}/${names.slice(0, index + 1).join("/")}`);
}

/** A name as file systems that ignore case and composition compare it. */
export const foldName = (name: string): string => name.normalize("NFC").toLowerCase();
