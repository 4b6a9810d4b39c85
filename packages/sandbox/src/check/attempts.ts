// What `sandbox check` tries, as one script for Node: the only program that is surely there. It prints one JSON line for
// each attempt. The same script runs once outside the sandbox, in a scratch folder, as a control.

/** One attempt: an id of the script, and what it is meant to show. */
export interface Attempt {
	readonly id: string;
	readonly title: string;
	/** Whether it must succeed or must fail inside the sandbox in workspace-write with the network off. */
	readonly expected: "allowed" | "denied";
}

/** The attempts in the order of the table. */
export const checkAttempts: readonly Attempt[] = [
	{ id: "write_inside", title: "write a file in the workspace", expected: "allowed" },
	{ id: "null", title: "write to /dev/null", expected: "allowed" },
	{ id: "spawn", title: "start a child and read its output", expected: "allowed" },
	{ id: "write_outside", title: "write a file outside", expected: "denied" },
	{ id: "rename_out", title: "rename a file of the workspace to a place outside", expected: "denied" },
	{ id: "link_in", title: "hard-link a file outside into the workspace", expected: "denied" },
	{ id: "through_symlink", title: "write outside through a symbolic link", expected: "denied" },
	{ id: "proc_root", title: "write outside through /proc/self/root", expected: "denied" },
	{ id: "chmod_outside", title: "change permissions of a file outside", expected: "denied" },
	{ id: "truncate_outside", title: "truncate a file outside", expected: "denied" },
	{ id: "git_hook", title: "write .git/hooks/pre-commit", expected: "denied" },
	{ id: "git_config", title: "write .git/config", expected: "denied" },
	{ id: "git_rename", title: "rename .git", expected: "denied" },
	{ id: "create_code", title: "create .code, which does not exist", expected: "denied" },
	{ id: "child_outside", title: "write outside from a detached grandchild", expected: "denied" },
	{ id: "signal_outside", title: "send a signal to a process outside", expected: "denied" },
	{ id: "read_hidden", title: "read a file of the denied reads", expected: "denied" },
	{ id: "tcp", title: "connect to a TCP port of this machine", expected: "denied" },
	{ id: "tcp6", title: "connect by IPv6", expected: "denied" },
	{ id: "listen", title: "listen on a TCP port", expected: "denied" },
	{ id: "udp", title: "send a UDP datagram", expected: "denied" },
	{ id: "unix", title: "connect to a socket file outside", expected: "denied" },
	{ id: "dns", title: "resolve a host name by DNS", expected: "denied" },
];

/**
 * The script, for `node -e SCRIPT INSIDE OUTSIDE PID PORT`: two folders, a process and a TCP port outside. It depends on
 * Node's own modules only.
 */
export const checkScript: string = `
const fs = require("node:fs"), net = require("node:net"), dgram = require("node:dgram"), cp = require("node:child_process");
const [inside, outside, pid, port] = process.argv.slice(1);
const at = (name) => inside + "/" + name, out = (name) => outside + "/" + name;
const say = (id, error) => fs.writeSync(1, JSON.stringify({ id, error: error ? String(error.code || error.message || error) : null }) + "\\n");
const once = (emitter, good) => new Promise((resolve, reject) => { emitter.once(good, resolve); emitter.once("error", reject); });
const tcp = async (host) => { const socket = net.connect({ host, port: Number(port) }); try { await once(socket, "connect"); } finally { socket.destroy(); } };
const attempts = {
	write_inside: () => fs.writeFileSync(at("made"), "x"),
	null: () => fs.writeFileSync("/dev/null", "x"),
	spawn: () => { const r = cp.spawnSync(process.execPath, ["-p", "6*7"], { encoding: "utf8" }); if (r.stdout !== "42\\n") throw r.error || new Error("no output"); },
	write_outside: () => fs.writeFileSync(out("made"), "x"),
	rename_out: () => { fs.writeFileSync(at("moving"), "x"); fs.renameSync(at("moving"), out("moved")); },
	link_in: () => { fs.linkSync(out("precious"), at("linked")); fs.writeFileSync(at("linked"), "x"); },
	through_symlink: () => { fs.symlinkSync(out("via-link"), at("via-link")); fs.writeFileSync(at("via-link"), "x"); },
	proc_root: () => fs.writeFileSync("/proc/self/root" + out("via-proc"), "x"),
	chmod_outside: () => fs.chmodSync(out("precious"), 0o600),
	truncate_outside: () => fs.truncateSync(out("precious"), 1),
	git_hook: () => fs.writeFileSync(at(".git/hooks/pre-commit"), "x"),
	git_config: () => fs.writeFileSync(at(".git/config"), "x"),
	git_rename: () => { fs.renameSync(at(".git"), at("moved-git")); fs.renameSync(at("moved-git"), at(".git")); },
	create_code: () => { fs.mkdirSync(at(".code"), { recursive: true }); fs.writeFileSync(at(".code/config.toml"), "x"); },
	child_outside: () => { cp.spawnSync("/bin/sh", ["-c", "(sleep 0; : > \\"$0\\") &", out("via-child")], { detached: true }); const end = Date.now() + 1000; while (Date.now() < end) if (fs.existsSync(out("via-child"))) return; throw new Error("not written"); },
	signal_outside: () => process.kill(Number(pid), 0),
	read_hidden: () => { if (fs.readFileSync(at("secret.env"), "utf8") === "") throw new Error("empty"); },
	tcp: () => tcp("127.0.0.1"),
	tcp6: () => tcp("::1"),
	listen: async () => { const server = net.createServer(); server.listen(0, "127.0.0.1"); await once(server, "listening"); server.close(); },
	udp: async () => { const socket = dgram.createSocket("udp4"); try { await new Promise((resolve, reject) => { socket.once("error", reject); socket.send("x", Number(port), "127.0.0.1", (e) => (e ? reject(e) : resolve())); }); } finally { socket.close(); } },
	unix: async () => { const socket = net.connect(out("socket")); try { await once(socket, "connect"); } finally { socket.destroy(); } },
	dns: async () => { const socket = dgram.createSocket("udp4"); try { await new Promise((resolve, reject) => { socket.once("error", reject); socket.connect(53, "127.0.0.1", (e) => (e ? reject(e) : resolve())); }); } finally { socket.close(); } },
};
(async () => {
	for (const [id, attempt] of Object.entries(attempts)) {
		try { await attempt(); say(id); } catch (error) { say(id, error); }
	}
	process.exit(0);
})();
`;
