// A command that stands inside another one, as data. Types only.

import type { ShellLanguage } from "../shell/shell-script.ts";
import type { ShellWord } from "../shell/word.ts";

/** Something that a command line runs besides its own program. */
export type InnerCommand =
	| {
			readonly kind: "words";
			readonly words: readonly ShellWord[];
			/** Where it begins in the words of the outer command. */
			readonly at: number;
			/** It is only suspected to be a command: it may forbid, never permit. */
			readonly suspected: boolean;
	  }
	| {
			readonly kind: "script";
			readonly script: string;
			readonly language: ShellLanguage;
			readonly at: number;
			readonly suspected: boolean;
	  };
