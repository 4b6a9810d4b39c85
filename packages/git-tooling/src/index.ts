// The public surface: every name that leaves the package, one by one.

export { GitToolingError, type GitToolingErrorCode } from "./git-tooling-error.ts";
export type { GitEnvironment } from "./process/hardening.ts";
export { type OpenedRepository, openRepository } from "./repository/open-repository.ts";
export type { GitOptions, Repository } from "./repository/repository.ts";
