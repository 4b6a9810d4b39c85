// The complete public surface of @codex/redact.

import { redactText } from "./redact-text.ts";
import { redactWith } from "./redact-value.ts";

// texts
export { redactText };
// values
export { createRedactor, type Redactor } from "./redactor.ts";
export { isSecretName } from "./secret-names.ts";

/**
 * A JSON-like `value` with the secrets in its strings masked, and strings under names that say secret masked whole. Returns
 * the same reference when nothing changed. Cycles and nesting deeper than 64 are replaced; never throws.
 */
export function redactValue<T>(value: T): T {
	return redactWith(value, redactText);
}
