// One line for each verb that is not in the engine's catalog: what it takes and what it does. A test holds it to `verbs`.

/** Help by the verb's words. */
export const verbHelp: ReadonlyMap<string, { readonly takes: string; readonly summary: string }> = new Map([
	["init", { takes: "", summary: "Make what the pipeline needs: constitution, templates, tracker, settings" }],
	["runs", { takes: "SPEC-ID", summary: "Runs of a SPEC, with their state and cost" }],
	["resume", { takes: "SPEC-ID [RUN]", summary: "Go on with a run that was paused, halted, cancelled or killed" }],
	["cancel", { takes: "SPEC-ID [RUN]", summary: "End a run that another process works at; it can be resumed" }],
	["verify", { takes: "SPEC-ID", summary: "Whether the evidence is as it was written" }],
	["review", { takes: "SPEC-ID", summary: "What waits for a person: questions, verdicts, dissent" }],
	[
		"trace",
		{
			takes: "SPEC-ID [--html [FILE]] [--strict]",
			summary: "From requirement to task, file, test, commit and evidence",
		},
	],
	["converge", { takes: "SPEC-ID", summary: "Append what is agreed and unbuilt to the task list" }],
	["drift", { takes: "[SPEC-ID] [--since REF]", summary: "What the branch changed that its SPECs do not know of" }],
	["drift accept", { takes: 'ID [SPEC-ID] --reason "…"', summary: "Let a finding stay as it is, on record" }],
	["doctor", { takes: "", summary: "Whether each agent can run, and why not" }],
	["evidence stats", { takes: "[SPEC-ID]", summary: "How much evidence there is" }],
	["evidence verify", { takes: "SPEC-ID", summary: "The same as verify" }],
	["evidence archive", { takes: "[SPEC-ID]", summary: "Archive evidence that is too old or too much" }],
	["evidence gc", { takes: "[SPEC-ID]", summary: "The same as evidence archive" }],
]);
