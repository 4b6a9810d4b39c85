import { expect, test } from "vitest";
import type { McpServerSpec } from "../../src/index.ts";
import { offeredTools } from "../../src/tools/server-tool.ts";

const spec: McpServerSpec = { name: "s", disabledTools: [] } as never;

test.each([
	[undefined, { readOnly: false, destructive: true }],
	[{}, { readOnly: false, destructive: true }],
	[{ destructiveHint: true }, { readOnly: false, destructive: true }],
	[{ destructiveHint: false }, { readOnly: false, destructive: false }],
	[{ readOnlyHint: true }, { readOnly: true, destructive: false }],
	[
		{ readOnlyHint: true, destructiveHint: true },
		{ readOnly: true, destructive: false },
	],
])("hole 28: a tool that says nothing of itself may destroy: %j", (annotations, claims) => {
	const tool = { name: "t", inputSchema: { type: "object" }, ...(annotations === undefined ? {} : { annotations }) };
	expect(offeredTools(spec, [tool])[0]?.claims).toEqual(claims);
});
