// Generated from prompt.md by scripts/embed-prompts.ts; edit that file and run `pnpm embed`.

/** The text of `prompt.md`, as it stands there. */
export const promptText: string = "Lists a directory, sorted by name, {{DEPTH}} levels deep and {{ENTRY_LIMIT}} entries long unless told otherwise. What lies in a directory follows it, indented by two spaces a level.\n\nA name ends with `/` for a directory, `@` for a symbolic link (not followed) and `?` for anything that is neither these nor a file.\n";
