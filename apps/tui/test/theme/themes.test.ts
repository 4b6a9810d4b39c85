import { describe, expect, test } from "vitest";
import { colourDepthOf, createSgrOf } from "../../src/terminal/sgr.ts";
import { contrastTheme, darkTheme, lightTheme, plainTheme, resolve, to16, to256 } from "../../src/theme/theme.ts";
import { readColour, userThemes } from "../../src/theme/user-themes.ts";

const luminance = (rgb: number): number => {
	const channel = (value: number): number => (value <= 10 ? value / 3294 : ((value / 255 + 0.055) / 1.055) ** 2.4);
	return 0.2126 * channel(rgb >> 16) + 0.7152 * channel((rgb >> 8) & 255) + 0.0722 * channel(rgb & 255);
};

test.each([
	[darkTheme, 0x0d1117],
	[lightTheme, 0xffffff],
])("the words of $name are readable on their ground", (theme, ground) => {
	for (const [role, colour] of Object.entries(theme.colours)) {
		if (["border", "selection"].includes(role) || !("rgb" in colour)) continue;
		const [high, low] = [luminance(colour.rgb), luminance(ground)].toSorted((left, right) => right - left);
		// 4.5: WCAG AA for text.
		expect(((high ?? 0) + 0.05) / ((low ?? 0) + 0.05), role).toBeGreaterThanOrEqual(4.5);
	}
});

test("colours are reduced to what a terminal shows", () => {
	expect([to256(0xff0000), to256(0x808080), to16(0xff1010), to16(0x000000)]).toEqual([196, 244, 9, 0]);
	expect(resolve({ fg: "error" }, darkTheme, "256").fg).toEqual({ index: to256(0xff7b72) });
	expect(resolve({ fg: "error" }, darkTheme, "none").fg).toBeUndefined();
	expect(resolve({ fg: "error" }, contrastTheme, "16").fg).toEqual({ index: 9 });
});

test("without colours a selection is inverse and what is dim stays dim", () => {
	expect(resolve({ bg: "selection" }, plainTheme, "true").inverse).toBe(true);
	expect(resolve({ fg: "dim" }, darkTheme, "none").dim).toBe(true);
});

test("SGR parameters", () => {
	const sgrOf = createSgrOf(darkTheme, "true");
	expect(sgrOf({})).toBe("");
	expect(sgrOf({ fg: { rgb: 0x010203 }, bg: { index: 9 }, bold: true, underline: true })).toBe("1;4;38;2;1;2;3;101");
});

test.each([
	[{ COLORTERM: "truecolor", TERM: "xterm-256color" }, "true"],
	[{ TERM: "xterm-256color" }, "256"],
	[{ TERM: "xterm" }, "16"],
	[{ TERM: "vt100" }, "none"],
	[{ TERM: "dumb", COLORTERM: "truecolor" }, "none"],
	[{ TERM: "xterm-kitty", NO_COLOR: "1" }, "none"],
	[{ TERM: "xterm-kitty" }, "true"],
])("%j shows %s", (env, depth) => {
	expect(colourDepthOf(env)).toBe(depth);
});

describe("themes of the user's", () => {
	test("colours as they are written", () => {
		expect(["#0af", "#00aaff", "196", "bright-red", "Blue"].map(readColour)).toEqual([
			{ rgb: 0x00aaff },
			{ rgb: 0x00aaff },
			{ index: 196 },
			{ index: 9 },
			{ index: 4 },
		]);
		expect(["#12", "256", "mauve", "", "\x1b[31m"].map(readColour)).toEqual(Array.from({ length: 5 }, () => undefined));
	});

	test("a theme goes out from another one; single colours change the chosen one", () => {
		const own = { mine: { base: "light", colors: { heading: "#112233" } } };
		const { themes, problems } = userThemes(own, { name: "mine", colors: { error: "9" } });
		const mine = themes.find(({ name }) => name === "mine");
		expect(problems).toEqual([]);
		expect(mine?.colours).toMatchObject({
			heading: { rgb: 0x112233 },
			error: { index: 9 },
			link: lightTheme.colours.link,
		});
		expect(mine?.isDark).toBe(false);
	});

	test("what is not understood is told, and the rest holds", () => {
		const own = { bad: { base: "nowhere", colors: { nose: "red", error: "mauve" } } };
		const { themes, problems } = userThemes(own, { name: "gone", colors: {} });
		expect(problems).toHaveLength(4);
		expect(themes.map(({ name }) => name)).toContain("bad");
	});
});
