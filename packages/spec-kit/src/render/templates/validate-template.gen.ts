// Generated from validate-template.md by scripts/embed-prompts.ts; edit that file and run `pnpm embed`.

/** The text of `validate-template.md`, as it stands there. */
export const promptText: string = "# Validation: [SPEC_ID]\n\n**SPEC-ID**: [SPEC_ID]\n**Created**: [CREATED]\n**Template**: [TEMPLATE_VERSION]\n**Prompt version**: [PROMPT_VERSION]\n**Decision**: [DECISION]\n\n## Requirements\n\n[REQUIREMENTS]\n\n## Failure Analysis\n\n[FAILURES]\n\n## Consensus\n\n[CONSENSUS]\n";
