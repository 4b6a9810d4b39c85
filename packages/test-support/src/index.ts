// The complete public surface of @codex/test-support. Only tests import it.

// assertions
export { deepFreeze, findUnfrozen } from "./deep-freeze.ts";
// time
export { createFakeClock, type FakeClock } from "./fake-clock.ts";
export { ev, type ModelEventBuilders } from "./model-events.ts";
export { assertModelGrammar } from "./model-grammar.ts";
// scripted models
export {
	type AnswerStep,
	createModelServer,
	type ModelServer,
	type ModelServerOptions,
	type ModelStep,
	type ModelWire,
	type ReceivedRequest,
	renderedEvents,
	type ScriptEntry,
	type ScriptedCall,
	type ScriptedText,
	type ScriptedUsage,
} from "./model-server.ts";
// the machine
export { requirePrerequisite } from "./prerequisite.ts";
// samples: one of each variant
export {
	eventSample,
	eventSamples,
	execOutcomeSamples,
	sampleSessionId,
	usageSample,
} from "./samples/event-samples.ts";
export {
	execEventSamples,
	execItemSamples,
	execThreadSample,
	failedExecThreadSample,
	numberExecEvents,
} from "./samples/exec-samples.ts";
export { contentPartSamples, itemSamples, userInputSamples } from "./samples/item-samples.ts";
export { modelEventSamples } from "./samples/model-event-samples.ts";
export { opSamples, submissionSample } from "./samples/op-samples.ts";
export { recordingSamples } from "./samples/recording-samples.ts";
export { rolloutSamples, sessionMetaSample } from "./samples/rollout-samples.ts";
export type { Samples } from "./samples/samples.ts";
export {
	createScriptedModelStream,
	type ScriptedModelOptions,
	type ScriptedModelStream,
	type ScriptedResponse,
	type ScriptStep,
} from "./scripted-model-stream.ts";
export {
	createTempDir,
	createTempHome,
	createTempRepo,
	type TempDir,
	type TempHome,
	type TempRepo,
	writeTree,
} from "./temp-dir.ts";
export { assertWellFormed } from "./well-formed.ts";
// a terminal
export {
	createVirtualTerminal,
	type ShownCell,
	type TestInput,
	type TestOutput,
	type VirtualTerminal,
} from "./virtual-terminal.ts";
