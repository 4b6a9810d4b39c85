// The check of saved sessions: how much there is, and whether it comes near the caps of `code gc`.

import type { DoctorCheck } from "@codex/protocol";
import { measureSessions } from "../commands/collect-sessions.ts";
import { type DoctorSubject, ok, warning } from "./finding.ts";

const mebibyte = 1024 * 1024;
// Nine tenths: time to look before `code gc` would delete.
const nearCap = 0.9;

/** Number and size of the saved sessions. */
export async function checkSessions({ context, loaded }: DoctorSubject): Promise<readonly DoctorCheck[]> {
	const sessions = await measureSessions(context);
	const mib = sessions.reduce((sum, { bytes }) => sum + bytes, 0) / mebibyte;
	const { max_age_days: days, max_total_mib: cap } = loaded.config.sessions;
	const size = `${sessions.length} sessions, ${mib.toFixed(1)} MiB`;
	const hint = "`code gc --dry-run` says what would go; the caps are in the config table `sessions`";
	if (cap > 0 && mib > cap * nearCap) return [warning("sessions", `${size}: the cap is ${cap} MiB`, hint)];
	const old = sessions.filter(({ ageDays }) => days > 0 && ageDays > days).length;
	if (old > 0) return [warning("sessions", `${size}: ${old} are older than ${days} days`, hint)];
	return [ok("sessions", size)];
}
