// Generated from prd-template.md by scripts/embed-prompts.ts; edit that file and run `pnpm embed`.

/** The text of `prd-template.md`, as it stands there. */
export const promptText: string = "# PRD: [TITLE]\n\n**SPEC-ID**: [SPEC_ID]\n**Created**: [CREATED]\n**Template**: [TEMPLATE_VERSION]\n**Status**: Draft\n\n## Problem Statement\n\n[PROBLEM]\n\n## Target Users and Use Cases\n\n[USERS]\n\n## Goals\n\n[GOALS]\n\n## Non-Goals\n\n[NON_GOALS]\n\n## Scope and Assumptions\n\n[ASSUMPTIONS]\n\n## Functional Requirements\n\n[FUNCTIONAL_REQUIREMENTS]\n\n## Non-Functional Requirements\n\n[NON_FUNCTIONAL_REQUIREMENTS]\n\n## Dependencies\n\n[DEPENDENCIES]\n\n## Risks\n\n[RISKS]\n\n## Success Metrics\n\n[SUCCESS_METRICS]\n\n## Validation Plan\n\n[VALIDATION_PLAN]\n";
