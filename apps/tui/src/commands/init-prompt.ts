// What `/init` asks of the model.

/** The prompt. */
export const initPrompt: string = [
	"Write a file AGENTS.md in the root of this repository: a guide for coding agents that work here.",
	"",
	"Look at the repository first: its manifests, its build and test scripts, its folders, the newest commits. Then write:",
	"- the commands to install, build, check and test, also for a single test;",
	"- a map of the folders, one line each;",
	"- the conventions that the code follows and a newcomer would miss;",
	"- what must never be touched or done here.",
	"",
	"Write only what you found to be true. Keep it below 80 lines. If there is an AGENTS.md already, improve it instead of",
	"replacing it, and say what you changed.",
].join("\n");
