// The user's own prompts: Markdown files in the home's `prompts` folder, used as `/prompts:NAME arguments`.

import { readdir, realpath } from "node:fs/promises";
import path from "node:path";
import { pathForReading, readTextFile } from "@codex/config";
import type { RuntimeContext } from "../runtime-context.ts";

/** One prompt of the user's. */
export interface CustomPrompt {
	/** The file's name without `.md`. */
	readonly name: string;
	/** The first line of the front matter's `description`, or the text's first line. */
	readonly description: string;
	/** The text, without front matter; `$1` … `$9`, `$ARGUMENTS` and `$$` stand in it. */
	readonly text: string;
}

// A prompt is read by a model: more than this is a mistake.
const maxChars = 256 * 1024;

function readPrompt(name: string, source: string): CustomPrompt {
	const front = /^---\r?\n([\s\S]*?)\r?\n---\r?\n?/.exec(source);
	const text = front === null ? source : source.slice(front[0].length);
	const described = /^description:\s*(.*)$/m.exec(front?.[1] ?? "")?.[1]?.replace(/^["']|["']$/g, "");
	const firstLine = text.split("\n").find((line) => line.trim() !== "") ?? "";
	return { name, description: (described ?? firstLine.replace(/^#+\s*/, "")).slice(0, 200), text };
}

/** Reads the prompts, by name. A folder that is missing or unreadable has none. Never rejects. */
export async function listCustomPrompts(context: RuntimeContext): Promise<readonly CustomPrompt[]> {
	const folder = pathForReading(context.paths, context.paths.promptsDir);
	try {
		const root = await realpath(folder);
		const names = (await readdir(root)).filter((name) => name.endsWith(".md")).toSorted();
		return names.flatMap((name) => {
			const reading = readTextFile(path.join(root, name));
			if (reading.kind !== "text" || reading.text.length > maxChars) return [];
			return [readPrompt(name.slice(0, -3), reading.text)];
		});
	} catch {
		// No folder: no prompts.
		return [];
	}
}

/** The words of an argument text: blanks separate, quotes keep together. */
function words(text: string): readonly string[] {
	return Array.from(text.matchAll(/"([^"]*)"|'([^']*)'|(\S+)/g), ([, double, single, bare]) => double ?? single ?? bare ?? "");
}

/** The prompt's text with its arguments put in; without a place for them they are added at the end. */
export function expandCustomPrompt(prompt: CustomPrompt, argumentText: string): string {
	const given = words(argumentText);
	let isUsed = false;
	const text = prompt.text.replace(/\$(\$|[1-9]|ARGUMENTS)/g, (_whole, name: string) => {
		if (name === "$") return "$";
		isUsed = true;
		return name === "ARGUMENTS" ? argumentText : (given[Number(name) - 1] ?? "");
	});
	return isUsed || argumentText === "" ? text : `${text.trimEnd()}\n\n${argumentText}`;
}
