// The process groups that this process has started and that may still live, so that none outlives it. The one place that
// sends signals.

const liveGroups = new Set<number>();

/** Kills every process of the group at once (SIGKILL). Nothing happens when none is left. */
export function killGroup(groupId: number): void {
	signalGroup(groupId, "SIGKILL");
}

/** Whether the group still has a process that can be signalled. */
export function groupExists(groupId: number): boolean {
	return signalGroup(groupId, 0);
}

function signalGroup(groupId: number, signal: NodeJS.Signals | 0): boolean {
	try {
		process.kill(-groupId, signal);
		return true;
	} catch {
		// ESRCH: all are gone. EPERM: what is left belongs to somebody else, for example after sudo.
		return false;
	}
}

/**
 * Remembers a group until the returned function is called (any number of times). While any group is remembered, the end
 * of this process kills it, unless this process is itself killed by a signal that it does not handle.
 */
export function trackGroup(groupId: number): () => void {
	if (liveGroups.size === 0) process.on("exit", killAllGroups);
	liveGroups.add(groupId);
	return () => {
		if (liveGroups.delete(groupId) && liveGroups.size === 0) process.off("exit", killAllGroups);
	};
}

/** Kills every remembered group, for a front end that is about to die by a signal. Synchronous; never throws. */
export function killAllGroups(): void {
	for (const groupId of liveGroups) killGroup(groupId);
}
