// Lets the model see an image file. The image itself follows the outputs of the round, because not every vendor takes
// images inside tool outputs.

import type { JsonValue } from "@codex/protocol";
import { readArguments } from "../arguments.ts";
import type { ToolContext, ToolResult } from "../tool.ts";
import { failed, runFramed } from "../tool-call.ts";
import { viewImageArgsSchema } from "./args-schema.ts";
import { loadImage } from "./load-image.ts";

/** Runs one view_image call; see {@link Tool.run}. */
export async function runViewImage(args: JsonValue, context: ToolContext): Promise<ToolResult> {
	return await runFramed({ tool: "view_image", args }, context, async () => {
		const read = readArguments(viewImageArgsSchema, args, { renamed: { file_path: "path" }, textArgument: "path" });
		if (read.kind === "error") return failed(read.message);
		if (!context.model.supportsImages) return failed(`the model \`${context.model.id}\` takes no images`);
		const hides = await context.files.denied();
		const image = await loadImage(read.args.path, context.cwd, hides);
		if (image.kind === "error") return failed(image.message);
		return { output: "attached local image path", status: "ok", attach: [image.part] };
	});
}
