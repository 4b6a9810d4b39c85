// Generated from prompt.md by scripts/embed-prompts.ts; edit that file and run `pnpm embed`.

/** The text of `prompt.md`, as it stands there. */
export const promptText: string = "Shows you an image file of the user's machine (PNG, JPEG, GIF or WebP, at most {{MAX_MIB}} MiB). It joins the conversation after this round of tool calls.\n";
