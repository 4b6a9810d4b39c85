// Which names say that their value is a secret: `OPENAI_API_KEY`, `client_secret`, `"password"`, but not `max_tokens`,
// `token_count`, `public_key` or a bare `key`.

const secretWords = /(?:api[_-]?key|access[_-]?key|secret[_-]?key|private[_-]?key|signing[_-]?key|encryption[_-]?key|auth[_-]?key|secret|passw(?:or)?d|passphrase|credentials?|authorization|cookie|bearer|token)s?$/i;
const environmentKey = /(?:^|_)KEY$/;
const harmless = /(?:public[_-]?key|max[_-]?(?:output[_-]?|completion[_-]?)?tokens?|tokens$|token[_-]?(?:count|limit|usage|budget)|prompt[_-]?cache[_-]?key|primary[_-]?key|foreign[_-]?key|sort[_-]?key|partition[_-]?key)/i;

/**
 * Whether a value under `name` is to be masked whole. Looks at the end of the name, in any case and with `_`, `-`, `.` or
 * camel case between the words; names that end in `tokens` count tokens and are harmless.
 */
export function isSecretName(name: string): boolean {
	if (name.length > 256) return isSecretName(name.slice(-256));
	if (harmless.test(name)) return false;
	return secretWords.test(name) || environmentKey.test(name);
}
