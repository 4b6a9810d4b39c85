// Puts tool calls together from their fragments. Servers differ: some omit the index, some the id, some send one index for
// all calls, some repeat the name, some send a call whole. A new id or, without ids, a new name begins a new call.

import { isRecord } from "../../stream/event-decoder.ts";

/** A call as far as it has come. */
export interface PartialCall {
	/** The server's id, empty when it sent none. */
	id: string;
	name: string;
	/** The model's text so far. */
	arguments: string;
}

const stringOf = (value: unknown): string => (typeof value === "string" ? value : "");

/** Collects the calls of one answer, in the order in which they began. */
export class CallFragments {
	readonly #calls: PartialCall[] = [];
	readonly #byIndex = new Map<number, PartialCall>();

	/** The calls so far. */
	get calls(): readonly PartialCall[] {
		return this.#calls;
	}

	/** Takes one entry of a delta's `tool_calls`; passes over what is not one. */
	add(fragment: unknown): void {
		if (!isRecord(fragment)) return;
		const body = isRecord(fragment["function"]) ? fragment["function"] : {};
		const id = stringOf(fragment["id"]);
		const name = stringOf(body["name"]);
		const call = this.#find(fragment["index"], id, name);
		if (call.id === "") call.id = id;
		if (call.name === "") call.name = name;
		const text = body["arguments"];
		if (typeof text === "string") call.arguments += text;
		// A server that sends arguments parsed sends them whole.
		else if (isRecord(text)) call.arguments = JSON.stringify(text);
	}

	#find(index: unknown, id: string, name: string): PartialCall {
		if (typeof index === "number") {
			const known = this.#byIndex.get(index);
			// Another id under the same index is another call.
			if (known !== undefined && (id === "" || known.id === "" || known.id === id)) return known;
			const begun = this.#begin();
			this.#byIndex.set(index, begun);
			return begun;
		}
		const known = id === "" ? undefined : this.#calls.find((call) => call.id === id);
		const last = this.#calls.at(-1);
		if (known !== undefined) return known;
		return last === undefined || id !== "" || name !== "" ? this.#begin() : last;
	}

	#begin(): PartialCall {
		const call: PartialCall = { id: "", name: "", arguments: "" };
		this.#calls.push(call);
		return call;
	}
}
