// Pairs that were written and sealed before the vocabulary of the comparison was widened, and measured once, when it was
// done. What they gave then stands in docs/consensus.md. Nothing may be tuned on them.

import type { LabelledPair } from "./labelled-pairs.ts";

const same: readonly (readonly [string, string])[] = [
	["Create a CLI command that lists all running jobs", "Add a command to the CLI for listing running jobs"],
	["Store uploaded avatars in object storage", "Uploaded avatars are kept in the object store"],
	["Write a contract test for the billing client", "The billing client needs a contract test"],
	["Mask credit card numbers in log output", "Credit card numbers in logs must be masked"],
	["Refuse passwords that appear in known breaches", "Passwords found in known breaches are rejected"],
	["Add a timeout of 30 seconds to outbound HTTP calls", "Outbound HTTP calls time out after 30 seconds"],
	[
		"Invalidate the permission cache when a role changes",
		"When a role is changed, the permission cache has to be invalidated",
	],
	[
		"Document how to restore the database from a snapshot",
		"Write documentation for restoring the database from a snapshot",
	],
	["Old clients may break when the field is renamed", "Renaming the field could break old clients"],
	["The vendor may deprecate the SDK within a year", "Risk of SDK deprecation by the vendor within one year"],
	["What happens to open orders when a shop is closed?", "If a shop closes, what should happen with its open orders?"],
	["Is there a maximum number of devices per account?", "How many devices may an account have at most?"],
	["Schedule a job that purges expired tokens every night", "Expired tokens are purged nightly by a scheduled job"],
	["Render the chart on the server", "Server-side rendering of the chart"],
	["Extract the pricing rules into their own module", "Move pricing rules to a separate module"],
	["Group notifications by conversation", "Notifications are grouped per conversation"],
	[
		"Notify the on-call engineer if replication lag is over 60 s",
		"Alert the engineer on call when replication lags more than 60 seconds",
	],
	["Add a search field to the contact list", "The contact list gets a search box"],
	["Reduce the size of the Docker image", "Make the Docker image smaller"],
	["Return 404 for unknown article ids", "Respond with 404 when the article id is unknown"],
	["Import contacts from a vCard file", "Support importing vCard contacts"],
	["Validate the JSON body against its schema", "Check the JSON body with the schema"],
	["Lock the account after ten wrong PINs", "After 10 incorrect PIN entries the account is locked"],
	["Add an audit trail for changes of prices", "Record price changes in an audit trail"],
	["Upgrade PostgreSQL to version 17", "PostgreSQL upgrade to 17"],
	["Make the retry count configurable", "The number of retries can be configured"],
	["Test the import with a file of one million rows", "Verify the import using a file with a million rows"],
	["Show the remaining quota in the header", "Display remaining quota in the page header"],
	["The term 'workspace' is not defined", "There is no definition of the term workspace"],
	["Users cannot undo a bulk deletion", "A bulk delete can't be undone by the user"],
];

const different: readonly (readonly [string, string])[] = [
	["Create a CLI command that lists all running jobs", "Create a CLI command that stops a running job"],
	["Store uploaded avatars in object storage", "Resize uploaded avatars to 256 pixels"],
	["Write a contract test for the billing client", "Write a contract test for the shipping client"],
	["Mask credit card numbers in log output", "Do not mask credit card numbers in log output"],
	["Refuse passwords that appear in known breaches", "Warn about passwords that will expire soon"],
	["Add a timeout of 30 seconds to outbound HTTP calls", "Add a timeout of 300 seconds to outbound HTTP calls"],
	["Invalidate the permission cache when a role changes", "Warm the permission cache at startup"],
	["Document how to restore the database from a snapshot", "Document how to create a database snapshot"],
	["Old clients may break when the field is renamed", "Old clients do not break when the field is renamed"],
	["The vendor may deprecate the SDK", "The vendor may raise the price of the SDK"],
	["What happens to open orders when a shop is closed?", "What happens to vouchers when a shop is closed?"],
	["Is there a maximum number of devices per account?", "Is there a maximum number of accounts per device?"],
	["Purge expired tokens every night", "Renew expired tokens every night"],
	["Render the chart on the server", "Render the chart in the browser"],
	["Extract the pricing rules into their own module", "Cover the pricing rules with tests"],
	["Group notifications by conversation", "Mute notifications of a conversation"],
	["Notify the on-call engineer if replication lag is over 60 s", "Notify the on-call engineer if the disk is full"],
	["Add a search field to the contact list", "Add a delete button to the contact list"],
	["Reduce the size of the Docker image", "Scan the Docker image for vulnerabilities"],
	["Return 404 for unknown article ids", "Return 403 for unknown article ids"],
	["Import contacts from a vCard file", "Export contacts to a vCard file"],
	["Lock the account after ten wrong PINs", "Never lock the account after ten wrong PINs"],
	["Upgrade PostgreSQL to version 17", "Upgrade PostgreSQL to version 18"],
	["Make the retry count configurable", "Make the cache size configurable"],
	["Anonymous users may read articles", "Anonymous users may not read articles"],
	["Show the remaining quota in the header", "Hide the remaining quota in the header"],
	["Prices include taxes", "Prices exclude taxes"],
	["Users can undo a bulk deletion", "Users cannot undo a bulk deletion"],
	["Sync calendars in both directions", "Sync calendars without conflicts"],
	["Backups are tested monthly", "Backups aren't tested monthly"],
];

/** The sealed pairs. */
export const blindPairs: readonly LabelledPair[] = [
	...same.map(([left, right]): LabelledPair => ({ kind: "paraphrase", left, right, same: true })),
	...different.map(([left, right]): LabelledPair => ({ kind: "neighbour", left, right, same: false })),
];
