// The one error class of this package. Expected outcomes (a failed guardrail, a conflict, a pause) are values; thrown are
// refusals at a boundary and operations that the system would not do.

/**
 * Why an operation of this package failed.
 *
 * - `directory_read`, `file_read`, `directory_create`, `file_create`, `file_write`: the system refused; `cause` is its error
 * - `json_parse`, `json_serialize`: text that is no JSON, a value that cannot become JSON
 * - `no_telemetry_found`, `no_consensus_found`, `missing_artifact`: evidence that should be there is not
 * - `schema_validation`, `missing_field`, `invalid_field_value`, `evidence_validation`: a record is not what it must be
 * - `missing_agents`, `consensus_conflict`, `consensus_parse`: a stage's consensus cannot be used
 * - `memory_search`, `memory_store`: long-term memory failed
 * - `pipeline_halted`, `invalid_stage_transition`: the run cannot go on, or not from there
 * - `invalid_spec_id`, `unknown_stage`, `missing_spec_id`, `missing_stage`: a name that nothing may be done with
 * - `invalid_run_id`: a run id that may not become part of a path
 * - `unsafe_path`: a path that leaves the repository, by itself or through a symbolic link, or enters `.git`
 * - `lock_busy`: another process held the SPEC's lock for as long as we were willing to wait
 * - `lock_lost`: the lock was taken over while the work ran; nothing was recorded
 * - `evidence_full`: the SPEC's evidence would exceed its hard limit
 * - `evidence_tampered`: the chain of a SPEC is not intact, so nothing may be built on it
 * - `hook_failed`: a command of the user's around a stage said no
 * - `template_unresolved`, `template_missing`: a placeholder without a value, a template that does not exist
 */
export type SpecKitErrorCode =
	| "directory_read"
	| "file_read"
	| "directory_create"
	| "file_create"
	| "file_write"
	| "json_parse"
	| "json_serialize"
	| "no_telemetry_found"
	| "no_consensus_found"
	| "missing_artifact"
	| "schema_validation"
	| "missing_field"
	| "invalid_field_value"
	| "evidence_validation"
	| "missing_agents"
	| "consensus_conflict"
	| "consensus_parse"
	| "memory_search"
	| "memory_store"
	| "pipeline_halted"
	| "invalid_stage_transition"
	| "invalid_spec_id"
	| "unknown_stage"
	| "missing_spec_id"
	| "missing_stage"
	| "invalid_run_id"
	| "unsafe_path"
	| "lock_busy"
	| "lock_lost"
	| "evidence_full"
	| "evidence_tampered"
	| "hook_failed"
	| "template_unresolved"
	| "template_missing";

/** A failed operation. `message` is one sentence for a person; it names what it is about. */
export class SpecKitError extends Error {
	override readonly name = "SpecKitError";
	readonly code: SpecKitErrorCode;

	constructor(code: SpecKitErrorCode, message: string, cause?: unknown) {
		super(message, cause === undefined ? undefined : { cause });
		this.code = code;
	}
}
