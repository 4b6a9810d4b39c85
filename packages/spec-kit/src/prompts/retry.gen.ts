// Generated from retry.md by scripts/embed-prompts.ts; edit that file and run `pnpm embed`.

/** The text of `retry.md`, as it stands there. */
export const promptText: string = "## Why this is asked again\n\n${REASONS}\n";
