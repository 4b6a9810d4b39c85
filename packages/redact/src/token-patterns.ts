// Secrets that show what they are by their shape. Every pattern starts with a literal and has one bounded or
// non-overlapping repetition, so that matching stays linear on hostile text.

/** One kind of secret. */
export interface TokenPattern {
	/** The word in the mask. */
	readonly kind: string;
	/** Literals of which at least one must be in a text before the pattern is tried. */
	readonly hints: readonly string[];
	/** Global; the whole match is the secret, or the group named `secret` is. */
	readonly pattern: RegExp;
}

/** The known shapes. Sources: the vendors' documentation of their token formats. */
export const tokenPatterns: readonly TokenPattern[] = [
	{
		kind: "private-key",
		hints: ["PRIVATE KEY"],
		pattern:
			/-----BEGIN [A-Z ]{0,30}PRIVATE KEY-----(?:(?!-----)[\s\S]){0,16384}(?:-----END [A-Z ]{0,30}PRIVATE KEY-----)?/g,
	},
	{ kind: "anthropic-key", hints: ["sk-ant-"], pattern: /\bsk-ant-[A-Za-z0-9_-]{16,}/g },
	{
		kind: "openai-key",
		hints: ["sk-"],
		pattern: /\bsk-(?!ant-)(?:proj-|svcacct-|admin-|None-|or-v1-)?[A-Za-z0-9_-]{16,}/g,
	},
	{ kind: "google-key", hints: ["AIza"], pattern: /\bAIza[A-Za-z0-9_-]{35}/g },
	{ kind: "google-oauth", hints: ["ya29."], pattern: /\bya29\.[A-Za-z0-9_-]{20,}/g },
	{ kind: "github-token", hints: ["ghp_", "gho_", "ghu_", "ghs_", "ghr_"], pattern: /\bgh[pousr]_[A-Za-z0-9]{20,}/g },
	{ kind: "github-token", hints: ["github_pat_"], pattern: /\bgithub_pat_[A-Za-z0-9_]{20,}/g },
	{ kind: "gitlab-token", hints: ["glpat-"], pattern: /\bglpat-[A-Za-z0-9_-]{20,}/g },
	{ kind: "slack-token", hints: ["xox"], pattern: /\bxox[abeoprs]-[A-Za-z0-9-]{10,}/g },
	{ kind: "aws-key-id", hints: ["AKIA", "ASIA"], pattern: /\b(?:AKIA|ASIA)[A-Z0-9]{16}\b/g },
	{ kind: "stripe-key", hints: ["_live_", "_test_"], pattern: /\b[rsp]k_(?:live|test)_[A-Za-z0-9]{16,}/g },
	{ kind: "npm-token", hints: ["npm_"], pattern: /\bnpm_[A-Za-z0-9]{36}\b/g },
	{ kind: "huggingface-token", hints: ["hf_"], pattern: /\bhf_[A-Za-z0-9]{30,}/g },
	{ kind: "groq-key", hints: ["gsk_"], pattern: /\bgsk_[A-Za-z0-9]{32,}/g },
	{ kind: "sendgrid-key", hints: ["SG."], pattern: /\bSG\.[A-Za-z0-9_-]{16,32}\.[A-Za-z0-9_-]{16,64}/g },
	{ kind: "jwt", hints: ["eyJ"], pattern: /\beyJ[A-Za-z0-9_-]{8,}\.eyJ[A-Za-z0-9_-]{8,}\.[A-Za-z0-9_-]*/g },
	{
		kind: "authorization",
		hints: ["earer ", "asic ", "EARER ", "ASIC "],
		pattern: /\b(?:bearer|basic) +(?<secret>[A-Za-z0-9+/=._~-]{12,})/gi,
	},
	{ kind: "url-password", hints: ["://"], pattern: /:\/\/[^\s/?#@:"'<>]{0,256}:(?<secret>[^\s/?#@"'<>]{1,256})@/g },
];
