// Checks and normalises the address that requests, and with them a key, are sent to.

/** An address that may be used, without a trailing slash, or why it may not. `reason` follows "base URL `…`". */
export type BaseUrlCheck =
	| { readonly kind: "ok"; readonly url: string }
	| { readonly kind: "refused"; readonly reason: string };

/** Whether a parsed URL's host is this machine: `localhost`, 127.0.0.0/8 or ::1, and nothing that merely looks like it. */
function isLoopbackHost(hostname: string): boolean {
	// The URL parser has normalised decimal, octal and short forms of IPv4 and the case of names already.
	return hostname === "localhost" || hostname === "[::1]" || /^127(?:\.\d{1,3}){3}$/.test(hostname);
}

/** Judges an address. Plain http is for this machine only, unless `allowInsecure`. */
export function checkBaseUrl(text: string, allowInsecure: boolean): BaseUrlCheck {
	let url: URL;
	try {
		url = new URL(text);
	} catch {
		// The parser's message says no more than that.
		return { kind: "refused", reason: "is not a URL; write it like `https://host/v1`" };
	}
	if (url.protocol !== "https:" && url.protocol !== "http:") {
		return { kind: "refused", reason: "is neither http nor https" };
	}
	if (url.username !== "" || url.password !== "") {
		return { kind: "refused", reason: "holds a user name or password; use `env_key` or `env_http_headers`" };
	}
	if (url.search !== "" || url.hash !== "") {
		return { kind: "refused", reason: "holds a query or fragment; use `query_params`" };
	}
	if (url.protocol === "http:" && !allowInsecure && !isLoopbackHost(url.hostname)) {
		const reason =
			"would send the key unencrypted to another machine; use https or set `allow_insecure = true` for the provider";
		return { kind: "refused", reason };
	}
	return { kind: "ok", url: url.href.replace(/\/+$/, "") };
}
