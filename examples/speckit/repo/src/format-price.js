/** Cents as an amount with two decimals. */
export function formatPrice(cents) {
	const amount = Math.abs(cents);
	return `${cents < 0 ? "-" : ""}${Math.floor(amount / 100)}.${String(amount % 100).padStart(2, "0")}`;
}
