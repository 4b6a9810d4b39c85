// The presets that an editor shows as modes, and the same with the effort as options. Pure.

import type { SessionConfigOption, SessionModeState } from "@agentclientprotocol/sdk";
import type { ApprovalPolicy, ReasoningEffort, SandboxMode } from "@codex/protocol";
import type { ChosenSettings } from "./port.ts";

/** A preset of the approval policy and the sandbox. */
export interface ModePreset {
	readonly id: string;
	readonly name: string;
	readonly description: string;
	readonly approvalPolicy: ApprovalPolicy;
	readonly sandboxMode: SandboxMode;
}

/** In the order of the editor's menu, the most careful first. */
export const modePresets: readonly ModePreset[] = [
	{
		id: "read-only",
		name: "Read only",
		description: "Reads and runs confined commands that change nothing; asks before anything else",
		approvalPolicy: "on-request",
		sandboxMode: "read-only",
	},
	{
		id: "ask",
		name: "Ask",
		description: "Asks before every patch and every command that is not known to be harmless",
		approvalPolicy: "untrusted",
		sandboxMode: "workspace-write",
	},
	{
		id: "auto",
		name: "Auto",
		description: "Edits files and runs commands confined to the folder; asks before leaving it",
		approvalPolicy: "on-request",
		sandboxMode: "workspace-write",
	},
	{
		id: "full-access",
		name: "Full access",
		description: "Runs everything without a sandbox and without asking",
		approvalPolicy: "never",
		sandboxMode: "danger-full-access",
	},
];

// The mode of a session whose configuration is none of the presets.
const configuredMode = "configured";
// The effort that the configuration says.
const configuredEffort = "configured";

const efforts: readonly ReasoningEffort[] = ["minimal", "low", "medium", "high", "xhigh"];

/** What a session is set to. */
export interface SessionState {
	/** Of a preset, or `configured`. */
	readonly modeId: string;
	/** Of {@link ReasoningEffort}, or `configured`. */
	readonly effortId: string;
	/** What the configuration alone came to, when that is no preset. */
	readonly configured: string | undefined;
}

/** The state of a session that starts as configured. */
export function initialState(policy: {
	readonly approvalPolicy: ApprovalPolicy;
	readonly sandboxMode: SandboxMode;
}): SessionState {
	const preset = modePresets.find(
		({ approvalPolicy, sandboxMode }) => approvalPolicy === policy.approvalPolicy && sandboxMode === policy.sandboxMode,
	);
	const effortId = configuredEffort;
	if (preset !== undefined) return { modeId: preset.id, effortId, configured: undefined };
	return { modeId: configuredMode, effortId, configured: `${policy.sandboxMode}, approvals ${policy.approvalPolicy}` };
}

interface Choice {
	readonly id: string;
	readonly name: string;
	readonly description: string;
}

function modeChoices({ configured }: SessionState): readonly Choice[] {
	const presets = modePresets.map(({ id, name, description }) => ({ id, name, description }));
	if (configured === undefined) return presets;
	return [
		{ id: configuredMode, name: "As configured", description: `The configuration's own: ${configured}` },
		...presets,
	];
}

/** As the protocol tells modes. */
export function modeState(state: SessionState): SessionModeState {
	return { currentModeId: state.modeId, availableModes: [...modeChoices(state)] };
}

/** As the protocol tells options. */
export function configOptions(state: SessionState): SessionConfigOption[] {
	return [
		{
			type: "select",
			id: "mode",
			name: "Mode",
			category: "mode",
			currentValue: state.modeId,
			options: modeChoices(state).map(({ id, name, description }) => ({ value: id, name, description })),
		},
		{
			type: "select",
			id: "effort",
			name: "Reasoning effort",
			category: "thought_level",
			currentValue: state.effortId,
			options: [
				{ value: configuredEffort, name: "As configured" },
				...efforts.map((effort) => ({ value: effort, name: effort })),
			],
		},
	];
}

/** The state after a choice; `undefined` when there is no such option or value. */
export function withChoice(state: SessionState, optionId: string, value: unknown): SessionState | undefined {
	if (typeof value !== "string") return undefined;
	if (optionId === "mode") {
		return modeChoices(state).some(({ id }) => id === value) ? { ...state, modeId: value } : undefined;
	}
	if (optionId !== "effort") return undefined;
	const known = value === configuredEffort || efforts.some((effort) => effort === value);
	return known ? { ...state, effortId: value } : undefined;
}

/** What a session is started with. */
export function chosenSettings({ modeId, effortId }: SessionState): ChosenSettings {
	const preset = modePresets.find(({ id }) => id === modeId);
	const effort = efforts.find((each) => each === effortId);
	return {
		...(preset === undefined ? {} : { approvalPolicy: preset.approvalPolicy, sandboxMode: preset.sandboxMode }),
		...(effort === undefined ? {} : { effort }),
	};
}
