import { expect, test } from "vitest";
import {
	chosenSettings,
	configOptions,
	initialState,
	modePresets,
	modeState,
	withChoice,
} from "../src/session-settings.ts";

test("a configuration that is a preset is that mode; another is a mode of its own", () => {
	for (const preset of modePresets) expect(initialState(preset)).toMatchObject({ modeId: preset.id });
	const own = initialState({ approvalPolicy: "on-failure", sandboxMode: "read-only" });
	expect(modeState(own)).toMatchObject({ currentModeId: "configured" });
	expect(modeState(own).availableModes).toHaveLength(modePresets.length + 1);
	expect(chosenSettings(own)).toEqual({});
	expect(configOptions(own)).toHaveLength(2);
});

test("choices are of what there is", () => {
	const [preset] = modePresets;
	if (preset === undefined) throw new Error("no presets");
	const state = initialState(preset);
	expect(withChoice(state, "mode", "configured")).toBeUndefined();
	expect(withChoice(state, "mode", true)).toBeUndefined();
	expect(withChoice(state, "model", "x")).toBeUndefined();
	expect(withChoice(state, "effort", "huge")).toBeUndefined();
	const low = withChoice(state, "effort", "low");
	expect(low === undefined ? undefined : chosenSettings(low)).toMatchObject({ effort: "low" });
	expect(withChoice(state, "effort", "configured")).toEqual(state);
});
