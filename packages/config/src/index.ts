// The complete public surface of @codex/config. The zod schema of config.toml is at @codex/config/schema.

// loading
export { type ConfigProblem, formatProblem } from "./check/problem.ts";
export type { Config } from "./config.ts";
export type {
	AgentConfig,
	AllowedCommand,
	BrowserConfig,
	ConfirmPattern,
	GithubConfig,
	HistoryConfig,
	McpApprovalMode,
	McpServerConfig,
	McpToolConfig,
	ModelPrice,
	ModelProviderConfig,
	ProjectCommand,
	ProjectConfig,
	ProjectHook,
	SandboxWorkspaceWriteConfig,
	SessionsConfig,
	ShellEnvironmentPolicyConfig,
	SpeckitAgentConfig,
	SpeckitConfig,
	SpeckitHalConfig,
	SubagentCommand,
	TextMap,
	ToolsConfig,
	TuiConfig,
	TuiStreamConfig,
	TuiThemeConfig,
	ValidationConfig,
	WireApi,
} from "./config-sections.ts";
export { ConfigError, type ConfigErrorCode } from "./errors.ts";
// explaining
export {
	type ExplainedValue,
	type Explanation,
	explainAll,
	explainKey,
	type ValueExplanation,
} from "./explain/explain.ts";
// files
export { type ConfigChange, type ConfigEdit, editConfig } from "./files/edit-config.ts";
export { type FileLockOptions, withFileLock } from "./files/file-lock.ts";
export { readTextFile, type TextFileReading } from "./files/text-file.ts";
export { writeFileAtomic } from "./files/write-file-atomic.ts";
// surroundings and paths
export { readEnvironment } from "./home/environment.ts";
export { ensureHome, type Paths, type PathsResult, pathForReading, resolvePaths } from "./home/paths.ts";
export type { DotenvReport, Environment } from "./home/surroundings.ts";
export type { ConfigFlags } from "./layers/flags.ts";
export { formatPlace, type Layer, type LayerName, type Origin, type Place } from "./layers/layer.ts";
export { type ConfigResult, type LoadedConfig, loadConfig } from "./load-config.ts";
// policies
export { childEnvironment } from "./policy/child-environment.ts";
export {
	resolveApprovalPolicy,
	resolveSandboxPolicy,
} from "./policy/policies.ts";
// models and keys
export { type SelectProviderOptions, selectProvider } from "./provider/select-provider.ts";
export type { ProviderSelection, SelectedProvider } from "./provider/selection.ts";
export type { KeyPath, TomlTable, TomlValue } from "./tree/tree.ts";
// trust
export type { FileChange } from "./trust/changes.ts";
export {
	type ChangedProject,
	formatProjectLayer,
	type IgnoredProject,
	type LoadedProject,
	type ProjectLayer,
	type UntrustedProject,
} from "./trust/project-report.ts";
export { findRepository, governedFiles, governedFolders, settingsFolders } from "./trust/repository.ts";
export type { Snapshot, SnapshotFile } from "./trust/snapshot.ts";
export { trustedFolders, trustFolder, trustState, untrustFolder } from "./trust/trust.ts";
export type {
	TrustedFolder,
	TrustOptions,
	TrustPaths,
	TrustResult,
	TrustState,
	UntrustResult,
} from "./trust/trust-state.ts";
export { visibleText } from "./trust/visible-text.ts";
