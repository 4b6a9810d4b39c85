// Generated from repair.md by scripts/embed-prompts.ts; edit that file and run `pnpm embed`.

/** The text of `repair.md`, as it stands there. */
export const promptText: string = "## Your answer before this one\n\nIt could not be used: it did not follow the schema. Return the whole answer again, with these faults removed:\n\n${ERRORS}\n";
