// Subpath `@codex/spec-kit/node`: what the engine needs of a disk, for hosts that run on Node.

// evidence
export {
	type ArchiveManifest,
	type ArchiveOptions,
	type ArchiveReport,
	archiveEvidence,
	type GcOptions,
	type GcReport,
	gcEvidence,
	type ManifestFile,
} from "./archive.ts";
export {
	type EvidenceStats,
	type EvidenceStatsOptions,
	evidenceStats,
	type SpecEvidenceStats,
} from "./evidence-files.ts";
export { createEvidenceStore, type EvidenceStoreOptions } from "./evidence-store.ts";
export { type FileSystem, nodeFileSystem } from "./file-system.ts";
// journals
export { createJournalStore, type JournalStoreOptions } from "./journal-store.ts";
// files
export { createPacketFiles } from "./packet-files.ts";
export type { RepositoryOptions } from "./repository.ts";
// locks
export type { SpecLockOptions } from "./spec-lock.ts";
export { type VerifyOptions, type VerifyResult, verifyEvidence } from "./verify.ts";
