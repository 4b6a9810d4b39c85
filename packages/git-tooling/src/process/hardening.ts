// What every git call of this package has in common: an environment built from nothing, and settings that take the
// choice of programs from the repository. A setting on the command line wins over any file, so a list of names here is
// final. It must not read the process environment: the caller says what may be passed on.

/** The variables of the caller's environment that git may see; everything else, and every `GIT_*`, is left out. */
export type GitEnvironment = Readonly<Record<string, string | undefined>>;

const passedOn = ["PATH", "HOME", "XDG_CONFIG_HOME", "SYSTEMROOT", "TMPDIR", "TEMP"];

// Read by git itself. No protocol is allowed, so that a partial clone cannot fetch (and so run programs) for an object
// that is missing; GIT_NO_LAZY_FETCH says the same to git ≥ 2.44.
const fixed: Readonly<Record<string, string>> = {
	GIT_ALLOW_PROTOCOL: "none",
	GIT_ATTR_NOSYSTEM: "1",
	GIT_CONFIG_NOSYSTEM: "1",
	GIT_LITERAL_PATHSPECS: "1",
	GIT_NO_LAZY_FETCH: "1",
	GIT_OPTIONAL_LOCKS: "0",
	GIT_TERMINAL_PROMPT: "0",
	LANG: "C",
	LC_ALL: "C",
};

/** The names of the `GIT_*` variables that {@link gitEnvironment} sets. */
export const gitVariables: readonly string[] = Object.keys(fixed).filter((name) => name.startsWith("GIT_"));

/** The whole environment of a git process: a few names of `base`, and ours. */
export function gitEnvironment(base: GitEnvironment): Record<string, string> {
	const kept: Record<string, string> = {};
	for (const name of passedOn) {
		const value = base[name];
		if (value !== undefined) kept[name] = value;
	}
	return { ...kept, ...fixed };
}

/** `key=value` pairs for `-c`: whatever git could start on a repository's word is off or is a program that fails. */
export const hardenedSettings: readonly string[] = [
	"core.fsmonitor=false",
	"core.hooksPath=/dev/null",
	"core.pager=cat",
	"core.editor=false",
	"sequence.editor=false",
	"core.askPass=false",
	"core.sshCommand=false",
	"core.gitProxy=false",
	"core.alternateRefsCommand=false",
	"core.attributesFile=/dev/null",
	"core.untrackedCache=false",
	"credential.helper=",
	"diff.external=",
	"diff.ignoreSubmodules=all",
	"diff.submodule=short",
	"interactive.diffFilter=",
	"gpg.program=false",
	"gpg.ssh.program=false",
	"gpg.x509.program=false",
	"log.showSignature=false",
	"commit.gpgSign=false",
	"tag.gpgSign=false",
	"protocol.allow=never",
	"submodule.recurse=false",
	"status.submoduleSummary=false",
	"fetch.recurseSubmodules=false",
	"gc.auto=0",
	"maintenance.auto=false",
	"color.ui=false",
	"core.quotePath=true",
];
