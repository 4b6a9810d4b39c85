import { formatPrice } from "./format-price.js";

/** The list as text: one line an item. */
export function textList(items) {
	return items.map(({ name, cents }) => `${name}: ${formatPrice(cents)}`).join("\n");
}
