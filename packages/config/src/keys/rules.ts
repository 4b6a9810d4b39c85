// Conditions that span the keys of one table. They are judged once, on what all layers make together.

import { builtInProviders } from "../provider/built-in.ts";
import type { TomlTable } from "../tree/tree.ts";
import type { RuleProblem } from "./shape.ts";

const stdioOnly = ["args", "env", "env_vars", "cwd"];
const httpOnly = ["bearer_token_env_var", "http_headers", "env_http_headers", "oauth", "oauth_resource", "scopes"];

// The program's own memory is a server without being configured; a table of this name may set its other keys alone.
const builtInServer = "local-memory";

/** An MCP server is either a program or an address, with the keys of its kind, and never holds a token. */
export function mcpServerRule(server: TomlTable, id: string): readonly RuleProblem[] {
	const problems: RuleProblem[] = [];
	const isStdio = server["command"] !== undefined;
	const isHttp = server["url"] !== undefined;
	if (isStdio && isHttp) {
		problems.push({ key: "url", message: "`command` and `url` exclude each other", hint: "remove one of the two" });
	}
	if (!isStdio && !isHttp && id !== builtInServer) {
		problems.push({
			message: "the server has neither `command` nor `url`",
			hint: "add one of the two or remove the table",
		});
	}
	if (server["bearer_token"] !== undefined) {
		const hint = "put the token into an environment variable and name it in `bearer_token_env_var`";
		problems.push({ key: "bearer_token", message: "a token does not belong into a configuration file", hint });
	}
	if (isStdio === isHttp) return problems;
	for (const key of isStdio ? httpOnly : stdioOnly) {
		if (server[key] === undefined) continue;
		const kind = isStdio ? "a server with `command`" : "a server with `url`";
		problems.push({ key, message: `\`${key}\` means nothing for ${kind}`, hint: "remove the line" });
	}
	return problems;
}

/** A pattern must be a regular expression. */
export function confirmPatternRule(pattern: TomlTable): readonly RuleProblem[] {
	const regex = pattern["regex"];
	if (typeof regex !== "string") return [];
	try {
		new RegExp(regex, "u");
		return [];
	} catch (error) {
		const reason = error instanceof Error ? error.message.replace(/^Invalid regular expression: /, "") : String(error);
		return [{ key: "regex", message: `not a regular expression: ${reason}`, hint: "correct it or remove the pattern" }];
	}
}

/** A provider needs an address unless it is built in; a built-in one keeps its name and its wire. */
export function modelProviderRule(provider: TomlTable, id: string): readonly RuleProblem[] {
	const builtIn = builtInProviders.get(id);
	const wire = provider["wire_api"];
	if (builtIn === undefined) {
		if (provider["base_url"] !== undefined) return [];
		return [{ message: "the provider has no `base_url`", hint: 'add one, for example base_url = "https://host/v1"' }];
	}
	const problems: RuleProblem[] = [];
	if (typeof wire === "string" && !builtIn.wires.some((known) => known === wire)) {
		const message = `\`${id}\` is built in and does not speak \`${wire}\``;
		problems.push({ key: "wire_api", message, hint: "remove the line or give your provider another id" });
	}
	if (provider["name"] !== undefined) {
		const message = `\`${id}\` is built in and keeps its name`;
		problems.push({ key: "name", message, hint: "remove the line or give your provider another id", warning: true });
	}
	return problems;
}
