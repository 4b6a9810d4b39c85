// Plan and command → the arguments of bubblewrap, with the helper outside for placeholders and inside for Landlock and
// seccomp. Pure. Used where this program may not make namespaces and bubblewrap may.

import type { FileKind } from "../plan/disk.ts";
import type { PlanStep } from "../plan/plan.ts";
import { type HelperCall, landlockCall, placeholdersCall } from "./helper-command.ts";

function bind({ action, path }: PlanStep, kind: FileKind): readonly string[] {
	switch (action) {
		case "pin":
			return ["--bind", path, path];
		case "hide":
			if (kind === "missing") return [];
			return kind === "folder" ? ["--perms", "0000", "--tmpfs", path] : ["--ro-bind", "/dev/null", path];
		case "read-only":
		case "freeze":
		case "absent-dir":
		case "absent-file":
		case "absent-dot":
			return ["--ro-bind", path, path];
	}
}

/** The whole call. Links among the steps are left out (bubblewrap follows them): the gap `protected_links`. */
export function bubblewrapCall(
	call: HelperCall,
	bubblewrap: string,
	kindOf: (path: string) => FileKind,
): readonly string[] {
	const { plan } = call;
	const inner = landlockCall(call, true);
	const frozen = plan.steps.filter(({ action }) => action === "freeze");
	const steps = plan.steps.filter((step) => step.action !== "freeze" && kindOf(step.path) !== "link");
	const view = [
		bubblewrap,
		"--ro-bind",
		"/",
		"/",
		"--dev",
		"/dev",
		"--proc",
		"/proc",
		"--unshare-user-try",
		"--unshare-pid",
		"--unshare-ipc",
		...(plan.network ? [] : ["--unshare-net"]),
		"--die-with-parent",
		...plan.roots.flatMap(({ path }) => ["--bind", path, path]),
		// bubblewrap binds recursively, so what is frozen comes first and its writable parts are bound over it.
		...[...frozen, ...steps].flatMap((step) => bind(step, kindOf(step.path))),
		"--",
	];
	return placeholdersCall({ ...call, command: [...view, ...inner] });
}
