// The complete public surface of @codex/providers.

// providers
export { createProvider } from "./create-provider.ts";
// models
export { modelInfo, pricedModels } from "./model-table.ts";
// structured output
export { createOutputValidator, type OutputValidator } from "./output-validator.ts";
export type { Provider, ProviderContext, ProviderSettings } from "./provider.ts";
// errors
export { ProvidersError, type ProvidersErrorCode } from "./providers-error.ts";
// record and replay
export type { FingerprintOptions } from "./replay/fingerprint.ts";
export { createNormaliser, type Normaliser, type NormaliserOptions, normalisationNames } from "./replay/normalise.ts";
export { createReplayProvider, type ReplayProvider } from "./replay/play.ts";
export { type ReadRecordingResult, readRecording } from "./replay/read-recording.ts";
export {
	createRecordingProvider,
	type RecordingOptions,
	type RecordingProvider,
	type RecordingRun,
	recordingLineText,
} from "./replay/record.ts";
export type { RecordedRound, Recording } from "./replay/recording.ts";
