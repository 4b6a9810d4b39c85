// From the JSON object `config` of a call to `key=value` texts with TOML values. Pure.

// A JSON text is TOML too, except for the character that TOML wants escaped and JSON does not.
const tomlText = (text: string): string => JSON.stringify(text).replaceAll("\u007f", "\\u007f");

function tomlValue(value: unknown): string | undefined {
	if (typeof value === "string") return tomlText(value);
	if (typeof value === "boolean") return String(value);
	if (typeof value === "number") return Number.isFinite(value) ? String(value) : undefined;
	if (Array.isArray(value)) {
		const parts = value.map(tomlValue);
		return parts.includes(undefined) ? undefined : `[${parts.join(", ")}]`;
	}
	if (typeof value !== "object" || value === null) return undefined;
	const parts = Object.entries(value).map(([key, member]) => {
		const text = tomlValue(member);
		return text === undefined ? undefined : `${tomlText(key)} = ${text}`;
	});
	return parts.includes(undefined) ? undefined : `{ ${parts.join(", ")} }`;
}

/** The texts; a key whose value TOML cannot hold (`null`) is an error. */
export function configOverrides(
	config: Readonly<Record<string, unknown>>,
):
	| { readonly kind: "ok"; readonly overrides: readonly string[] }
	| { readonly kind: "error"; readonly message: string } {
	const overrides: string[] = [];
	for (const [key, value] of Object.entries(config)) {
		const text = tomlValue(value);
		if (text === undefined || key.includes("=")) {
			return { kind: "error", message: `config: ${JSON.stringify(key.slice(0, 80))} cannot be a setting` };
		}
		overrides.push(`${key}=${text}`);
	}
	return { kind: "ok", overrides };
}
