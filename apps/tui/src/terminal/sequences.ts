// The control sequences that we write, by name. Nothing else in the app may write an escape character.

/** Begin of a synchronised update (DECSET 2026): the terminal shows nothing before its end. Unknown ones are ignored. */
export const syncBegin = "\x1b[?2026h";
/** End of a synchronised update. */
export const syncEnd = "\x1b[?2026l";
/** Hides the cursor. */
export const hideCursor = "\x1b[?25l";
/** Shows the cursor. */
export const showCursor = "\x1b[?25h";
/** Blanks the row from the cursor to its end. */
export const eraseToEnd = "\x1b[K";
/** Blanks everything from the cursor on. */
export const eraseBelow = "\x1b[J";

/** Moves the cursor; row and column from 0. */
export const cursorTo = (row: number, column: number): string =>
	column === 0 ? `\x1b[${row + 1}H` : `\x1b[${row + 1};${column + 1}H`;

// ?7l: no wrapping at the right edge. ?2004h: pastes are bracketed. ?1004h: focus is reported.
// >4;1m: modified keys that have no sequence of their own get one, where kitty's protocol is not spoken.
/** Modes that hold while the app has the screen. */
export const enterModes = "\x1b[?7l\x1b[?2004h\x1b[?1004h\x1b[>4;1m";
/** The terminal's own modes again. */
export const leaveModes = "\x1b[>4;0m\x1b[?1004l\x1b[?2004l\x1b[?7h\x1b[m";
/** Asks whether kitty's keyboard protocol is spoken, and for the background. */
export const questions = "\x1b[?u\x1b]11;?\x1b\\";
/** Turns on kitty's protocol, flag 1: keys that are ambiguous get a sequence. */
export const kittyOn = "\x1b[>1u";
/** Turns it off again. */
export const kittyOff = "\x1b[<u";

/** Keeps what a notification may hold: no control character, at most 200 characters. */
const plain = (text: string): string => text.replace(/[\x00-\x1f\x7f-\x9f;]/g, " ").slice(0, 200);

/** A notification of the desktop through the terminal (iTerm2, Ghostty, WezTerm, …). */
export const osc9 = (text: string): string => `\x1b]9;${plain(text)}\x07`;
/** The same for rxvt-unicode, foot and others. */
export const osc777 = (title: string, text: string): string => `\x1b]777;notify;${plain(title)};${plain(text)}\x07`;
