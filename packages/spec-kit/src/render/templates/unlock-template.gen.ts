// Generated from unlock-template.md by scripts/embed-prompts.ts; edit that file and run `pnpm embed`.

/** The text of `unlock-template.md`, as it stands there. */
export const promptText: string = "# Unlock: [SPEC_ID]\n\n**SPEC-ID**: [SPEC_ID]\n**Created**: [CREATED]\n**Template**: [TEMPLATE_VERSION]\n**Prompt version**: [PROMPT_VERSION]\n**Decision**: [DECISION]\n\n## Conditions\n\n[CONDITIONS]\n\n## Follow-ups\n\n[FOLLOW_UPS]\n\n## Consensus\n\n[CONSENSUS]\n";
