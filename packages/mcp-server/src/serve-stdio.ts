// The server for one client over two streams.

import { connect, type ServerOptions } from "./connection.ts";
import { type StdioStreams, StdioTransport } from "./transport/stdio-transport.ts";

/** Where the client is. */
export interface StdioOptions extends ServerOptions, StdioStreams {
	/** Ends the server when raised. */
	readonly signal?: AbortSignal;
}

/** Serves until the input ends, the output breaks, or the signal is raised; the client's sessions end with it. */
export async function serveStdio(options: StdioOptions): Promise<void> {
	const { signal } = options;
	const transport = new StdioTransport(options);
	const stop = (): void => void transport.close();
	signal?.addEventListener("abort", stop, { once: true });
	const connection = await connect(options, transport);
	if (signal?.aborted === true) stop();
	await transport.closed;
	signal?.removeEventListener("abort", stop);
	await connection.close();
}
