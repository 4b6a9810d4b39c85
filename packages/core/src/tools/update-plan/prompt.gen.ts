// Generated from prompt.md by scripts/embed-prompts.ts; edit that file and run `pnpm embed`.

/** The text of `prompt.md`, as it stands there. */
export const promptText: string = "Writes or replaces the plan that the user sees. Give all steps each time, in order, with at most one of them `in_progress`. Mark a step `completed` as soon as it is done.\n";
