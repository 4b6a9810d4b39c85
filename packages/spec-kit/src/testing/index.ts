// Subpath `@codex/spec-kit/testing`: a host in memory, for tests of whoever uses the engine.

export {
	createFakeHost,
	type FakeAnswer,
	type FakeHost,
	type FakeScript,
	fakeSpecId,
	healthyAnswer,
	healthyFiles,
} from "./fake-host.ts";
