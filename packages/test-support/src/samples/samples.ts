// The type of the sample tables: one sample for each variant of a union, so that a missing variant does not compile.

/** One value for each `type` of the union, each of its own variant. */
export type Samples<U extends { readonly type: string }> = {
	readonly [T in U["type"]]: Extract<U, { readonly type: T }>;
};
