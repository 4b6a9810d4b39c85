/** What is for sale. Amounts are whole cents. */
export const items = [
	{ name: "Notebook, ruled", cents: 499 },
	{ name: 'Pen "Classic"', cents: 1250 },
	{ name: "Eraser", cents: 5 },
];
