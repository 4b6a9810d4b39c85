import { expect, it } from "vitest";
import { createImageRemover } from "../../src/wire/without-images.ts";
import { aRequest, baseOf, collect, providerFor, serve, user } from "../harness.ts";

const image = { type: "input_image", image_url: "data:image/png;base64,AAAA" } as const;
const seen = { type: "message", role: "user", content: [{ type: "input_text", text: "look" }, image] } as const;
const shown = { type: "function_call_output", call_id: "a", output: [image] } as const;
const call = { type: "function_call", call_id: "a", name: "view_image", arguments: "{}" } as const;

it("puts words where images were and keeps everything else as it is", () => {
	const remove = createImageRemover();
	const plain = user("hello");
	const request = aRequest({ input: [plain, seen, call, shown] });
	const first = remove(request).input;
	expect(first[0]).toBe(plain);
	expect(JSON.stringify(first)).not.toContain("AAAA");
	expect(JSON.stringify(first).match(/cannot see/g)).toHaveLength(2);
	// The same objects again: what was sent before is not made anew.
	expect(remove(request).input[1]).toBe(first[1]);
});

it("sends images only to models that take them", async () => {
	const server = await serve(() => ({ text: "ok" }));
	const provider = providerFor("ollama", baseOf("ollama", server));
	const input = [seen];
	for (const model of ["gpt-oss:20b", "qwen3-vl:8b"]) await collect(provider, aRequest({ model, input }));
	expect(server.requests.map(({ body }) => JSON.stringify(body).includes("AAAA"))).toEqual([false, true]);
});
