// The shape of the file that holds what was trusted, and of the file that holds known tool lists.

import * as z from "zod";

/** What is remembered of one server. */
export interface TrustRecord {
	readonly command: string;
	readonly tools: Readonly<Record<string, string>>;
}

/** The whole file. Keys of `servers` are `origin` and name, as JSON. */
export interface TrustFile {
	readonly version: 1;
	readonly servers: Readonly<Record<string, TrustRecord>>;
}

/** Reads {@link TrustFile}. */
export const trustFileSchema: z.ZodType<TrustFile> = z.object({
	version: z.literal(1),
	servers: z.record(z.string(), z.object({ command: z.string(), tools: z.record(z.string(), z.string()) })),
});
