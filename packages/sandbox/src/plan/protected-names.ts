// The names that are protected at the top of every writable root: what our own loader, git, editors and shells execute
// or obey when somebody works in the folder later, outside the sandbox.

/** Protected at the top of every writable root, existing or not. `.git` stays writable inside, but for what runs code. */
export const defaultProtectedNames: readonly string[] = [".git", ".code", ".codex", ".agents", ".vscode", ".idea"];

/** In temporary folders: what is looked for upwards from a folder below. */
export const temporaryProtectedNames: readonly string[] = [".git", ".code", ".codex", ".agents"];

/**
 * Files of the home that are protected when it lies in a writable root, existing or not: an empty one changes nothing.
 * `.ssh` is protected likewise.
 */
export const homeFiles: readonly string[] = [
	".bashrc",
	".profile",
	".bash_logout",
	".zshenv",
	".zprofile",
	".zshrc",
	".zlogin",
	".gitconfig",
	".npmrc",
	".mcp.json",
];

/** In the home, protected only where they exist: an empty `.bash_profile` would keep a login shell from `.profile`. */
export const homeIfThere: readonly string[] = [
	".bash_profile",
	".bash_login",
	".bash_aliases",
	".yarnrc",
	".netrc",
	".gnupg",
	".config",
	".local/bin",
];
