// The ways to keep a plan on this machine, and what each of them does not cover.

/** What a mechanism leaves open, as `gapSentences` says it. */
export type Gap =
	| "protected_paths"
	| "denied_reads"
	| "metadata"
	| "process_isolation"
	| "private_proc"
	| "protected_links"
	| "landlock_layer"
	| "signals"
	| "unverified_machine"
	| "syscalls"
	| "absent_names";

/** A sentence for each gap, for `sandbox check` and refusals. */
export const gapSentences: Readonly<Record<Gap, string>> = {
	protected_paths: "protected paths inside writable roots (`.git/hooks`, `.code`) can be changed",
	denied_reads: "denied reads are not kept",
	metadata: "permissions, owners and times of the user's own files outside the writable roots can be changed",
	process_isolation: "processes that a command leaves behind go on running, confined",
	private_proc: "the names and arguments of other processes can be seen",
	protected_links: "a protected name that is a symbolic link can be replaced",
	landlock_layer: "this kernel has no Landlock: the mount view and the system call filter stand alone",
	signals: "signals to the user's other processes are not stopped",
	unverified_machine:
		"on this kind of processor the binaries were built and started, but nobody has proved what they enforce",
	syscalls: "dangerous system calls (io_uring, bpf, userfaultfd) are not filtered",
	absent_names: "a protected name that does not exist yet is only denied by its path",
};

/** A way to confine. */
export type Mechanism =
	/** The helper's namespaces, Landlock and seccomp: covers everything. */
	| {
			readonly kind: "namespaces";
			readonly helper: string;
			readonly landlock: boolean;
			readonly privateProc: boolean;
			readonly gaps: readonly Gap[];
	  }
	/** bubblewrap around the helper's Landlock (where there is one) and seccomp. */
	| { readonly kind: "bubblewrap"; readonly helper: string; readonly bubblewrap: string; readonly gaps: readonly Gap[] }
	/** Landlock and seccomp alone. */
	| { readonly kind: "landlock"; readonly helper: string; readonly gaps: readonly Gap[] }
	/** macOS. */
	| { readonly kind: "seatbelt"; readonly gaps: readonly Gap[] };
