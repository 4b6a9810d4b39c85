// Remembers what was trusted of each server: its command and the description of each tool, as hashes. The first sight is
// trusted, because a person configured the server (or trusted the project that did); what changes afterwards is not.

/** What became of a server's command. */
export type CommandTrust = "trusted" | "changed";

/** Which tools may be offered. */
export interface ToolTrust {
	/** Names of tools whose description changed since they were trusted. */
	readonly changed: readonly string[];
}

/** Who a record belongs to. */
export interface TrustKey {
	readonly origin: string;
	readonly server: string;
}

/** A tool and the hash of its description and schema. */
export interface ToolHash {
	readonly name: string;
	readonly hash: string;
}

/** The store. Implementations never reject: what cannot be read or written counts as never seen. */
export interface TrustStore {
	/** Compares the command's hash with the trusted one; remembers it at first sight. */
	judgeCommand(key: TrustKey, commandHash: string): Promise<CommandTrust>;
	/** Compares tools with the trusted ones; remembers those seen first. */
	judgeTools(key: TrustKey, tools: readonly ToolHash[]): Promise<ToolTrust>;
	/** Trusts a command, and what its tools say now when they are known; what was trusted of other tools is forgotten. */
	accept(key: TrustKey, commandHash: string, tools?: readonly ToolHash[]): Promise<void>;
	/** Forgets a server. */
	forget(key: TrustKey): Promise<void>;
}
