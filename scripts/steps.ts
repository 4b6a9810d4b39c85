// Runs commands as named steps: output is kept back while a step goes well and shown whole when it fails.
import { spawn } from "node:child_process";

/** A command with a name to report it by. */
export interface Step {
	readonly name: string;
	readonly command: string;
	readonly args: readonly string[];
}

/** How a step ended. */
export interface StepResult {
	readonly name: string;
	readonly ok: boolean;
	readonly milliseconds: number;
	/** Its stdout and stderr in the order of arrival. */
	readonly output: string;
}

/** Runs one step. Never rejects: a command that cannot be started is a failed step. */
export function runStep({ name, command, args }: Step): Promise<StepResult> {
	const startedAt = performance.now();
	const { promise, resolve } = Promise.withResolvers<StepResult>();
	let output = "";
	const finish = (ok: boolean): void => {
		resolve({ name, ok, milliseconds: Math.round(performance.now() - startedAt), output });
	};
	const child = spawn(command, args, {
		stdio: ["ignore", "pipe", "pipe"],
		env: { ...process.env, TURBO_TELEMETRY_DISABLED: "1", NO_COLOR: "1" },
	});
	const collect = (chunk: string): void => {
		output += chunk;
	};
	child.stdout.setEncoding("utf8").on("data", collect);
	child.stderr.setEncoding("utf8").on("data", collect);
	child.on("error", (error) => {
		output += `${command} could not be started: ${error.message}\n`;
		finish(false);
	});
	child.on("close", (code) => finish(code === 0));
	return promise;
}

function report({ name, ok, milliseconds, output }: StepResult): void {
	console.log(`${ok ? "ok    " : "FAILED"} ${name} (${(milliseconds / 1000).toFixed(1)} s)`);
	if (!ok) console.log(output.trimEnd());
}

/** Runs the steps, at most `width` at a time in their order, reports each, and returns the names of those that failed. */
export async function runSteps(steps: readonly Step[], width: number): Promise<readonly string[]> {
	const queue = [...steps];
	const failed: string[] = [];
	const worker = async (): Promise<void> => {
		for (let step = queue.shift(); step !== undefined; step = queue.shift()) {
			const result = await runStep(step);
			report(result);
			if (!result.ok) failed.push(result.name);
		}
	};
	await Promise.all(Array.from({ length: width }, worker));
	return failed;
}
