import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { redactText } from "../src/index.ts";
import { pemBlock, secretBody, shapedSecrets } from "./samples.ts";

describe("secrets known by their shape", () => {
	it.each(shapedSecrets)("masks %s (%s)", (kind, secret) => {
		expect(redactText(`before ${secret} after`)).toBe(`before [redacted:${kind}] after`);
		expect(redactText(secret)).toBe(`[redacted:${kind}]`);
		expect(redactText(JSON.stringify({ line: `one\n${secret}\ttwo` }))).toBe(
			`{"line":"one\\n[redacted:${kind}]\\ttwo"}`,
		);
		expect(redactText(`q=%22${secret}%22`)).toBe(`q=%22[redacted:${kind}]%22`);
		expect(redactText(`(${secret}, ${secret})`)).toBe(`([redacted:${kind}], [redacted:${kind}])`);
	});

	it.each(["RSA PRIVATE KEY", "PRIVATE KEY", "OPENSSH PRIVATE KEY", "EC PRIVATE KEY", "PGP PRIVATE KEY BLOCK"])(
		"masks a block of %s, raw and in JSON",
		(label) => {
			expect(redactText(`x\n${pemBlock(label, "\n")}\ny`)).toBe("x\n[redacted:private-key]\ny");
			expect(redactText(`{"k":"${pemBlock(label, "\\n")}"}`)).toBe('{"k":"[redacted:private-key]"}');
		},
	);

	it("masks a private key block that is cut off, and leaves what follows its head alone", () => {
		const cut = pemBlock("RSA PRIVATE KEY", "\n").slice(0, 110);
		expect(redactText(cut)).not.toContain(secretBody.slice(0, 20));
		const code = 'if (text.includes("-----BEGIN PRIVATE KEY-----")) { return parsePrivateKey(text, options); }';
		expect(redactText(code)).toContain('") { return parsePrivateKey(text, options); }'.slice(3));
		expect(redactText(`-----BEGIN CERTIFICATE-----\n${secretBody}\n-----END CERTIFICATE-----`)).toContain(secretBody);
	});

	it.each([
		"sk-short",
		"sk-folding-cube-wrapper-element",
		"disk-image-of-the-third-machine2",
		"task-ABCDEFGHIJ1234567890abcdef",
		"AKIA",
		"hf_transfer",
		"npm_config_registry",
		"npm_package_dependencies_lodash",
		"ghp_",
		"the xoxo-gossip-girl",
		"eyJust.saying",
		"gsk_",
	])("leaves %s alone", (text) => {
		expect(redactText(text)).toBe(text);
	});
});

describe("headers, URLs and queries", () => {
	it.each([
		["Authorization: Bearer abcdef0123456789xyz", "Authorization: Bearer [redacted:authorization]"],
		["authorization: bearer onlyletters", "authorization: bearer [redacted:authorization]"],
		["curl -H 'Authorization: Basic dXNlcjpwYXNz' -v", "curl -H 'Authorization: Basic [redacted:authorization]' -v"],
		['{"Authorization":"Bearer abcdef"}', '{"Authorization":"Bearer [redacted:authorization]"}'],
		['{\\"authorization\\": \\"Token abcdef\\"}', '{\\"authorization\\": \\"Token [redacted:authorization]\\"}'],
		['Authorization: Token token="abcdef"\nNext: 1', "Authorization: Token [redacted:authorization]\nNext: 1"],
		[
			'Proxy-Authorization: Digest username="a", response="0123"\nNext: 1',
			"Proxy-Authorization: Digest [redacted:authorization]\nNext: 1",
		],
		["x-api-key: 0123-abc-xyz", "x-api-key: [redacted:value]"],
		["Cookie: a=1; session=xyz\nHost: h", "Cookie: [redacted:cookie]\nHost: h"],
		["curl -H 'Cookie: a=1; b=2' url", "curl -H 'Cookie: [redacted:cookie]' url"],
		["Set-Cookie: sid=1; Path=/", "Set-Cookie: [redacted:cookie]"],
		["sent Bearer abc123def456ghi", "sent Bearer [redacted:authorization]"],
		["sent Basic dXNlcjpodW50ZXIy", "sent Basic [redacted:authorization]"],
		["postgres://app:hunter2secret@db:5432/x", "postgres://app:[redacted:url-password]@db:5432/x"],
		["postgres://app:app@db/x", "postgres://app:[redacted:url-password]@db/x"],
		["redis://:p@ss@host/0", "redis://:[redacted:url-password]@host/0"],
		["https://x.example/?api_key=abcdef123456&y=1", "https://x.example/?api_key=[redacted:value]&y=1"],
		["https://x.example/?a=1&key=abcdef123456", "https://x.example/?a=1&key=[redacted:value]"],
		["https://x.example/?token=abcdef123456#x", "https://x.example/?token=[redacted:value]"],
		["https://x.example/?access_token=onlyletters", "https://x.example/?access_token=[redacted:value]"],
		["https://b.example/o?sig=abc%2Fdefgh&se=1", "https://b.example/o?sig=[redacted:signature]&se=1"],
	])("%s", (text, masked) => {
		expect(redactText(text)).toBe(masked);
	});

	it.each([
		`Authorization: Bearer \${token}`,
		"Authorization: Bearer $API_TOKEN",
		"Authorization: Bearer <token>",
		"Authorization: required for every request",
		"basic functionality and bearer authentication",
		"Basic understanding2 of it",
		"the cookie: a small biscuit",
		"http://localhost:3000/@scope/name",
		`{ Authorization: \`Bearer \${apiKey}\` }`,
		'headers.authorization = "Basic " + encoded',
		"mongodb://user:password@host/db",
		"https://user@host:8080/a:b@c",
		`postgres://app:\${DB_PASSWORD}@db`,
		"https://x.example/?key=title&sort=asc",
		"https://x.example/?token=",
	])("leaves %s alone", (text) => {
		expect(redactText(text)).toBe(text);
	});
});

describe("assignments", () => {
	it.each([
		// environment and shells
		["OPENAI_API_KEY=somethingsecret", "OPENAI_API_KEY=[redacted:value]"],
		["export AWS_SECRET_ACCESS_KEY='wJalrXUtnFEMI/K7MDENG'", "export AWS_SECRET_ACCESS_KEY='[redacted:value]'"],
		["aws_secret_access_key=wJalrXUtnFEMI/K7MDENG+x", "aws_secret_access_key=[redacted:value]"],
		["DB_PASS=hunter run", "DB_PASS=[redacted:value] run"],
		["STRIPE_KEY=letters-only", "STRIPE_KEY=[redacted:value]"],
		["PASSWORD_PROD=hunter2\nA=b", "PASSWORD_PROD=[redacted:value]\nA=b"],
		["API_KEY_2=abcd-efgh", "API_KEY_2=[redacted:value]"],
		["PASSWORD=12345678", "PASSWORD=[redacted:value]"],
		["mysql --password=hunter2 -u x", "mysql --password=[redacted:value] -u x"],
		["tool --api-key abc123 --verbose", "tool --api-key [redacted:value] --verbose"],
		["Server=h;Uid=u;Password=hunter;", "Server=h;Uid=u;Password=[redacted:value];"],
		["//registry.example/:_authToken=0a1b2c3d-4e5f", "//registry.example/:_authToken=[redacted:value]"],
		["_auth=dXNlcjpwYXNz", "_auth=[redacted:value]"],
		["user=x, password=hunter2, host=h", "user=x, password=[redacted:value], host=h"],
		// JSON at any depth
		['{"client_secret": "p4ssw0rdvalue"}', '{"client_secret": "[redacted:value]"}'],
		['{"client_secret":"letters"}', '{"client_secret":"[redacted:value]"}'],
		['{"password":"a\\"b\\\\","x":1}', '{"password":"[redacted:value]","x":1}'],
		['{"password":123456789,"x":1}', '{"password":"[redacted:value]","x":1}'],
		['"{\\"api_key\\": \\"p4ss\\\\\\"word\\", \\"x\\": 1}"', '"{\\"api_key\\": \\"[redacted:value]\\", \\"x\\": 1}"'],
		['\\\\\\"secret\\\\\\": \\\\\\"abcdef\\\\\\", 1', '\\\\\\"secret\\\\\\": \\\\\\"[redacted:value]\\\\\\", 1'],
		['{"log":"API_KEY=abc-def\\nnext"}', '{"log":"API_KEY=[redacted:value]\\nnext"}'],
		['{"log":"one\\nDB_PASS=hunter\\nnext"}', '{"log":"one\\nDB_PASS=[redacted:value]\\nnext"}'],
		[`{"n":"API_KEY='abcd","password":"'"}`, `{"n":"API_KEY='[redacted:value]","password":"'"}`],
		['{"apiKey": "cutof', '{"apiKey": "[redacted:value]'],
		// YAML, TOML, INI, code
		["password: correct-horse", "password: [redacted:value]"],
		["  password: hunter\n", "  password: [redacted:value]\n"],
		["  - secret: hunter # note", "  - secret: [redacted:value] # note"],
		["api_key = 'letters'", "api_key = '[redacted:value]'"],
		["api_key = abc123def", "api_key = [redacted:value]"],
		['const apiKey: string = "letters";', 'const apiKey: string = "[redacted:value]";'],
		['password: str = "hunter"', 'password: str = "[redacted:value]"'],
		["token = 'a1b2c3d4e5'", "token = '[redacted:value]'"],
		['secret := "hunter"', 'secret := "[redacted:value]"'],
		["'secret' => 'hunter'", "'secret' => '[redacted:value]'"],
		['process.env["API_KEY"] = "hunter"', 'process.env["API_KEY"] = "[redacted:value]"'],
		['passphrase = "correct horse battery staple"', 'passphrase = "[redacted:value]"'],
		['PASSWORD="mypassword"', 'PASSWORD="[redacted:value]"'],
		['"password": "a password of many letters"', '"password": "[redacted:value]"'],
		["Your API key: abc-123-def", "Your API key: [redacted:value]"],
		["api_key%3Dabc-123-def%26x", "api_key%3D[redacted:value]"],
	])("%s", (text, masked) => {
		expect(redactText(text)).toBe(masked);
	});

	it.each([
		// names that count, sort, point or declare
		"max_tokens: 100000",
		"MAX_TOKENS=100000000",
		"const token_count = 123456;",
		'{"tokens": 1234567, "input_tokens": 99999999}',
		'{"key": "title of the page"}',
		"key = abcdef123456789",
		"public_key: ssh-rsa-AAAAB3Nza1",
		"prompt_cache_key: 0199a213-81c0-7800",
		"tokenizer = cl100k_base",
		"keyboard: qwertyuiop12345",
		"PASSWORD_FILE=/run/secrets/db-password-1",
		"api_key_name: production-key-1",
		"nextPageToken: abc123def456ghi7",
		'const STORAGE_KEY = "todo-items";',
		'const EOS_TOKEN = "<|endoftext|>";',
		"PWD=/home/user/project2",
		"OLDPWD=/home/user1",
		"has_password: yes-of-course",
		// values that stand where a secret would
		"api_key = process.env.OPENAI_API_KEY",
		'api_key = os.environ["OPENAI_API_KEY"]',
		"apiKey: import.meta.env.VITE_KEY",
		"password: true",
		`password: \${DB_PASSWORD}`,
		"password: $DB_PASSWORD",
		`api_key = "\${API_KEY}"`,
		`token: \${{ secrets.GITHUB_TOKEN }}`,
		"API_KEY=<your key>",
		"password: ********",
		'env_key = "OPENAI_API_KEY"',
		'api_key = "OPENAI_API_KEY"',
		'{"api_key": {"type": "string"}, "password": "string"}',
		"SSH_KEY=~/.ssh/id_ed25519",
		'password: "Enter your password"',
		'{"password": "Password is required."}',
		'password: "#password"',
		'<input type="password" name="password">',
		'credentials: "include"',
		"tool --token TOKEN",
		"--password string  the password to use",
		"--api-key --verbose",
		// source code
		"const token = getToken();",
		"const token = parser.currentToken;",
		"const secret = await vault.read(path);",
		"let password = form.elements.password.value;",
		"password: string;",
		"password: string",
		"readonly apiKey?: string;",
		"apiKey: options.apiKey,",
		"{ token: nextToken, secret: clientSecret }",
		"connect(user=user, password=password)",
		"self.api_key = api_key",
		"this.#secret = secretValue;",
		"const done = place.secret ? this.#done.secret : this.#done.open;",
		"if (token === 'identifier12') return;",
		"password == expected1",
		"token: SyntaxToken2,",
		"Token::Ident(name1)",
		"this.apiKey=typeof t;a={apiKey:t===void 0,secret:b??c}",
		"b={apiKey:d=i?null:read(1),webhookSecret:e=read(2)}",
		"x.findX509Token=x.keepX509Token=void 0",
		"export OPENAI_API_KEY=sk-...",
		"credential: X509Credential | undefined;",
		"exports.exchangeX509Token = exchangeX509Token;",
		"const SUBJECT_TOKEN = 'urn:params:oauth:token-type:x509';",
		"settings.password = '[REDACTED]';",
		"return { type: 'token', token: 'plus_equals' };",
		"fn secret(key: &SecretKey) -> Token {",
		"for (const key of Object.keys(tokens)) {",
		"expect(password).toBe(hunter2);",
		"the secret of good soup is patience",
		"secret: something that nobody knows",
		"A token is a word. A key: opens doors",
		'import { token } from "./token1.ts";',
	])("leaves %s alone", (text) => {
		expect(redactText(text)).toBe(text);
	});
});

describe("for any text", () => {
	const piece = fc.oneof(
		fc.string({ maxLength: 6 }),
		fc.constantFrom(...shapedSecrets.map(([, secret]) => secret)),
		fc.constantFrom(...shapedSecrets.map(([, secret]) => secret.slice(0, 12))),
		fc.constantFrom(
			"API_KEY=",
			"token: ",
			'"secret":"',
			"://a:b@",
			"Bearer ",
			"Basic ",
			"authorization: ",
			"cookie: a=",
		),
		fc.constantFrom(
			'"',
			"'",
			"\\",
			'\\"',
			"\n",
			"\\n",
			" ",
			"=",
			":",
			",",
			";",
			"(",
			".",
			"-",
			"?key=",
			"--password ",
			"%3D",
		),
		fc.constantFrom(
			"-----BEGIN PRIVATE KEY-----",
			"-----END PRIVATE KEY-----",
			"hunter2",
			"password",
			"[redacted:value]",
		),
	);
	const text = fc.array(piece, { maxLength: 16 }).map((pieces) => pieces.join(""));

	it("masking is idempotent and never throws", () => {
		fc.assert(
			fc.property(text, (input) => {
				const once = redactText(input);
				expect(redactText(once)).toBe(once);
			}),
			{ numRuns: 500 },
		);
	});

	it("JSON stays JSON, with the same names", () => {
		fc.assert(
			fc.property(
				fc.dictionary(fc.constantFrom("password", "api_key", "text", "token", "n"), fc.oneof(text, fc.nat())),
				(value) => {
					for (const json of [JSON.stringify(value), JSON.stringify(JSON.stringify(value))]) {
						let masked: unknown = JSON.parse(redactText(json));
						if (typeof masked === "string") masked = JSON.parse(masked);
						expect(Object.keys(masked as object)).toEqual(Object.keys(value));
					}
				},
			),
			{ numRuns: 500 },
		);
	});

	it("never leaves a shaped secret standing by itself", () => {
		const around = fc.constantFrom(" ", "\n", '"', "'", "(", ",", "=", ":", "`", "<", "\\n", "%20");
		fc.assert(
			fc.property(fc.constantFrom(...shapedSecrets), around, around, text, ([, secret], left, right, noise) => {
				const masked = redactText(`${noise}\n${left}${secret}${right}`);
				expect(masked.slice(masked.lastIndexOf("\n"))).not.toContain(secret);
			}),
			{ numRuns: 500 },
		);
	});
});

describe("hostile text", () => {
	const units = [
		"a_key=",
		"a_key='",
		"token:",
		'"token":"',
		'\\"token\\":\\"',
		"token:'x\"y`",
		"password ",
		"--password ",
		"secret: a = ",
		"authorization: digest ",
		"cookie: a=",
		"?key=",
		"://x:",
		"://",
		"-----BEGIN PRIVATE KEY-----",
		"-----BEGIN PRIVATE KEY-----\nAAAAAAAAAAAAAAAAAAAA\n",
		"bearer ",
		"bearer a",
		"a",
		"aKey",
		"sk-",
		"sk-a-",
		"sk-ant-",
		"eyJaaaaaaaa.",
		"SG.aaaaaaaaaaaaaaaa.",
		"\\",
		'"',
		"password=\\",
		"[redacted:value]",
	];

	// Compared with itself, never with a clock: 4 is linear and 16 quadratic; the constant takes the noise of a busy machine.
	it.each(units)("1 MB of %j takes about four times as long as a quarter of it", (unit) => {
		const quarter = unit.repeat(Math.ceil(250_000 / unit.length));
		const whole = quarter.repeat(4);
		const time = (input: string): number => {
			const start = performance.now();
			redactText(input);
			return performance.now() - start;
		};
		time(quarter);
		const small = time(quarter);
		expect((time(whole) + 20) / (small + 20)).toBeLessThan(10);
	});
});
