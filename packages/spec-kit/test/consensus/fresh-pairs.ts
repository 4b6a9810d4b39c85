// Pairs from other fields of work, written after the comparison was finished and measured before it was looked at again.
// They say what to expect of texts that nobody had in mind. Nothing may be tuned on them.

import type { LabelledPair } from "./labelled-pairs.ts";

const same: readonly (readonly [string, string])[] = [
	[
		"Compress images before they are uploaded to the bucket",
		"Images must be compressed prior to upload into the bucket",
	],
	["Add a dark theme to the settings page", "Settings page gets a dark theme"],
	["Detect duplicate customer records during import runs", "Duplicate customers in the import file are detected"],
	[
		"Calculate shipping costs from weight and destination",
		"Shipping costs are computed based on the weight and the destination",
	],
	[
		"Warn the driver when battery charge drops below 15 %",
		"A warning is shown to the driver if the battery falls under 15 percent",
	],
	["Sensor readings may arrive out of order", "Readings of the sensors can come in the wrong order"],
	["Build a nightly job that archives old tickets", "Nightly job archiving old tickets"],
	["Let moderators ban abusive accounts", "Moderators can ban accounts that are abusive"],
	["Paginate the transaction history with cursors", "Use cursor-based pagination for the transaction history"],
	["Write a benchmark for the tokenizer", "Benchmark the tokenizer"],
	["Provide keyboard navigation in the calendar widget", "The calendar widget can be navigated with the keyboard"],
	["Who approves refunds above 500 euros?", "Refunds over 500 euros: who has to approve them?"],
	["Deduplicate events by their idempotency key", "Use the idempotency key to deduplicate events"],
	["Vendor API quota might be exhausted during peak hours", "Risk of exhausting the vendor's API quota at peak hours"],
	["Split the monolithic stylesheet into modules", "Break up the monolithic stylesheet into separate modules"],
	[
		"Patients can cancel appointments up to 24 hours ahead",
		"Appointments can be cancelled by patients until 24 hours before",
	],
	["Pin all dependencies to exact versions", "Dependencies are pinned to exact versions"],
	["Add tracing spans around database calls", "Wrap database calls in tracing spans"],
	["Generate thumbnails in a background worker", "Thumbnail generation happens in a background worker"],
	["Verify webhook signatures with a constant-time comparison", "Compare webhook signatures in constant time"],
];

const different: readonly (readonly [string, string])[] = [
	["Compress images before upload", "Do not compress images before upload"],
	["Add a dark theme to the settings page", "Add a language switch to the settings page"],
	["Detect duplicate customer records during import runs", "Merge duplicate customer records by hand"],
	["Calculate shipping costs from the weight", "Calculate taxes from the destination"],
	["Warn the driver when battery charge drops below 15 %", "Warn the driver when tyre pressure drops below 2 bar"],
	["Sensor readings arrive in order", "Sensor readings do not arrive in order"],
	["Build a nightly job that archives old tickets", "Build a nightly job that reindexes the search"],
	["Let moderators ban accounts", "Moderators must not ban accounts"],
	["Paginate the transaction history", "Encrypt the transaction history"],
	["Write a benchmark for the tokenizer", "Write a fuzz test for the tokenizer"],
	["Who approves refunds above 500 euros?", "Who approves refunds above 5000 euros?"],
	["Deduplicate events by their idempotency key", "Order events by their timestamp"],
	["Pin all dependencies to exact versions", "Allow version ranges for dependencies"],
	["Patients can cancel appointments", "Patients can book appointments"],
	["Generate thumbnails in a background worker", "Generate invoices in a background worker"],
	["Telemetry is collected by default", "Telemetry is not collected by default"],
	["Verify webhook signatures", "Rotate webhook secrets"],
	["Accept expired certificates", "Reject expired certificates"],
	["Split the stylesheet into modules", "Minify the stylesheet"],
	["The parser supports nested lists", "The parser never supports nested lists"],
];

/** The fresh pairs. */
export const freshPairs: readonly LabelledPair[] = [
	...same.map(([left, right]): LabelledPair => ({ kind: "paraphrase", left, right, same: true })),
	...different.map(([left, right]): LabelledPair => ({ kind: "neighbour", left, right, same: false })),
];
