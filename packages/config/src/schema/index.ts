// Subpath `@codex/config/schema`: the zod schema of config.toml, for tools that make a JSON Schema of it.

export { type ConfigInput, configSchema, type SchemaIssue, schemaIssues } from "./config-schema.ts";
