// Asks bash itself what a script is: whether it parses, and which commands it runs. Nothing of a script can be found or
// harm anything: PATH leads nowhere, the folder is empty, and every unknown command is only written down.

import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

const bash = "/bin/bash";

/** Whether bash reads the script without a complaint. */
export function doesBashAccept(script: string): boolean {
	const { status, stderr } = spawnSync(bash, ["--norc", "--noprofile", "-n", "-c", script], {
		env: {},
		encoding: "utf8",
	});
	return status === 0 && stderr === "";
}

/** Where bash is of a version that knows all that the tests write. */
export function hasBash(): boolean {
	const { status, stdout } = spawnSync(bash, ["--version"], { encoding: "utf8" });
	return status === 0 && / version [5-9]\./.test(stdout);
}

// A file for each process, since several may write at once.
const recorder = `
command_not_found_handle() {
	printf '%s\\0' "$#" "$@" >> "$RECORD/$BASHPID"
	return $RESULT
}
set -f
RECORD=$1 RESULT=$2 FUNCNEST=5
eval "$3"
`;

/** The commands that bash runs in a script, as it runs them, every unknown one with this result; undefined when it takes longer than a second. */
export function runWithBash(script: string, result: 0 | 1): readonly (readonly string[])[] | undefined {
	const folder = mkdtempSync(join(tmpdir(), "code-exec-policy-"));
	try {
		const record = join(folder, "record");
		mkdirSync(record);
		const { error } = spawnSync(
			bash,
			["--norc", "--noprofile", "-c", recorder, "bash", record, String(result), script],
			{
				cwd: folder,
				env: { PATH: "/nowhere", x: "1", y: "" },
				timeout: 1000,
				killSignal: "SIGKILL",
				stdio: "ignore",
			},
		);
		return error === undefined ? readRecord(record) : undefined;
	} finally {
		rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
	}
}

/** Each command is written as the number of its words and then the words. */
function readRecord(folder: string): readonly (readonly string[])[] {
	const commands: (readonly string[])[] = [];
	for (const file of readdirSync(folder)) {
		const fields = readFileSync(join(folder, file), "utf8").split("\0");
		// A process of a substitution may outlive bash and still be about to write; what is whole counts.
		for (let at = 0; at + Number(fields[at]) + 1 < fields.length; at += Number(fields[at]) + 1) {
			commands.push(fields.slice(at + 1, at + 1 + Number(fields[at])));
		}
	}
	return commands;
}
