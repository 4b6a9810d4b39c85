#!/usr/bin/env node
// The door of the program, in syntax that any Node since 12 reads: refuses an old Node, answers --version, turns on the
// compile cache and loads the bundle. It is the one place outside config that reads the environment, and reads nothing
// but where the home folder is. It never starts another process.

const requiredMajor = 24;

function fail(message) {
	process.exitCode = 3;
	process.stderr.write(`${message}\n`);
}

function printVersion(fs) {
	const manifest = JSON.parse(fs.readFileSync(new URL("../package.json", import.meta.url), "utf8"));
	process.stdout.write(`code ${manifest.version}\n`);
}

// Compiled code is kept in our own home, which only its owner can write: whoever writes there runs code as the user.
function enableCompileCache(fs) {
	// oxlint-disable-next-line no-restricted-properties -- config's code is what the cache is for: it is not loaded yet.
	const { CODE_HOME, HOME } = process.env;
	const home = CODE_HOME || (HOME ? `${HOME}/.code` : "");
	if (home === "") return;
	try {
		for (const folder of [home, `${home}/cache`]) {
			if (!fs.existsSync(folder)) fs.mkdirSync(folder, { mode: 0o700 });
		}
		process.getBuiltinModule("node:module").enableCompileCache(`${home}/cache/compile`);
	} catch {
		// Without the cache the program only starts slower; config says what is wrong with the home.
	}
}

function start() {
	const fs = process.getBuiltinModule("node:fs");
	const first = process.argv[2];
	if (process.argv.length === 3 && (first === "--version" || first === "-V")) {
		printVersion(fs);
		return;
	}
	if (!fs.existsSync(new URL("../dist/main.js", import.meta.url))) {
		fail("code is not built: run `npx -y pnpm@12.21.0 build` in its repository");
		return;
	}
	enableCompileCache(fs);
	import("../dist/main.js").catch((error) => {
		process.exitCode = 1;
		process.stderr.write(`code failed to start: ${error instanceof Error ? error.stack : String(error)}\n`);
	});
}

if (Number(process.versions.node.split(".")[0]) < requiredMajor) {
	fail(`code needs Node ${requiredMajor} or newer, and this is ${process.version}`);
} else {
	start();
}
