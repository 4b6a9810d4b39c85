// Generated from clarify-template.md by scripts/embed-prompts.ts; edit that file and run `pnpm embed`.

/** The text of `clarify-template.md`, as it stands there. */
export const promptText: string = "# Clarifications: [SPEC_ID]\n\n**SPEC-ID**: [SPEC_ID]\n**Created**: [CREATED]\n**Template**: [TEMPLATE_VERSION]\n**Checkpoint**: [CHECKPOINT]\n\n## Summary\n\n[SUMMARY]\n\n## Findings\n\n[FINDINGS]\n\n## Divergent Views\n\n[DIVERGENT_VIEWS]\n";
