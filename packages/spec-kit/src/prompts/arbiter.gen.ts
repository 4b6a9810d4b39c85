// Generated from arbiter.md by scripts/embed-prompts.ts; edit that file and run `pnpm embed`.

/** The text of `arbiter.md`, as it stands there. */
export const promptText: string = "20261123-arbiter-a\n\n# common\nThe agents contradict each other in the points below. For each one return a resolution that names its `list`, `key` and `attribute` exactly as given and, in `value`, one of the values that are held, with your `reasoning`. If the material does not decide it, leave `value` empty: a person will be asked.\n\n## The contradictions\n\n${CONFLICTS}\n";
