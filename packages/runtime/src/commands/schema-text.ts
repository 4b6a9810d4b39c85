// The JSON Schemas of the outside wires and files, as `code schema NAME` prints them.

/** The names of the schemas. */
export type SchemaName = "exec-event" | "config" | "recording" | "command-output";

async function load(name: SchemaName): Promise<unknown> {
	switch (name) {
		case "exec-event":
			return (await import("@codex/protocol/schema/exec-event.json", { with: { type: "json" } })).default;
		case "config":
			return (await import("@codex/protocol/schema/config.json", { with: { type: "json" } })).default;
		case "recording":
			return (await import("@codex/protocol/schema/recording.json", { with: { type: "json" } })).default;
		case "command-output":
			return (await import("@codex/protocol/schema/command-output.json", { with: { type: "json" } })).default;
	}
}

/** Whether there is a schema of that name. */
export function isSchemaName(name: string): name is SchemaName {
	return name === "exec-event" || name === "config" || name === "recording" || name === "command-output";
}

/** The schema as indented JSON, ending in a newline. */
export async function schemaText(name: SchemaName): Promise<string> {
	return `${JSON.stringify(await load(name), undefined, 2)}\n`;
}
