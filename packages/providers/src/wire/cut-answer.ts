// A history may end with what the model said before its answer was cut. Some vendors go on from there, others want a
// user's words at the end of every request.

/** What stands at the end of such a history, as a user's words. */
export const goOnText = "Your answer was cut off here. Go on where it ends, without saying anything twice.";
