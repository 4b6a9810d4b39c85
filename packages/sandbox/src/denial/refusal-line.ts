// The helper's own line in a command's output: it says that the command was never started. Carries a tag that the command
// cannot know, so no output can pass for it.

/** Why the helper did not start the command. */
export interface Refusal {
	/** `not_found`: no such program (127). `not_executable` (126). `setup`: the sandbox could not be built. */
	readonly kind: "not_found" | "not_executable" | "setup";
	/** The helper's exit status. */
	readonly status: number;
	/** The step that failed, and on what: `protect /w/.git errno=2`. */
	readonly detail: string;
	/** One sentence without a period. */
	readonly message: string;
}

/** A command's output without the helper's line. */
export interface OutputReading {
	readonly output: string;
	readonly refusal?: Refusal;
}

const stepWords: Readonly<Record<number, string>> = {
	200: "its arguments were not accepted",
	201: "standard input or output is missing",
	202: "the kernel allows no namespaces",
	203: "users could not be mapped",
	204: "the file system could not be made read-only",
	205: "a writable root is gone or cannot be mounted",
	206: "a protected path could not be kept, or changed meanwhile",
	207: "a protected name could not be kept from coming into being",
	208: "a denied file could not be hidden",
	209: "`/dev` could not be made",
	210: "`/proc` could not be mounted",
	211: "the working directory cannot be reached",
	212: "a protected path was not protected in the end",
	213: "Landlock refused",
	214: "privileges could not be dropped",
	215: "the filter of system calls was not accepted",
	216: "a process could not be started",
};

function toRefusal(status: number, detail: string): Refusal {
	const program = /^exec (.*) errno=/.exec(detail)?.[1] ?? "the program";
	if (status === 127) return { kind: "not_found", status, detail, message: `\`${program}\` was not found` };
	if (status === 126) return { kind: "not_executable", status, detail, message: `\`${program}\` may not be executed` };
	const words = stepWords[status] ?? "a step failed";
	return {
		kind: "setup",
		status,
		detail,
		message: `the sandbox could not be set up, so nothing was run: ${words} (${detail})`,
	};
}

/** Finds and removes the line with this tag. An empty tag finds nothing. */
export function readRefusal(output: string, tag: string): OutputReading {
	const mark = `code-sandbox[${tag}] `;
	const at = tag === "" ? -1 : output.indexOf(mark);
	if (at === -1) return { output };
	const end = output.indexOf("\n", at);
	const line = output.slice(at + mark.length, end === -1 ? undefined : end);
	const rest = output.slice(0, at) + (end === -1 ? "" : output.slice(end + 1));
	const status = Number(/^\d+/.exec(line)?.[0] ?? Number.NaN);
	return { output: rest, refusal: toRefusal(status, line.replace(/^\d+ /, "")) };
}
