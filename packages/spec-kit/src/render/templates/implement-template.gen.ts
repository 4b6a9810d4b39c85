// Generated from implement-template.md by scripts/embed-prompts.ts; edit that file and run `pnpm embed`.

/** The text of `implement-template.md`, as it stands there. */
export const promptText: string = "# Implementation: [SPEC_ID]\n\n**SPEC-ID**: [SPEC_ID]\n**Created**: [CREATED]\n**Template**: [TEMPLATE_VERSION]\n**Prompt version**: [PROMPT_VERSION]\n\n## Code Changes\n\n[OPERATIONS]\n\n## Validation Commands\n\n[VALIDATION_COMMANDS]\n\n## Risks\n\n[RISKS]\n\n## Consensus\n\n[CONSENSUS]\n";
