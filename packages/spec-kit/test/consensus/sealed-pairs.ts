// The second sealed set, written after the first had been measured and before what it showed was mended, and measured
// once. What it gave then stands in docs/consensus.md. Nothing may be tuned on it.

import type { LabelledPair } from "./labelled-pairs.ts";

const same: readonly (readonly [string, string])[] = [
	["Add a progress bar to the installer", "The installer shows a progress bar"],
	["Quotes older than 30 days are archived", "Archive quotes that are older than 30 days"],
	["Write integration tests for the tax calculation", "Tax calculation is covered by integration tests"],
	["Reserve stock when an order is placed", "Placing an order reserves stock"],
	["The printer driver might not support the label size", "Risk: label size not supported by the printer driver"],
	["Introduce a retry queue for failed exports", "Failed exports go to a retry queue"],
	["Require a reason when a booking is cancelled", "Cancelling a booking requires a reason"],
	[
		"Replace the hand-written router by the framework's router",
		"Swap our hand-written router for the router of the framework",
	],
	["What is the maximum length of a nickname?", "How long may a nickname be at most?"],
	["Collect crash reports from the mobile app", "Crash reports of the mobile app are collected"],
	["Define error codes for the public API", "Specify the error codes of the public API"],
	["Tenants must not see each other's invoices", "A tenant cannot see invoices of other tenants"],
	["Deploy the worker with zero downtime", "Worker deployment without downtime"],
	["Highlight overdue tasks in red", "Overdue tasks are highlighted in red"],
	["Add a command-line flag to skip the cache", "Provide a CLI flag for skipping the cache"],
	["Measure latency of the checkout at the 95th percentile", "Track 95th percentile latency of checkout"],
	["Convert timestamps to the time zone of the user", "Timestamps are converted into the user's time zone"],
	["Seed the demo database with sample data", "Fill the demo database with sample data"],
	["Remove personal data when an account is closed", "Personal data is erased when the account gets closed"],
	["Ask for confirmation before a branch is deleted", "Deleting a branch needs a confirmation"],
];

const different: readonly (readonly [string, string])[] = [
	["Add a progress bar to the installer", "Sign the installer"],
	["Quotes older than 30 days are archived", "Quotes older than 90 days are archived"],
	["Write integration tests for the tax calculation", "Fix the rounding of the tax calculation"],
	["Reserve stock when an order is placed", "Release stock when an order is cancelled"],
	["The printer driver supports the label size", "The printer driver does not support the label size"],
	["Introduce a retry queue for failed exports", "Delete failed exports after a week"],
	["Require a reason when a booking is cancelled", "No reason is required when a booking is cancelled"],
	["What is the maximum length of a nickname?", "May a nickname contain emoji?"],
	["Collect crash reports from the mobile app", "Publish the mobile app in the store"],
	["Define error codes for the public API", "Define rate limits for the public API"],
	["Tenants can see each other's invoices", "Tenants can't see each other's invoices"],
	["Highlight overdue tasks in red", "Send a mail for overdue tasks"],
	["Add a command-line flag to skip the cache", "Add a command-line flag to choose the log level"],
	["Measure latency of the checkout", "Measure throughput of the checkout"],
	["Convert timestamps to the time zone of the user", "Convert prices to the currency of the user"],
	["Seed the demo database with sample data", "Reset the demo database every night"],
	["Remove personal data when an account is closed", "Keep personal data when an account is closed"],
	["Ask for confirmation before a branch is deleted", "Never ask for confirmation before a branch is deleted"],
	["Upload signed builds to the mirror", "Download signed builds from the mirror"],
	["Feature works in Firefox", "Feature works in Safari"],
];

/** The second sealed set. */
export const sealedPairs: readonly LabelledPair[] = [
	...same.map(([left, right]): LabelledPair => ({ kind: "paraphrase", left, right, same: true })),
	...different.map(([left, right]): LabelledPair => ({ kind: "neighbour", left, right, same: false })),
];
