// Generated from prompt.md by scripts/embed-prompts.ts; edit that file and run `pnpm embed`.

/** The text of `prompt.md`, as it stands there. */
export const promptText: string = "Finds the files that have a line matching a regular expression and answers with their paths, the most recently changed first, {{FILE_LIMIT}} at most unless `limit` says otherwise. It names files only; open them with `read_file`.\n\nThe search is case-sensitive (begin the pattern with `(?i)` for any case), skips binary files and what the repository ignores, and stops after {{SECONDS}} seconds.\n";
