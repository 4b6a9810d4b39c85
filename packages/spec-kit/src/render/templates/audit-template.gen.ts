// Generated from audit-template.md by scripts/embed-prompts.ts; edit that file and run `pnpm embed`.

/** The text of `audit-template.md`, as it stands there. */
export const promptText: string = "# Audit: [SPEC_ID]\n\n**SPEC-ID**: [SPEC_ID]\n**Created**: [CREATED]\n**Template**: [TEMPLATE_VERSION]\n**Prompt version**: [PROMPT_VERSION]\n**Decision**: [DECISION]\n\n## Compliance\n\n[CHECKS]\n\n## Conditions\n\n[CONDITIONS]\n\n## Blockers\n\n[BLOCKERS]\n\n## Consensus\n\n[CONSENSUS]\n";
