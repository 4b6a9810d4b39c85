// The editor's files behind the port: what a buffer holds, and a way to put text into one. An editor that refuses or does
// not answer costs a moment, never the turn: then the disk counts.

import path from "node:path";
import type { AgentContext, ReadTextFileResponse } from "@agentclientprotocol/sdk";
import type { Clock } from "@codex/protocol";
import type { EditorFiles } from "./port.ts";

/** What the files stand on. */
export interface EditorFilesOptions {
	readonly client: Pick<AgentContext, "request">;
	/** Of the session, once it has started. */
	readonly session: () => {
		readonly id: string /** As the editor names the folder, and its real path. */;
		readonly named: string;
		readonly real: string;
	};
	readonly clock: Clock;
	/** What the editor offers. */
	readonly canWrite: boolean;
}

// 5 s: an editor answers from memory; this is one that is busy or gone.
const patienceMs = 5000;
// After so many silences in a row the editor is not asked again.
const maxSilences = 2;

class ClientFiles implements EditorFiles {
	readonly #options: EditorFilesOptions;
	#silences = 0;

	constructor(options: EditorFilesOptions) {
		this.#options = options;
	}

	async read(file: string, signal: AbortSignal): Promise<string | undefined> {
		const { client } = this.#options;
		const answer = await this.#ask<ReadTextFileResponse>(signal, (patience) =>
			client.request("fs/read_text_file", this.#place(file), patience),
		);
		// What comes over the wire is not checked by the SDK.
		const content: unknown = answer?.content;
		return typeof content === "string" ? content : undefined;
	}

	async write(file: string, text: string): Promise<boolean> {
		if (!this.#options.canWrite) return false;
		const { client } = this.#options;
		const never = new AbortController().signal;
		const answer = await this.#ask(never, async (patience) => {
			await client.request("fs/write_text_file", { ...this.#place(file), content: text }, patience);
			return true;
		});
		return answer === true;
	}

	/** A path as the editor knows it: it may have opened the folder through a link. */
	#place(file: string): { readonly sessionId: string; readonly path: string } {
		const { id, named, real } = this.#options.session();
		const below = path.relative(real, file);
		const isBelow = below !== ".." && !below.startsWith(`..${path.sep}`) && !path.isAbsolute(below);
		return { sessionId: id, path: isBelow && named !== real ? path.join(named, below) : file };
	}

	async #ask<T>(
		signal: AbortSignal,
		send: (options: { readonly cancellationSignal: AbortSignal; readonly stopWaitingOnCancel: true }) => Promise<T>,
	): Promise<T | undefined> {
		if (this.#silences >= maxSilences || signal.aborted) return undefined;
		const patience = new AbortController();
		const giveUp = (): void => patience.abort();
		signal.addEventListener("abort", giveUp, { once: true });
		let isSilent = false;
		const cancelTimer = this.#options.clock.timer(patienceMs, () => {
			isSilent = true;
			giveUp();
		});
		try {
			const answer = await send({ cancellationSignal: patience.signal, stopWaitingOnCancel: true });
			this.#silences = 0;
			return answer;
		} catch {
			// It has no such file, may not say, or is gone: all the same here.
			this.#silences = isSilent ? this.#silences + 1 : 0;
			return undefined;
		} finally {
			cancelTimer();
			signal.removeEventListener("abort", giveUp);
		}
	}
}

/** Makes the files of one session. */
export function createEditorFiles(options: EditorFilesOptions): EditorFiles {
	return new ClientFiles(options);
}
