// Generated from prompt.md by scripts/embed-prompts.ts; edit that file and run `pnpm embed`.

/** The text of `prompt.md`, as it stands there. */
export const promptText: string = "Reads a text file and answers with its lines, each as `L<number>: <text>`; the prefix is not part of the file.\n\nShows {{LINE_LIMIT}} lines unless `limit` says otherwise, and {{LINE_LENGTH}} characters of a line. When there is more, the last line of the answer says with which `offset` to go on.\n";
