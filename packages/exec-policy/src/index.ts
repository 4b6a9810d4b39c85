// Which commands may run: a shell parser, known commands by flag, prefix rules, one decision.

// Approvals for the session
export { canonicalCommand } from "./canonical-command.ts";
// Deciding
export { type CommandRequest, decideCommand } from "./decide.ts";
// Explaining
export { explainDecision, type RuleCheck, toRuleCheck } from "./explain.ts";
export { maxJudgedCommands } from "./judge.ts";
// Errors
export { ExecPolicyError, type ExecPolicyErrorCode } from "./policy-error.ts";
// Rules
export { type ParsedRules, parseRules, type RuleFileError } from "./rules/parse-rules.ts";
export { type ProposedRule, proposeRules, type RuleOffer, type RuleProposal } from "./rules/propose-rule.ts";
export type { PrefixRule, RuleDecision, RuleMatch, RuleOrigin } from "./rules/rule.ts";
export { createRuleSet, noRules, type RuleSet, type RuleSource } from "./rules/rule-set.ts";
export { type AllowRuleWords, appendRules, writeAllowRule } from "./rules/rule-text.ts";
// Reading scripts
export { maxScriptCharacters, parseShell } from "./shell/parse-shell.ts";
export { quoteWord, quoteWords } from "./shell/quote.ts";
export type {
	Construct,
	InputSource,
	RedirectKind,
	ShellLanguage,
	ShellRedirect,
	ShellScript,
	SimpleCommand,
} from "./shell/shell-script.ts";
export type { ShellWord } from "./shell/word.ts";
export { type CommandJudgement, isAtLeast, type PolicyDecision, stricter, type Verdict } from "./verdict.ts";
