// Pairs of items as two agents might word them, labelled by hand before any similarity was written. The third, sixth …
// of each kind is held out: nothing may be tuned on those. Correct a label only when it is wrong for a reader.

/** How a pair was made. */
export type PairKind = "paraphrase" | "duplicate" | "negation" | "neighbour" | "split";

/** Two texts, and whether a reader would count them as one item. */
export interface LabelledPair {
	readonly kind: PairKind;
	readonly left: string;
	readonly right: string;
	readonly same: boolean;
}

type Texts = readonly (readonly [left: string, right: string])[];

// The same item in other words, with no id in common.
const paraphrases: Texts = [
	["Add a login endpoint that issues JWT tokens", "Create the endpoint for logging in, returning a JWT token"],
	["Write unit tests for the password reset flow", "Cover the password reset flow with unit tests"],
	["Create a migration that adds the sessions table", "Add database migration for new sessions table"],
	[
		"Validate the email address before saving the user",
		"Check that the email address is valid before the user is saved",
	],
	["Rate limit login attempts to five per minute", "Limit login attempts to 5 per minute"],
	["Update the README with setup instructions", "Document the setup instructions in the README"],
	["Encrypt backups at rest with AES-256", "Backups must be encrypted at rest using AES-256"],
	[
		"Log every failed login with the client's IP address",
		"Failed logins are logged together with the client IP address",
	],
	["Remove the deprecated v1 API routes", "Delete deprecated API routes of v1"],
	["Show an error message when the upload exceeds 10 MB", "Display an error if an uploaded file is larger than 10 MB"],
	[
		"Cache product search results in Redis for five minutes",
		"Store product search results in the Redis cache for 5 minutes",
	],
	[
		"The migration may lock the orders table for too long",
		"Risk that the orders table is locked too long during the migration",
	],
	["Third-party payment provider could be unavailable at checkout", "The payment provider may be down during checkout"],
	["Run the integration tests in CI on every pull request", "CI executes integration tests for each pull request"],
	["Add pagination to the list of invoices", "The invoice list needs pagination"],
	["Export the report as CSV", "Implement CSV export of the report"],
	["Send a confirmation email after registration", "After a user registers, send them a confirmation email"],
	["Refactor the config loader to support YAML files", "Extend config loader with support for YAML files"],
	["Which roles may delete a project?", "What roles are allowed to delete projects?"],
	["How long must audit logs be retained?", "What is the retention period of audit logs?"],
	["The response time target is not measurable", "Response time requirement has no measurable target"],
	["Define the API contract of the notification service", "Specify the notification service's API contract"],
	["Introduce a feature flag for the new dashboard", "Put the new dashboard behind a feature flag"],
	["Add an index on orders.customer_id to speed up lookups", "Create index on orders.customer_id for faster lookups"],
	["Sanitise user input in the comment form against XSS", "Prevent XSS by sanitising the input of the comment form"],
	["Implement retry with exponential backoff for webhook delivery", "Webhook delivery retries use exponential backoff"],
	["Measure test coverage and fail the build below 80 %", "Fail the build when test coverage drops under 80%"],
	[
		"Set up a staging environment for manual acceptance tests",
		"Provide a staging environment for manual acceptance testing",
	],
	["Handle concurrent edits of the same document", "Concurrent editing of one document must be handled"],
	["Users lose unsaved changes when the session expires", "Session expiry causes loss of unsaved changes for users"],
	[
		"Parse the SPEC.md tracker table and keep empty cells",
		"Tracker table parser for SPEC.md has to preserve empty cells",
	],
	["Verify that deleted users can no longer sign in", "Test that users who were deleted cannot sign in any more"],
	["Is the search expected to be case-sensitive?", "Should search be case-sensitive?"],
	["Write a rollback script for the schema migration", "Prepare a script to roll back the schema migration"],
	[
		"Stream large files instead of reading them into memory",
		"Large files should be streamed rather than loaded into memory",
	],
	["Add a health check endpoint for the load balancer", "Expose a health endpoint that the load balancer can check"],
	["Team lacks experience with Kubernetes", "Insufficient Kubernetes experience in the team"],
	["Translate all user-facing strings into German", "German translation of all strings shown to users"],
	["Replace polling with WebSocket notifications", "Use WebSocket notifications in place of polling"],
];

// Nearly letter for letter.
const duplicates: Texts = [
	["Create users table", "Create the users table."],
	["Implement OAuth login with Google", "Implement OAuth login (Google)"],
	["Add e2e tests for checkout", "add E2E tests for the checkout"],
	["Bump Node to version 24", "Bump node to version 24."],
	["FR-003: Password must have at least 12 characters", "Password must have at least 12 characters (FR-003)"],
	["Configure ESLint and Prettier", "Configure Prettier and ESLint"],
	["Deploy to production after approval", "After approval, deploy to production"],
	["Write API documentation", "Write the API documentation"],
	["Set up the CI pipeline", "Setting up the CI pipeline"],
];

// One says what the other denies.
const negations: Texts = [
	["Store session tokens in local storage", "Do not store session tokens in local storage"],
	["The API must support pagination", "The API does not need to support pagination"],
	["Guests can place orders", "Guests cannot place orders"],
	["Run migrations automatically on deploy", "Never run migrations automatically on deploy"],
	["Emails are case-sensitive", "Emails are not case-sensitive"],
	["Enable two-factor authentication by default", "Disable two-factor authentication by default"],
	["Include deleted users in the export", "Exclude deleted users from the export"],
	["Allow anonymous comments", "Disallow anonymous comments"],
	["Tests pass with coverage over 80 %", "Tests fail with coverage over 80 %"],
	["Retry failed payments", "Failed payments must not be retried"],
	["Keep the legacy endpoint for one release", "Remove the legacy endpoint within one release"],
	["The cache is shared between tenants", "The cache is never shared between tenants"],
	["Requests without a token are accepted", "Requests without a token are rejected"],
	["Log request bodies in production", "Avoid logging request bodies in production"],
	["Every user has a profile picture", "No user has a profile picture"],
	["Passwords expire after 90 days", "Passwords don't expire after 90 days"],
	["The service works offline", "The service won't work offline"],
	["Admins may edit other users' posts", "Admins may edit posts, but not other users' posts"],
	["Soft-delete projects so that they can be restored", "Projects are deleted permanently and can't be restored"],
	["Requirement R2 is covered by tests", "Requirement R2 isn't covered by tests"],
	["Use the shared database connection", "Do not use the shared database connection"],
];

// About the same thing, but another item.
const neighbours: Texts = [
	["Add a login endpoint", "Add a logout endpoint"],
	["Write unit tests for the password reset flow", "Write unit tests for the registration flow"],
	["Create the users table", "Create the orders table"],
	["Rate limit login attempts to five per minute", "Rate limit login attempts to fifty per hour"],
	["Encrypt backups at rest", "Test restoring of backups"],
	["Export the report as CSV", "Export the report as PDF"],
	["Send a confirmation email after registration", "Send a reminder email before the trial ends"],
	["Add pagination to the list of invoices", "Add sorting to the list of invoices"],
	["Define the API contract of the notification service", "Implement the notification service"],
	["Validate the email address before saving the user", "Validate the phone number before saving the user"],
	["The response must arrive within 200 ms", "The response must arrive within 2000 ms"],
	["Update the README with setup instructions", "Update the changelog for the release"],
	["Show an error message when the upload exceeds 10 MB", "Resume an upload after a connection error"],
	["Which roles may delete a project?", "Which roles may create a project?"],
	["How long must audit logs be retained?", "Where are audit logs stored?"],
	["Cache search results in Redis", "Index products for search"],
	["Add a health check endpoint for the load balancer", "Configure the load balancer's TLS certificates"],
	["The migration may lock the orders table", "The migration may lose data of the orders table"],
	["Run the integration tests in CI", "Run the linter in CI"],
	["Introduce a feature flag for the new dashboard", "Remove the feature flag of the old dashboard"],
	["Translate all strings into German", "Translate all strings into French"],
	["Implement retry for webhook delivery", "Sign webhook deliveries with a secret"],
	["Set up the staging environment", "Set up the production environment"],
	["Parse the tracker table", "Render the tracker table"],
	["Team lacks experience with Kubernetes", "Team lacks a product owner"],
	["Handle concurrent edits of the same document", "Track the edit history of a document"],
	["Password must have at least 12 characters", "Password must be changed at first login"],
	["Add an index on orders.customer_id", "Add an index on orders.created_at"],
	["Write a rollback script for the schema migration", "Write the schema migration"],
	["Users can filter tasks by due date", "Users can filter tasks by assignee"],
];

// One agent's item is another's two: the first half carries the item, the second stays alone.
const splits: readonly (readonly [whole: string, main: string, rest: string])[] = [
	[
		"Create the sessions table with its migration and add an index",
		"Create a migration for the sessions table",
		"Add an index",
	],
	[
		"Implement the CSV export of reports and document it",
		"Implement CSV export for reports",
		"Write user documentation",
	],
	[
		"Add the password reset endpoint, sending the reset mail",
		"Add an endpoint for password reset",
		"Send mail through the SMTP provider",
	],
	[
		"Validate uploads by size and type and scan them for viruses",
		"Validate size and type of uploads",
		"Scan files for viruses",
	],
	[
		"Configure CI with lint and unit tests, and publish coverage",
		"Configure CI to run lint and unit tests",
		"Publish coverage report",
	],
	[
		"Encrypt customer data at rest and rotate the keys yearly",
		"Encrypt the customer data at rest",
		"Rotate keys every year",
	],
];

function pairs(kind: PairKind, texts: Texts, same: boolean): LabelledPair[] {
	return texts.map(([left, right]) => ({ kind, left, right, same }));
}

/** All pairs that stand alone. */
export const labelledPairs: readonly LabelledPair[] = [
	...pairs("paraphrase", paraphrases, true),
	...pairs("duplicate", duplicates, true),
	...pairs("negation", negations, false),
	...pairs("neighbour", neighbours, false),
];

/** One agent's whole against another agent's two parts: `main` is the same item, `rest` is not. */
export const splitItems: readonly { readonly whole: string; readonly main: string; readonly rest: string }[] =
	splits.map(([whole, main, rest]) => ({ whole, main, rest }));

/** Whether entry `index` of its kind is held out from tuning. */
export function isHeldOut(index: number): boolean {
	return index % 3 === 2;
}
