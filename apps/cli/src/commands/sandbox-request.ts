// The options of `code sandbox` as a request. Pure.

import type { SandboxRequest } from "@codex/runtime";
import { allValues, hasFlag, lastValue } from "../arguments/read-options.ts";
import type { Invocation } from "../arguments/select-command.ts";
import { configFlags } from "../exec/start-request.ts";

/** Under which policy. */
export function sandboxRequest(invocation: Invocation): SandboxRequest {
	const cwd = lastValue(invocation, "cd");
	const policy = lastValue(invocation, "policy");
	const flags = configFlags(invocation);
	return {
		flags: policy === undefined ? flags : { ...flags, sandboxMode: policy },
		...(cwd === undefined ? {} : { cwd }),
		writable: allValues(invocation, "writable"),
		network: hasFlag(invocation, "network"),
	};
}
