// Generated from spec-template.md by scripts/embed-prompts.ts; edit that file and run `pnpm embed`.

/** The text of `spec-template.md`, as it stands there. */
export const promptText: string = "# Specification: [TITLE]\n\n**SPEC-ID**: [SPEC_ID]\n**Created**: [CREATED]\n**Template**: [TEMPLATE_VERSION]\n**Status**: Draft\n\n## Objectives\n\n[OBJECTIVES]\n\n## User Scenarios\n\n[USER_SCENARIOS]\n\n## Edge Cases\n\n[EDGE_CASES]\n\n## Functional Requirements\n\n[FUNCTIONAL_REQUIREMENTS]\n\n## Non-Functional Requirements\n\n[NON_FUNCTIONAL_REQUIREMENTS]\n\n## Success Criteria\n\n[SUCCESS_CRITERIA]\n\n## Clarifications\n\n[CLARIFICATIONS]\n\n## Notes\n\n[NOTES]\n";
