// Node connects a child's output by sockets, and on Linux a socket cannot be opened by name: `echo x > /dev/stderr` fails
// there with ENXIO. A command that names its output like that gets real pipes, through two `cat` processes; all others
// are spared the price.

import { findProgram } from "../find-program.ts";

const opensOutput = /\/dev\/(stdout|stderr|fd\/[12])\b|\/proc\/(self|thread-self|\$\$)\/fd\/[12]\b/;

// The command replaces this shell, so its exit code and its signals are its own.
const script = 'exec > >(exec cat) 2> >(exec cat >&2); exec -- "$0" "$@"';

/**
 * `argv` behind real pipes when one of its words opens standard output or standard error by name and there is a bash to
 * make them; else `argv` itself. What a script that the command starts does is not seen.
 */
export function withRealPipes(argv: readonly string[], env: Readonly<Record<string, string>>): readonly string[] {
	if (process.platform !== "linux" || !argv.some((word) => opensOutput.test(word))) return argv;
	const bash = findProgram({ name: "bash", searchPath: env.PATH });
	return bash === undefined ? argv : [bash, "-c", script, ...argv];
}
