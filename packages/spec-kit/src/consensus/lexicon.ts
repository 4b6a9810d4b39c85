// The words behind the text comparison: what carries no meaning, what means the same, what turns a sentence round. Plain
// data about English technical prose; nothing here may name a product, a project or a sentence of a test.

/** Several words that are read as one, before the text is cut into words. Longest first. */
export const phrases: readonly (readonly [phrase: string, word: string])[] = [
	["no longer", "not"],
	["any more", ""],
	["any longer", ""],
	["as well as", "and"],
	["in place of", "replace"],
	["instead of", "replace"],
	["rather than", "replace"],
	["at least", "minimum"],
	["at most", "maximum"],
	["no more than", "maximum"],
	["no less than", "minimum"],
	["not only", ""],
	["more than", "over"],
	["greater than", "over"],
	["larger than", "over"],
	["bigger than", "over"],
	["longer than", "over"],
	["less than", "under"],
	["fewer than", "under"],
	["smaller than", "under"],
	["logging in", "login"],
	["logged in", "login"],
	["logs in", "login"],
	["log in", "login"],
	["signing in", "login"],
	["signed in", "login"],
	["sign in", "login"],
	["sign-in", "login"],
	["log-in", "login"],
	["logging out", "logout"],
	["log out", "logout"],
	["sign out", "logout"],
	["sign up", "register"],
	["signing up", "register"],
	["rolling back", "rollback"],
	["rolled back", "rollback"],
	["roll back", "rollback"],
	["setting up", "make"],
	["set up", "make"],
	["speeding up", "fast"],
	["speed up", "fast"],
	["clean up", "cleanup"],
	["back up", "backup"],
	["how long", "duration"],
	["end-to-end", "e2e"],
	["end to end", "e2e"],
	["pull request", "pullrequest"],
	["pull requests", "pullrequest"],
	["merge request", "pullrequest"],
	["out of order", "wrong order"],
	["break up", "split"],
	["breaking up", "split"],
	["based on", "from"],
	["on call", "oncall"],
	["on-call", "oncall"],
	["time out", "timeout"],
	["times out", "timeout"],
	["case sensitive", "casesensitive"],
	["case-sensitive", "casesensitive"],
];

/** Words without weight of their own. Words that negate are not among them. */
export const stopWords: readonly string[] =
	"a an and are as at be been being both but by can could did do does each either else ever every for from had has have he her his how i if in into is it its just may me might must my of off on once one's onto or our out per s shall she should so some such than that the their them then there these they this those to too upon us was we were what when where whether which while who whom whose why will with within would you your any all also via during between across after before again about against because until only own same any many much more most other still very new please via together expected up based prior ahead".split(
		" ",
	);

/** Words that turn the meaning of what they stand with. */
export const negations: readonly string[] =
	"not no never none neither nor cannot without avoid avoids avoided avoiding nobody nothing lack lacks lacking insufficient zero".split(
		" ",
	);

/**
 * Groups of words that mean the same here. The first names the group; the weight is what one such word counts when it
 * is met, 1 being an ordinary content word.
 */
export const synonyms: readonly (readonly [weight: number, words: string])[] = [
	// what most items do: it says little
	[
		0.2,
		"make made add adding create creation implement implementation write written writing introduce introduction build built provide prepare develop put need require expose extend support use usage using ensure guarantee handle perform configure configurable setup apply define get give given offer establish",
	],
	[0.2, "enable activate"],
	[0.2, "allow permit let"],
	[0.3, "run execute execution launch carry"],
	// general actions
	[0.5, "describe specify document documentation explain"],
	[0.5, "change update modify modification adjust adapt edit alter refactor rework revise"],
	[1, "remove delete drop eliminate erase purge deletion removal"],
	[1, "replace substitute swap"],
	[0.5, "test verify check validate confirm assert valid validation verification"],
	[1, "show shown display present visible"],
	[1, "hide hidden conceal"],
	[1, "fetch retrieve load read"],
	[0.5, "store save persist storage"],
	[1, "keep kept preserve maintain"],
	[1, "retain retention"],
	[1, "send sent deliver delivery dispatch transmit"],
	[1, "receive obtain"],
	[1, "start begin startup"],
	[1, "stop end finish halt terminate"],
	[1, "calculate compute determine calculation computation"],
	[1, "split break broken divide separate division"],
	[1, "merge combine join unify"],
	[1, "choose chosen select pick selection choice"],
	[1, "find found detect discover identify detection"],
	[1, "search lookup query"],
	[1, "reduce lower shrink decrease smaller"],
	[1, "increase raise grow"],
	[1, "warn alert notify notification warning"],
	[1, "log record"],
	[1, "move extract transfer relocate"],
	[1, "return respond answer response"],
	[1, "block lock"],
	[1, "reject refuse decline"],
	[1, "limit restrict cap restriction"],
	[1, "arrive come"],
	[1, "approve approval"],
	[1, "list enumerate"],
	[1, "schedule plan"],
	[1, "parse parser parsing"],
	[1, "rename renaming"],
	[1, "undo undone"],
	// things and qualities
	[1, "encrypt encryption"],
	[1, "authenticate authentication auth"],
	[1, "authorise authorize authorisation authorization"],
	[1, "sanitise sanitize sanitisation sanitization escape"],
	[1, "register registration signup"],
	[1, "deprecate deprecated deprecation"],
	[1, "define definition undefined"],
	[1, "lose lost loss"],
	[1, "expire expiry expiration"],
	[1, "fast quick speed performance"],
	[1, "over exceed exceeds above"],
	[1, "under below beneath"],
	[1, "unavailable down outage"],
	[1, "wrong incorrect"],
	[1, "database db"],
	[1, "repository repo"],
	[1, "config configuration settings"],
	[1, "argument parameter"],
	[1, "folder directory"],
	[1, "email mail"],
	[1, "invoice bill"],
	[0.5, "message text"],
	[0.5, "duration period"],
	[0.5, "number count amount quantity"],
	[0.5, "field box input"],
	[1, "failure fail"],
	[1, "concurrent concurrency simultaneous parallel"],
	[1, "large big huge"],
	[1, "permission role"],
	[1, "prevent against"],
	[1, "maximum max most"],
	[1, "minimum min least"],
	[1, "second sec"],
	[1, "year yearly annual annually"],
	[1, "night nightly"],
	[1, "day daily"],
	[1, "week weekly"],
	[1, "month monthly"],
	[1, "hour hourly"],
];

/** Words that say little in such texts. */
export const faintWords: readonly string[] =
	"user file system feature functionality flow process application app service code item value step task requirement acceptance option ability way thing case data logic part component module cause risk mechanism relevant existing current".split(
		" ",
	);

/** Pairs of which the second says the contrary of the first: one concept, turned round. */
export const antonyms: readonly (readonly [positive: string, negative: string])[] = [
	["enable", "disable"],
	["include", "exclude"],
	["allow", "disallow"],
	["allow", "forbid"],
	["allow", "prohibit"],
	["allow", "deny"],
	["pass", "fail"],
	["accept", "reject"],
	["valid", "invalid"],
	["required", "optional"],
	["possible", "impossible"],
	["encrypted", "unencrypted"],
	["temporarily", "permanently"],
	["synchronous", "asynchronous"],
	["mutable", "immutable"],
	["supported", "unsupported"],
	["public", "private"],
];

/** Actions that deny each other when each stands on one side only. */
export const contraryActions: readonly (readonly [one: string, other: string])[] = [
	["keep", "remove"],
	["show", "hide"],
	["start", "stop"],
];

/** Actions of which one item cannot be both: adding a thing and removing it are two items. */
export const exclusiveActions: readonly (readonly [one: string, other: string])[] = [["make", "remove"]];

/** Numbers in words. */
export const numberWords: readonly string[] =
	"zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen eighteen nineteen twenty".split(
		" ",
	);
