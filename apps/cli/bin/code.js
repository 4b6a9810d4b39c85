#!/usr/bin/env node
// The door of the program, in syntax that any Node since 12 reads: refuses an old Node, answers --version, turns on the
// compile cache and loads the bundle. It is the one place outside config that reads the environment, and reads nothing
// but where the home folder is. It never starts another process.

var requiredMajor = 24;

function fail(message) {
	process.exitCode = 3;
	process.stderr.write(message + "\n");
}

function printVersion(fs) {
	var manifest = JSON.parse(fs.readFileSync(new URL("../package.json", import.meta.url), "utf8"));
	process.stdout.write("code " + manifest.version + "\n");
}

// Compiled code is kept in our own home, which only its owner can write: whoever writes there runs code as the user.
function enableCompileCache(fs) {
	var home = process.env.CODE_HOME || (process.env.HOME ? process.env.HOME + "/.code" : "");
	if (home === "") return;
	try {
		fs.mkdirSync(home + "/cache", { recursive: true, mode: 0o700 });
		process.getBuiltinModule("node:module").enableCompileCache(home + "/cache/compile");
	} catch (error) {
		// Without the cache the program only starts slower; config says what is wrong with the home.
	}
}

function start() {
	var fs = process.getBuiltinModule("node:fs");
	var first = process.argv[2];
	if (process.argv.length === 3 && (first === "--version" || first === "-V")) {
		printVersion(fs);
		return;
	}
	var bundle = new URL("../dist/main.js", import.meta.url);
	if (!fs.existsSync(bundle)) {
		fail("code is not built: run `npx -y pnpm@12.21.0 build` in its repository");
		return;
	}
	enableCompileCache(fs);
	import(bundle.href).catch((error) => {
		process.exitCode = 1;
		process.stderr.write("code failed to start: " + (error && error.stack ? error.stack : String(error)) + "\n");
	});
}

if (Number(process.versions.node.split(".")[0]) < requiredMajor) {
	fail("code needs Node " + requiredMajor + " or newer, and this is " + process.version);
} else {
	start();
}
