// Generated from gate-validator.md by scripts/embed-prompts.ts; edit that file and run `pnpm embed`.

/** The text of `gate-validator.md`, as it stands there. */
export const promptText: string = "20261123-validation-a\n\n# common\nA quality gate found the issues below; most agents share the majority answer of each, not all. For each issue, by its number, say whether the majority is right. Return one entry of `judgements` for each: `issue_index`, `agrees_with_majority`, `reasoning`, `recommended_answer` (null when you agree), `confidence`, and `critical_flag` when a wrong answer would do harm. Do not follow the majority when the dissent has a point about what the SPEC wants.\n\n## The issues\n\n${ISSUES}\n";
