// Approval and sandbox policies, as config.toml and the wires spell them.

/** When a person is asked before a command runs. Headless runs have nobody to ask: there "ask" means denied. */
export type ApprovalPolicy = "untrusted" | "on-failure" | "on-request" | "never";

/** The sandbox modes by name. */
export type SandboxMode = "read-only" | "workspace-write" | "danger-full-access";

/** What a command may touch. Paths are absolute. */
export type SandboxPolicy =
	| { readonly mode: "read-only" }
	| {
			readonly mode: "workspace-write";
			/** Writable besides the session's cwd. */
			readonly writable_roots: readonly string[];
			readonly network_access: boolean;
			readonly exclude_tmpdir_env_var: boolean;
			readonly exclude_slash_tmp: boolean;
	  }
	| { readonly mode: "danger-full-access" };

/** How hard the model thinks. What a model does not know is left out of its request with a notice. */
export type ReasoningEffort = "none" | "minimal" | "low" | "medium" | "high" | "xhigh" | "max";

/** How the model's reasoning is summarised. */
export type ReasoningSummary = "auto" | "concise" | "detailed" | "none";

/** How long answers are. */
export type Verbosity = "low" | "medium" | "high";

/**
 * A person's answer to an approval request. `approved_always` also saves the rules that the request offered; without an
 * offer it counts as `approved_for_session`. `denied`: the turn goes on without it; `abort`: the turn stops.
 */
export type ReviewDecision = "approved" | "approved_for_session" | "approved_always" | "denied" | "abort";
