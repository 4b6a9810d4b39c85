// What Spec-Kit's demo and its recorder share: the sample with its packet, and the steps from a sentence to unlock. The
// script's first argument names another example folder (`repo/`, `packet/` and `recordings/`).

import { spawn } from "node:child_process";
import { cpSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import { codeBin, type DemoPlace, setUpDemo, workspaceRoot } from "./demo-setup.ts";

const example = path.resolve(process.argv[2] ?? path.join(workspaceRoot, "examples/speckit"));

/** What the user types first. */
export const demoSentence = "Export the price list as CSV";

/** The person's answer to the question of the quality gate. */
export const demoAnswerText = "A comma, as RFC 4180 says";

/** Where the answers of the agents lie, a folder for each of the three runs. */
export const recordingsFolder: string = path.join(example, "recordings");

/** A copy of the sample, committed, and a home with the settings of a user. */
export function setUpSpecKitDemo(): DemoPlace {
	const place = setUpDemo(path.join(example, "repo"));
	const home = place.environment["CODE_HOME"] ?? "";
	mkdirSync(home, { recursive: true });
	cpSync(path.join(example, "home.toml"), path.join(home, "config.toml"));
	return place;
}

/** What one command came to. */
export interface Ran {
	readonly status: number | null;
	readonly answer: Readonly<Record<string, unknown>>;
}

/** Runs `code speckit …`; what it says on stderr is shown through `show`. */
export async function runSpecKit(
	{ repository, environment }: DemoPlace,
	words: readonly string[],
	show: (line: string) => void,
): Promise<Ran> {
	const child = spawn(process.execPath, [codeBin, "speckit", ...words, "--trust", "--json"], {
		cwd: repository,
		env: environment,
		stdio: ["ignore", "pipe", "pipe"],
	});
	let [out, err] = ["", ""];
	child.stdout.setEncoding("utf8").on("data", (chunk: string) => {
		out += chunk;
	});
	child.stderr.setEncoding("utf8").on("data", (chunk: string) => {
		const lines = (err + chunk).split("\n");
		err = lines.pop() ?? "";
		for (const line of lines) show(line);
	});
	const status = await new Promise<number | null>((resolve, reject) => {
		child.once("error", reject);
		child.once("close", resolve);
	});
	if (err !== "") show(err);
	const answer: unknown = out.trim() === "" ? {} : JSON.parse(out);
	return { status, answer: typeof answer === "object" && answer !== null ? { ...answer } : {} };
}

/** Replaces the scaffold by the requirements that a person wrote. */
export function writePacket({ repository }: DemoPlace, specId: string): void {
	cpSync(path.join(example, "packet"), path.join(repository, "docs", specId), { recursive: true });
}

/** The file that answers what was asked: the same for each question. */
export function writeAnswers({ repository }: DemoPlace, questions: unknown): { file: string; count: number } {
	const asked: readonly unknown[] = Array.isArray(questions) ? questions : [];
	const answers = asked.flatMap((question) =>
		typeof question === "object" && question !== null && "id" in question
			? [{ id: question.id, answer: demoAnswerText }]
			: [],
	);
	const file = path.join(path.dirname(repository), "answers.json");
	writeFileSync(file, `${JSON.stringify({ answers }, undefined, 2)}\n`);
	return { file, count: answers.length };
}

/** A file of the repository, or `""`. */
export function textOf({ repository }: DemoPlace, name: string): string {
	try {
		return readFileSync(path.join(repository, name), "utf8");
	} catch {
		return ""; // Not there.
	}
}
