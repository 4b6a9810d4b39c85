// Remembers how to take back what was done on disk. An action is noted before its step, and works whether the step
// happened, failed, or happened and was reported as failed.

/** One action that takes back a step, or clears up after it. It may run twice. */
export interface LoggedAction {
	/** What is left on disk when it cannot be done, for the message. */
	readonly leaves: string;
	run(): Promise<void>;
}

/**
 * Runs the actions in order, and those that failed once more after the others.
 *
 * @returns what could not be done; never rejects
 */
export async function runAll(actions: readonly LoggedAction[]): Promise<readonly string[]> {
	const failed = await attempt(actions);
	return (await attempt(failed)).map(({ leaves }) => leaves);
}

async function attempt(actions: readonly LoggedAction[]): Promise<readonly LoggedAction[]> {
	const failed: LoggedAction[] = [];
	for (const action of actions) {
		try {
			await action.run();
		} catch {
			// Reported by name: what is left on disk matters more than why.
			failed.push(action);
		}
	}
	return failed;
}
