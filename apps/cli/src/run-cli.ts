// From argv to an exit code: parse, choose, hand over. Each command is loaded when it is used.

import { assertNever, type ExitCode, exitCodes } from "@codex/protocol";
import { parseFast } from "./arguments/fast-parse.ts";
import { type Invocation, selectCommand } from "./arguments/select-command.ts";
import type { TokenResult } from "./arguments/tokens.ts";
import type { CliIo } from "./cli-io.ts";
import { rootCommand } from "./options/commands.ts";
import { type CommandSpec, commandName } from "./options/option.ts";
import { printable } from "./terminal/printable.ts";

async function parse(argv: readonly string[]): Promise<TokenResult> {
	const tokens = parseFast(argv);
	if (tokens !== undefined) return { kind: "ok", tokens };
	const { parseWithYargs } = await import("./arguments/yargs-parse.ts");
	return parseWithYargs(argv);
}

function usageError(io: CliIo, message: string, command: CommandSpec): ExitCode {
	io.stderr.write(`error: ${printable(message)}\nSee \`${commandName(command)} --help\`\n`);
	return exitCodes.usage;
}

type Command = (invocation: Invocation, io: CliIo) => Promise<number>;

const interactive: Command = async (...call) => (await import("./commands/interactive.ts")).runInteractive(...call);
const execCommand: Command = async (...call) => (await import("./commands/exec.ts")).runExec(...call);
const sandboxRun: Command = async (...call) => (await import("./commands/sandbox-run.ts")).runSandboxRun(...call);
const memoryFind: Command = async (...call) => (await import("./commands/memory-search.ts")).runMemorySearch(...call);
const mcpServe: Command = async (...call) => (await import("./commands/mcp-serve.ts")).runMcpServe(...call);
const ruleCheck: Command = async (...call) => (await import("./commands/rule-check.ts")).runRuleCheck(...call);

const sessionsList: Command = async (...call) => (await import("./commands/sessions-list.ts")).runSessionsList(...call);
const sessionsShow: Command = async (...call) => (await import("./commands/sessions-show.ts")).runSessionsShow(...call);

/** What each command of the table runs; its code is loaded when it is called. */
const implementations: ReadonlyMap<string, Command> = new Map<string, Command>([
	["", interactive],
	["resume", interactive],
	["exec", execCommand],
	["exec resume", execCommand],
	["review", async (...call) => (await import("./commands/review.ts")).runReview(...call)],
	["rewind", async (...call) => (await import("./commands/rewind.ts")).runRewind(...call)],
	["sessions compact", async (...call) => (await import("./commands/sessions-compact.ts")).runSessionsCompact(...call)],
	["fork", async (...call) => (await import("./commands/fork.ts")).runFork(...call)],
	["sessions list", sessionsList],
	["sessions search", sessionsList],
	["sessions reindex", sessionsList],
	["sessions show", sessionsShow],
	["sessions export", sessionsShow],
	["sessions delete", async (...call) => (await import("./commands/sessions-delete.ts")).runSessionsDelete(...call)],
	["sessions doctor", async (...call) => (await import("./commands/sessions-doctor.ts")).runSessionsDoctor(...call)],
	["gc", async (...call) => (await import("./commands/gc.ts")).runGc(...call)],
	["search files", async (...call) => (await import("./commands/search-files.ts")).runSearchFiles(...call)],
	["replay", async (...call) => (await import("./commands/replay.ts")).runReplay(...call)],
	["apply-patch", async (...call) => (await import("./commands/apply-patch.ts")).runApplyPatch(...call)],
	["config explain", async (...call) => (await import("./commands/config-explain.ts")).runConfigExplain(...call)],
	["config trust", async (...call) => (await import("./commands/config-trust.ts")).runConfigTrust(...call)],
	["doctor", async (...call) => (await import("./commands/doctor.ts")).runDoctorCommand(...call)],
	["sandbox run", sandboxRun],
	["debug landlock", sandboxRun],
	["debug seatbelt", sandboxRun],
	["sandbox check", async (...call) => (await import("./commands/sandbox-check.ts")).runSandboxCheck(...call)],
	["sandbox explain", async (...call) => (await import("./commands/sandbox-explain.ts")).runSandboxExplain(...call)],
	["rule check", ruleCheck],
	["rule explain", ruleCheck],
	["rule list", async (...call) => (await import("./commands/rule-list.ts")).runRuleList(...call)],
	["rule add", async (...call) => (await import("./commands/rule-add.ts")).runRuleAdd(...call)],
	["memory serve", async (...call) => (await import("./commands/memory-serve.ts")).runMemoryServe(...call)],
	["memory search", memoryFind],
	["memory list", memoryFind],
	["memory export", async (...call) => (await import("./commands/memory-export.ts")).runMemoryExport(...call)],
	["memory import", async (...call) => (await import("./commands/memory-import.ts")).runMemoryImport(...call)],
	["mcp", mcpServe],
	["mcp serve", mcpServe],
	["mcp list", async (...call) => (await import("./commands/mcp-list.ts")).runMcpList(...call)],
	["mcp get", async (...call) => (await import("./commands/mcp-get.ts")).runMcpGet(...call)],
	["mcp add", async (...call) => (await import("./commands/mcp-add.ts")).runMcpAdd(...call)],
	["mcp remove", async (...call) => (await import("./commands/mcp-remove.ts")).runMcpRemove(...call)],
	["mcp test", async (...call) => (await import("./commands/mcp-test.ts")).runMcpTest(...call)],
	["mcp login", async (...call) => (await import("./commands/mcp-login.ts")).runMcpLogin(...call)],
	["mcp logout", async (...call) => (await import("./commands/mcp-logout.ts")).runMcpLogout(...call)],
	["acp", async (...call) => (await import("./commands/acp.ts")).runAcp(...call)],
	["plan", async (...call) => (await import("./commands/team.ts")).runTeam("plan", ...call)],
	["solve", async (...call) => (await import("./commands/team.ts")).runTeam("solve", ...call)],
	["code", async (...call) => (await import("./commands/team.ts")).runTeam("code", ...call)],
	["speckit", async ({ positionals }, io) => (await import("./commands/speckit.ts")).runSpeckit(positionals, io)],
	["schema", async (...call) => (await import("./commands/schema.ts")).runSchema(...call)],
	["completion", async (...call) => (await import("./commands/completion.ts")).runCompletion(...call)],
]);

async function runCommand(invocation: Invocation, io: CliIo): Promise<number> {
	const name = invocation.command.path.join(" ");
	const run = implementations.get(name);
	if (run === undefined) throw new Error(`no implementation of \`code ${name}\``);
	return run(invocation, io);
}

/** Runs the program with `argv` (without node and script). Resolves to the exit code; the caller flushes and exits. */
export async function runCli(argv: readonly string[], io: CliIo): Promise<number> {
	// Its words are understood where those of the slash commands are.
	if (argv[0] === "speckit") return (await import("./commands/speckit.ts")).runSpeckit(argv.slice(1), io);
	const parsed = await parse(argv);
	if (parsed.kind === "error") return usageError(io, parsed.message, rootCommand);
	const selection = selectCommand(parsed.tokens);
	switch (selection.kind) {
		case "version":
			io.stdout.write(`code ${io.runtimeOptions.version}\n`);
			return exitCodes.done;
		case "help": {
			const { renderHelp } = await import("./options/render-help.ts");
			io.stdout.write(renderHelp(selection.command, io.stdout.columns));
			return exitCodes.done;
		}
		case "error":
			return usageError(io, selection.message, selection.command);
		case "run":
			return runCommand(selection.invocation, io);
		default:
			return assertNever(selection);
	}
}
