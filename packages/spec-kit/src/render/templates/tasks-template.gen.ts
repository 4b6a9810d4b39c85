// Generated from tasks-template.md by scripts/embed-prompts.ts; edit that file and run `pnpm embed`.

/** The text of `tasks-template.md`, as it stands there. */
export const promptText: string = "# Tasks: [SPEC_ID]\n\n**SPEC-ID**: [SPEC_ID]\n**Created**: [CREATED]\n**Template**: [TEMPLATE_VERSION]\n**Prompt version**: [PROMPT_VERSION]\n\nA task marked `[P]` may run beside others that touch different files.\n\n[TASK_PHASES]\n\n## Coverage\n\n[COVERAGE]\n\n## Consensus\n\n[CONSENSUS]\n";
