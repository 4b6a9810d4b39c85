// A process that writes evidence, started by tests: `node writer-process.ts <root> <writer> <count>`, or `hold <root>` to
// take the lock and never let go.

import { writeSync } from "node:fs";
import { createEvidenceStore } from "../../src/node/evidence-store.ts";
import { Repository } from "../../src/node/repository.ts";
import { withSpecLock } from "../../src/node/spec-lock.ts";

const [first = "", second = "", count = "0"] = process.argv.slice(2);

if (first === "hold") {
	const place = { evidenceDir: "evidence", specId: "SPEC-KIT-001" };
	await withSpecLock(new Repository({ root: second }), place, () => {
		writeSync(1, "held\n");
		return new Promise(() => setInterval(() => undefined, 1000));
	});
} else {
	const store = createEvidenceStore({ root: first, evidenceDir: "evidence", lockTimeoutMs: 30_000 });
	for (let index = 0; index < Number(count); index += 1) {
		const content = { writer: second, index, text: "x".repeat(2000) };
		const record = { specId: "SPEC-KIT-001", runId: `run-${second}`, category: "consensus", kind: "artifact" } as const;
		writeSync(1, `${await store.write({ ...record, stage: "plan", agent: "claude", content })}\n`);
	}
}
