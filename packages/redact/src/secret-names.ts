// Which names say that their value is a secret: `OPENAI_API_KEY`, `client_secret`, `"password"`, but not `max_tokens`,
// `token_count`, `public_key` or a bare `key`. A name is judged by its last words; what it is *about* decides, not what
// it mentions (`password_file` is about a file).

/**
 * What a name says of its value: `strong`, it is a secret; `weak`, it is one when it looks like one (`token` is a word
 * of lexers and of servers); `none`, nothing.
 */
export type NameStrength = "strong" | "weak" | "none";

const setOf = (words: string): ReadonlySet<string> => new Set(words.split(" "));

const secretKeys = setOf(
	"api access secret private signing signature encryption auth account master service shared subscription admin deploy webhook client root app license functions",
);
const secretTokens = setOf(
	"access auth authentication authorization api refresh id identity bearer session secret security bot oauth app personal user service deploy csrf xsrf jwt github gh gitlab npm slack hf huggingface vault aws azure ci registry webhook client verification reset",
);
// Tokens of lexers, of models and of paging.
const harmlessTokens = setOf(
	"max min next page paging continuation sync cancel cancellation stop end start eos bos pad unk sep mask special current previous prev last first peek syntax keyword operator per total cached",
);
const harmlessFirstWords = setOf(
	"has is show hide forgot enable enabled disable allow allows require requires use no needs missing with without",
);
// Words behind the noun that do not change what the value is: `PASSWORD_PROD`, `api_key_2`, `secret_value`.
const qualifiers = setOf(
	"prod production dev development test testing staging stage live sandbox local ci old new primary secondary backup value plain plaintext raw string str base64 b64 default ro rw",
);

const weakNouns = setOf("pass pwd cookie cookies credential credentials");
// Also as the end of a word: `dbpassword`, `apikey`, `authtoken`.
const strongNoun =
	/(?:secret|password|passwd|passphrase|passcode)s?$|(?:api|access|secret|private|auth)keys?$|(?:access|auth|refresh|bearer|api|session)token$|^authorization$/;
const maybeNamed = /key|token|secret|pass|pwd|credential|authorization|cookie|_auth$/i;

function wordsOf(name: string): string[] {
	return name
		.replace(/([a-z0-9])([A-Z])/g, "$1 $2")
		.replace(/([A-Z])([A-Z][a-z])/g, "$1 $2")
		.toLowerCase()
		.split(/[^a-z0-9]+/)
		.filter((word) => word !== "");
}

function withoutQualifiers(words: readonly string[]): readonly string[] {
	let count = words.length;
	while (count > 1 && (/^v?\d+$/.test(words[count - 1] ?? "") || qualifiers.has(words[count - 1] ?? ""))) count -= 1;
	return words.slice(0, count);
}

/** Whether a name is written as constants and environment variables are, in capitals. */
export function isCapitalName(name: string): boolean {
	return /^[A-Z][A-Z0-9_]*$/.test(name);
}

function strengthOfKey(before: string | undefined, words: readonly string[], capital: boolean): NameStrength {
	if (before === undefined || words.includes("public")) return "none";
	if (secretKeys.has(before)) return "strong";
	return capital ? "weak" : "none";
}

function strengthOfToken(before: string | undefined): NameStrength {
	if (before === undefined) return "weak";
	if (harmlessTokens.has(before)) return "none";
	return secretTokens.has(before) ? "strong" : "weak";
}

/** What `name` says of its value. Any case, with `_`, `-`, `.` or camel case between the words; its last 128 characters count. */
export function nameStrength(name: string): NameStrength {
	if (!maybeNamed.test(name)) return "none";
	const words = withoutQualifiers(wordsOf(name.slice(-128)));
	const noun = (words.at(-1) ?? "").replace(/\d+$/, "");
	const before = words.at(-2);
	if (words.length > 1 && harmlessFirstWords.has(words[0] ?? "")) return "none";
	if (strongNoun.test(noun) || name === "_auth") return "strong";
	switch (noun) {
		case "key":
			return strengthOfKey(before, words, isCapitalName(name));
		case "keys":
			return strengthOfKey(before, words, false);
		case "token":
			return strengthOfToken(before);
		default:
			return weakNouns.has(noun) ? "weak" : "none";
	}
}

/**
 * Whether a value under `name` is to be masked: always under `OPENAI_API_KEY`, `clientSecret`, `password`,
 * `Authorization` and the like, when it looks like a secret under `token`, `cookie`, `credentials`. Names that count
 * (`max_tokens`, `tokens`), point (`password_file`, `api_key_name`) or sort (`primaryKey`, `key`) are none.
 */
export function isSecretName(name: string): boolean {
	return nameStrength(name) !== "none";
}
