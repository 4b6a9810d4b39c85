// The floor: the least a Node client can do for the same work. Global fetch, no SDK; the same request body (a template
// taken from a real run), the same spawns, history sent again each round.
// usage: node floor.ts BASE_URL TEMPLATE.json, for the Responses wire; node floor.ts URL TEMPLATE.json once, for one answer
// of any wire

import { spawn } from "node:child_process";
import { readFileSync } from "node:fs";

const [baseUrl = "", template = "", once] = process.argv.slice(2);
const body = JSON.parse(readFileSync(template, "utf8"));
const decoder = new TextDecoder();

function run(command: string[]): Promise<string> {
	return new Promise((resolve) => {
		const child = spawn(command[0] ?? "true", command.slice(1), { detached: true, stdio: ["ignore", "pipe", "pipe"] });
		let output = "";
		child.stdout.on("data", (chunk: Buffer) => (output += chunk.toString("utf8")));
		child.stderr.on("data", (chunk: Buffer) => (output += chunk.toString("utf8")));
		child.on("close", (code) => resolve(`Exit code: ${code}\nOutput:\n${output}`));
	});
}

/** One answer of any wire: every line that holds JSON is parsed, nothing more is made of it. */
async function readOnce(): Promise<void> {
	const response = await fetch(baseUrl, {
		method: "POST",
		headers: { "content-type": "application/json", authorization: "Bearer x" },
		body: JSON.stringify(body),
	});
	let pending = "";
	let last: unknown;
	for await (const chunk of response.body ?? []) {
		pending += decoder.decode(chunk, { stream: true });
		const lines = pending.split("\n");
		pending = lines.pop() ?? "";
		for (const line of lines) if (line.includes("{")) last = JSON.parse(line.slice(line.indexOf("{")));
	}
	process.stdout.write(`${JSON.stringify(last)?.slice(0, 100)}\n`);
}

if (once === "once") {
	await readOnce();
	process.exit(0);
}

for (;;) {
	const response = await fetch(`${baseUrl}/responses`, {
		method: "POST",
		headers: { "content-type": "application/json", authorization: "Bearer x" },
		body: JSON.stringify(body),
	});
	let pending = "";
	let text = "";
	const calls: { name: string; arguments: string; call_id: string }[] = [];
	for await (const chunk of response.body ?? []) {
		pending += decoder.decode(chunk, { stream: true });
		let end = pending.indexOf("\n\n");
		let start = 0;
		while (end >= 0) {
			const data = pending.indexOf("data: ", start);
			const event = JSON.parse(pending.slice(data + 6, end));
			if (event.type === "response.output_text.delta") text += event.delta;
			if (event.type === "response.output_item.done") {
				body.input.push(event.item);
				if (event.item.type === "function_call") calls.push(event.item);
				else text = event.item.content[0].text;
			}
			start = end + 2;
			end = pending.indexOf("\n\n", start);
		}
		pending = pending.slice(start);
	}
	if (calls.length === 0) {
		process.stdout.write(`${text.slice(0, 100)}\n`);
		break;
	}
	const outputs = await Promise.all(calls.map((call) => run(JSON.parse(call.arguments).command)));
	for (const [index, call] of calls.entries()) {
		body.input.push({ type: "function_call_output", call_id: call.call_id, output: outputs[index] });
	}
}
