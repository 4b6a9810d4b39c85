// Secrets for the tests. Built from parts, so that no scanner takes these files for a leak.

const body = "abcdefghijklmnopqrstuvwxyz0123456789ABCDEFGH";

/** A secret of each known shape, by the word in its mask. */
export const shapedSecrets: readonly (readonly [kind: string, secret: string])[] = [
	["openai-key", `sk-proj-${body}`],
	["openai-key", `sk-${body}`],
	["openai-key", `sk-vendor-Ab1${body.slice(0, 20)}`],
	["anthropic-key", `sk-ant-api03-${body}`],
	["google-key", `AIza${body.slice(0, 35)}`],
	["google-oauth", `ya29.${body}`],
	...["ghp_", "gho_", "ghu_", "ghs_", "ghr_"].map(
		(prefix) => ["github-token", `${prefix}${body.slice(0, 36)}`] as const,
	),
	["github-token", `github_pat_${body.slice(0, 22)}_${body}`],
	["gitlab-token", `glpat-${body.slice(0, 20)}`],
	["slack-token", `xoxb-${body.slice(12, 40)}`],
	["slack-token", `xapp-1-${body.slice(0, 24)}`],
	["aws-key-id", `AKIA${"ABCDEFGH12345678"}`],
	["aws-key-id", `ASIA${"ABCDEFGH12345678"}`],
	["stripe-key", `sk_live_${body.slice(0, 24)}`],
	["stripe-key", `rk_test_${body.slice(0, 24)}`],
	["stripe-secret", `whsec_${body.slice(0, 32)}`],
	["npm-token", `npm_${body.slice(0, 36)}`],
	["huggingface-token", `hf_${body.slice(0, 34)}`],
	["groq-key", `gsk_${body}`],
	["sendgrid-key", `SG.${body.slice(0, 22)}.${body.slice(0, 43)}`],
	["jwt", `eyJ${body.slice(0, 20)}.eyJ${body.slice(0, 20)}.${body}`],
];

/** 44 letters and digits that no shape matches by itself. */
export const secretBody = body;

/** A private key block with line breaks of the given kind. */
export function pemBlock(label: string, lineBreak: string): string {
	return [`-----BEGIN ${label}-----`, body, body, "c2hvcnQ=", `-----END ${label}-----`].join(lineBreak);
}
