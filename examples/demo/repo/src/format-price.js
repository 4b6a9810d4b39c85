// Formats an amount of whole cents as a price, for example 1999 as "$19.99".

const symbols = { USD: "$", EUR: "€", GBP: "£" };

export function formatPrice(cents, currency = "USD") {
	const symbol = symbols[currency] ?? `${currency} `;
	const whole = Math.floor(cents / 100);
	const rest = cents % 100;
	return `${symbol}${whole}.${rest}`;
}
