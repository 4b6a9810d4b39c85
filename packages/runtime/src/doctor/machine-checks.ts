// Checks of the machine: Node, the home folder, programs, the log, the disk.

import { accessSync, constants, existsSync, type Stats, statfsSync, statSync } from "node:fs";
import path from "node:path";
import type { DoctorCheck } from "@codex/protocol";
import { findProgram } from "../find-program.ts";
import { type DoctorSubject, failed, ok, warning } from "./finding.ts";

// 24: what the bundle is built for.
const minNodeMajor = 24;
// 100 MiB: below that a long session's file may not fit.
const minFreeBytes = 100 * 1024 * 1024;
const mebibyte = 1024 * 1024;

/** The version of Node. */
export function checkNode(): readonly DoctorCheck[] {
	const { node } = process.versions;
	const isNew = Number(node.split(".")[0]) >= minNodeMajor;
	return [
		isNew
			? ok("node", `Node ${node}`)
			: failed("node", `Node ${node} is too old`, `install Node ${minNodeMajor} or newer`),
	];
}

function isWritable(file: string): boolean {
	try {
		accessSync(file, constants.W_OK);
		return true;
	} catch {
		// Whatever the reason: it cannot be written by us.
		return false;
	}
}

const modeText = (stat: Stats): string => (stat.mode & 0o777).toString(8);

/** The home folder: there, ours alone, writable. */
export function checkHome({ context }: DoctorSubject): readonly DoctorCheck[] {
	const { home } = context.paths;
	const stat = statSync(home, { throwIfNoEntry: false });
	if (stat === undefined) return [ok("home", `${home} does not exist yet; it is made when it is needed`)];
	if (!isWritable(home)) {
		return [failed("home", `${home} cannot be written`, "change its owner, or set `CODE_HOME` to another folder")];
	}
	if ((stat.mode & 0o077) !== 0) {
		return [warning("home", `${home} is open to other users (mode ${modeText(stat)})`, `run \`chmod 700 ${home}\``)];
	}
	return [ok("home", `${home}, mode ${modeText(stat)}`)];
}

const programs = [
	{ program: "git", install: "git", without: "repositories are recognised, but commands of the model cannot use git" },
	{ program: "bash", install: "bash", without: "scripts run in `sh`" },
	{ program: "rg", install: "ripgrep", without: "file searches use git or grep, which is slower" },
] as const;

/** Programs that the tools use. */
export function checkPrograms({ context }: DoctorSubject): readonly DoctorCheck[] {
	const searchPath = context.environment.env["PATH"];
	return programs.map(({ program, install, without }) => {
		const found = findProgram(program, searchPath);
		if (found !== undefined) return ok(program, found);
		return warning(program, `there is no ${program} on PATH: ${without}`, `install ${install}`);
	});
}

/** The log file. */
export function checkLog({ context }: DoctorSubject): readonly DoctorCheck[] {
	const { logFile } = context.paths;
	const problems = context.log.problems.map((problem) =>
		warning("log", problem, "set CODE_LOG to a level such as `info`, or `warn,core=debug`"),
	);
	if (problems.length > 0) return problems;
	const stat = statSync(logFile, { throwIfNoEntry: false });
	if (stat === undefined) return [ok("log", `${logFile} does not exist yet`)];
	if (!stat.isFile() || !isWritable(logFile)) {
		return [warning("log", `${logFile} cannot be written`, "move it away: nothing is logged until then")];
	}
	return [ok("log", `${logFile}, ${(stat.size / mebibyte).toFixed(1)} MiB, mode ${modeText(stat)}`)];
}

/** Room on the disk of the home. */
export function checkDisk({ context }: DoctorSubject): readonly DoctorCheck[] {
	let folder = context.paths.home;
	while (!existsSync(folder) && path.dirname(folder) !== folder) folder = path.dirname(folder);
	const { bavail, bsize } = statfsSync(folder);
	const freeBytes = bavail * bsize;
	const detail = `${Math.floor(freeBytes / mebibyte)} MiB are free for ${folder}`;
	if (freeBytes < minFreeBytes) return [warning("disk", detail, "free some space: sessions are kept there")];
	return [ok("disk", detail)];
}
