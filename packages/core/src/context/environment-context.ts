// What the model is told of its surroundings: one user message at the head of a session, and again only when it changes.

import type { ApprovalPolicy, ConversationItem, MessageItem, SandboxPolicy } from "@codex/protocol";

/** The facts of the environment context. */
export interface EnvironmentFacts {
	readonly cwd: string;
	readonly approvalPolicy: ApprovalPolicy;
	readonly sandboxPolicy: SandboxPolicy;
	/** Writable besides cwd; absolute. */
	readonly additionalRoots: readonly string[];
	readonly shellName: string;
	/** `YYYY-MM-DD` in the user's zone, the day on which the session began. */
	readonly currentDate: string;
	/** IANA zone. */
	readonly timezone: string;
}

const openTag = "<environment_context>";

/** Text that cannot close or open a tag of ours. */
function escapeXml(text: string): string {
	return text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");
}

function networkAccess(policy: SandboxPolicy): string {
	if (policy.mode === "danger-full-access") return "enabled";
	return policy.mode === "workspace-write" && policy.network_access ? "enabled" : "restricted";
}

/** The environment context as a user message. */
export function environmentMessage(facts: EnvironmentFacts): MessageItem {
	const roots = facts.sandboxPolicy.mode === "workspace-write" ? [facts.cwd, ...facts.additionalRoots] : [];
	const lines = [
		openTag,
		`  <cwd>${escapeXml(facts.cwd)}</cwd>`,
		`  <approval_policy>${facts.approvalPolicy}</approval_policy>`,
		`  <sandbox_mode>${facts.sandboxPolicy.mode}</sandbox_mode>`,
		`  <network_access>${networkAccess(facts.sandboxPolicy)}</network_access>`,
		...(roots.length > 0
			? [`  <writable_roots>${roots.map((root) => `<root>${escapeXml(root)}</root>`).join("")}</writable_roots>`]
			: []),
		`  <shell>${escapeXml(facts.shellName)}</shell>`,
		`  <current_date>${facts.currentDate}</current_date>`,
		`  <timezone>${escapeXml(facts.timezone)}</timezone>`,
		"</environment_context>",
	];
	return { type: "message", role: "user", content: [{ type: "input_text", text: lines.join("\n") }] };
}

function environmentText(item: ConversationItem): string | undefined {
	if (item.type !== "message" || item.role !== "user") return undefined;
	const part = item.content[0];
	return part?.type === "input_text" && part.text.startsWith(openTag) ? part.text : undefined;
}

const withoutDate = (text: string): string => text.replace(/<current_date>[^<]*<\/current_date>/, "");

/** Whether `history` already tells these facts; a new day alone does not count as a change. */
export function environmentIsKnown(history: readonly ConversationItem[], message: MessageItem): boolean {
	const wanted = environmentText(message);
	for (let index = history.length - 1; index >= 0; index -= 1) {
		const item = history[index];
		const text = item === undefined ? undefined : environmentText(item);
		if (text !== undefined) return wanted !== undefined && withoutDate(text) === withoutDate(wanted);
	}
	return false;
}

/** The day of `nowMs` in `timezone` as `YYYY-MM-DD`; UTC when the zone is unknown. */
export function dateIn(timezone: string, nowMs: number): string {
	try {
		const parts = new Intl.DateTimeFormat("en-CA", { timeZone: timezone, dateStyle: "short" });
		return parts.format(nowMs);
	} catch {
		// An unknown zone name: the date is advisory.
		return new Date(nowMs).toISOString().slice(0, 10);
	}
}
