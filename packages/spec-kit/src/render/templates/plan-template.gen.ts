// Generated from plan-template.md by scripts/embed-prompts.ts; edit that file and run `pnpm embed`.

/** The text of `plan-template.md`, as it stands there. */
export const promptText: string = "# Plan: [SPEC_ID]\n\n**SPEC-ID**: [SPEC_ID]\n**Created**: [CREATED]\n**Template**: [TEMPLATE_VERSION]\n**Prompt version**: [PROMPT_VERSION]\n**Decision**: [DECISION]\n\n## Work Breakdown\n\n[WORK_BREAKDOWN]\n\n## Acceptance Mapping\n\n[ACCEPTANCE_MAPPING]\n\n## Risks\n\n[RISKS]\n\n## Consensus\n\n[CONSENSUS]\n\n## Exit Criteria\n\n[EXIT_CRITERIA]\n";
