#!/usr/bin/env node
// The program `local-memory --db FILE`: the server on standard input and output. Reads no environment.

import { parseArgs } from "node:util";
import { createMemoryStore } from "./memory-store.ts";
import { serveMemory } from "./serve.ts";

const { values } = parseArgs({ options: { db: { type: "string" } } });
if (values.db === undefined) {
	process.stderr.write("usage: local-memory --db FILE\n");
	process.exitCode = 2;
} else {
	const store = createMemoryStore({
		file: values.db,
		onSetAside: (kept) => process.stderr.write(`the memory database was damaged; it is kept as ${kept}\n`),
	});
	await serveMemory({ store, input: process.stdin, output: process.stdout, version: "0.1.0" });
}
