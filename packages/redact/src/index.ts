// The complete public surface of @codex/redact.

// texts
export { redactText } from "./redact-text.ts";
// values
export { redactValue } from "./redact-value.ts";
// with the secrets in use
export { createRedactor, type Redactor, type RedactorOptions } from "./redactor.ts";
// names
export { isSecretName } from "./secret-names.ts";
