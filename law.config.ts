// The import law as data: one row for each package, and the sentences that hold across packages. The rules that
// dependency-cruiser runs are made from this file alone (scripts/law/rules.ts); docs/architecture.md explains it.
// A row for a package that does not exist yet is the plan: adding its folder is enough.

/** Which `node:*` modules a package may import: none, all, only some modules, or all but only in some source paths. */
export type NodeAccess =
	| "none"
	| "all"
	| { readonly modules: readonly string[] }
	| { readonly paths: readonly string[] };

/** A third-party package that a workspace package may import, optionally only in some source paths. */
export interface ThirdParty {
	readonly name: string;
	/** Regular expressions on the path below `src/`; absent means everywhere in the package. */
	readonly paths?: readonly string[];
}

/** One row of the table. */
export interface LawRow {
	/** Folder from the workspace root. */
	readonly folder: string;
	/** Folders of the workspace packages that its sources may import. */
	readonly workspace: readonly string[];
	/** Folders of which its sources may import types only. */
	readonly typesOnly?: readonly string[];
	/** Folders that its sources may import only by `import()`, so that they load when used; types are free. */
	readonly onDemand?: readonly string[];
	readonly thirdParty: readonly ThirdParty[];
	readonly node: NodeAccess;
}

/** A third-party package that only some places of the whole workspace may import. */
export interface Confinement {
	/** Name of the rule. */
	readonly rule: string;
	/** Regular expression on the package name. */
	readonly packages: string;
	/** Regular expressions on paths from the workspace root. */
	readonly onlyIn: readonly string[];
	/** The sentence shown to who breaks it. */
	readonly because: string;
}

const everywhere = (...names: readonly string[]): readonly ThirdParty[] => names.map((name) => ({ name }));

const engines = [
	"packages/protocol",
	"packages/redact",
	"packages/resilience",
	"packages/config",
	"packages/providers",
	"packages/apply-patch",
	"packages/exec-policy",
	"packages/sandbox",
	"packages/file-search",
	"packages/git-tooling",
	"packages/login",
	"packages/mcp-client",
	"packages/local-memory",
	"packages/browser",
	"packages/core",
	"packages/spec-kit",
];

/** The table: who may import whom. */
export const lawRows: readonly LawRow[] = [
	{ folder: "packages/protocol", workspace: [], thirdParty: [{ name: "zod", paths: ["schema/"] }], node: "none" },
	{ folder: "packages/redact", workspace: [], thirdParty: [], node: "none" },
	{
		folder: "packages/resilience",
		workspace: ["packages/protocol"],
		thirdParty: everywhere("cockatiel"),
		node: { modules: ["timers", "timers/promises"] },
	},
	{ folder: "packages/apply-patch", workspace: [], thirdParty: [], node: { paths: ["apply"] } },
	{
		folder: "packages/exec-policy",
		workspace: ["packages/protocol"],
		thirdParty: everywhere("web-tree-sitter", "unbash"),
		node: "none",
	},
	{
		folder: "packages/config",
		workspace: ["packages/protocol"],
		thirdParty: everywhere("zod", "smol-toml", "proper-lockfile"),
		node: "all",
	},
	{
		folder: "packages/providers",
		workspace: ["packages/protocol", "packages/resilience", "packages/redact"],
		thirdParty: everywhere("openai", "@anthropic-ai/sdk", "@google/genai", "zod", "ajv", "eventsource-parser"),
		node: "all",
	},
	{ folder: "packages/sandbox", workspace: ["packages/protocol"], thirdParty: [], node: "all" },
	{ folder: "packages/file-search", workspace: [], thirdParty: everywhere("fuse.js", "ignore"), node: "all" },
	{ folder: "packages/git-tooling", workspace: [], thirdParty: everywhere("simple-git"), node: "all" },
	{
		folder: "packages/login",
		workspace: ["packages/protocol", "packages/resilience"],
		thirdParty: everywhere("zod", "proper-lockfile"),
		node: "all",
	},
	{
		folder: "packages/mcp-client",
		workspace: ["packages/protocol", "packages/resilience", "packages/redact"],
		thirdParty: everywhere("@modelcontextprotocol/sdk", "zod", "proper-lockfile"),
		node: "all",
	},
	{
		folder: "packages/local-memory",
		workspace: [],
		thirdParty: everywhere("@modelcontextprotocol/sdk", "zod"),
		node: "all",
	},
	{
		folder: "packages/browser",
		workspace: ["packages/protocol"],
		thirdParty: everywhere("chrome-remote-interface"),
		node: "all",
	},
	{
		folder: "packages/spec-kit",
		workspace: ["packages/protocol", "packages/redact"],
		thirdParty: [
			{ name: "zod", paths: ["schema/"] },
			{ name: "proper-lockfile", paths: ["node/"] },
			{ name: "tar", paths: ["node/"] },
		],
		node: { paths: ["node/"] },
	},
	{
		folder: "packages/core",
		workspace: [
			"packages/protocol",
			"packages/resilience",
			"packages/redact",
			"packages/apply-patch",
			"packages/exec-policy",
		],
		thirdParty: [...everywhere("zod"), { name: "proper-lockfile", paths: ["rollout/"] }],
		node: { paths: ["tools/", "rollout/", "context/project-docs"] },
	},
	{
		folder: "packages/mcp-server",
		workspace: ["packages/protocol"],
		thirdParty: everywhere("@modelcontextprotocol/sdk"),
		node: "all",
	},
	{
		folder: "packages/acp-agent",
		workspace: ["packages/protocol"],
		thirdParty: everywhere("@agentclientprotocol/sdk"),
		node: "all",
	},
	{ folder: "packages/runtime", workspace: engines, thirdParty: everywhere("pino"), node: "all" },
	{
		folder: "apps/tui",
		workspace: ["packages/protocol", "packages/runtime"],
		thirdParty: everywhere("blessed"),
		node: { paths: ["terminal/", "effects/"] },
	},
	{
		folder: "apps/cli",
		workspace: ["packages/protocol", "packages/runtime"],
		onDemand: ["packages/mcp-server", "packages/acp-agent", "packages/local-memory", "apps/tui"],
		thirdParty: everywhere("yargs"),
		node: "all",
	},
	{
		folder: "packages/test-support",
		workspace: ["packages/protocol"],
		typesOnly: [...engines.filter((folder) => folder !== "packages/protocol"), "packages/runtime"],
		thirdParty: everywhere("@xterm/headless"),
		node: "all",
	},
];

/** Packages of the outside that only named places may import, whatever their row says. */
export const confinements: readonly Confinement[] = [
	{
		rule: "openai-sdk-in-its-folder",
		packages: "openai",
		onlyIn: ["^packages/providers/src/openai/"],
		because: "Vendor SDKs and their types never leave providers/src/<vendor>/.",
	},
	{
		rule: "anthropic-sdk-in-its-folder",
		packages: "@anthropic-ai/sdk",
		onlyIn: ["^packages/providers/src/anthropic/"],
		because: "Vendor SDKs and their types never leave providers/src/<vendor>/.",
	},
	{
		rule: "google-sdk-in-its-folder",
		packages: "@google/genai",
		onlyIn: ["^packages/providers/src/gemini/"],
		because: "Vendor SDKs and their types never leave providers/src/<vendor>/.",
	},
	{
		rule: "zod-only-at-the-boundary",
		packages: "zod",
		onlyIn: ["/schema/", "-schema\\.ts$", "/wire\\.ts$"],
		because: "zod describes boundaries only: files under schema/, named *-schema.ts, or named wire.ts.",
	},
	{
		rule: "blessed-only-in-terminal",
		packages: "blessed",
		onlyIn: ["^apps/tui/src/terminal/"],
		because: "Views return lines; only the terminal folder paints them.",
	},
];

/** Public entry files below a package's folder; everything else is private to the package. */
export const publicEntries: readonly string[] = [
	"src/index\\.ts",
	"src/schema/index\\.ts",
	"src/node/index\\.ts",
	"schema/[^/]+\\.json",
];

/** Front ends that speak ops and events, and the engines that they must not reach. */
export const shells = {
	folders: ["apps/cli", "apps/tui", "packages/mcp-server", "packages/acp-agent"],
	never: ["packages/core", "packages/spec-kit"],
} as const;

/** The only sources that may import `node:timers` modules. */
export const timerPaths: readonly string[] = ["^packages/resilience/src/", "^packages/runtime/src/.*clock"];
