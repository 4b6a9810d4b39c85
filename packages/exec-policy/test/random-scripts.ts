// Scripts put together at random from a seed: some whole, some soup of what shells give a meaning to.

/** A stream of numbers that the seed decides (mulberry32). */
export function createRandom(seed: number): () => number {
	let state = seed >>> 0;
	return () => {
		state = (state + 0x6d2b79f5) >>> 0;
		let mixed = Math.imul(state ^ (state >>> 15), state | 1);
		mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)) ^ mixed;
		return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
	};
}

const pieces = [
	..."a b c a1 b2 -x --y=z x=1 y+=2 a[1]=2 {} {a,b} a,b !x ~ a~b = == ! % ^ @ + , . : # a#b".split(" "),
	..."; && || | |& & ;; ;& \n ( ) { } (( )) [[ ]] [ ] < > >> >| <> >& <& &> &>> 2>&1 2> 3<&- <<< << <<- <( >( ".split(
		" ",
	),
	..."if then elif else fi while until do done for in case esac select function time coproc".split(" "),
	...`' " \` $ \\ $x "$x" '$x' $(a) \`b\` $((1+2)) \${x} \${x:-a} \${x:-$(c)} "$(a b)" "\`c\`" $'a' $"b" \\\\ \\' \\" \\$`.split(
		" ",
	),
	...`a() f(){ *.c ? [ab] @(a) ?(b) +a=( -a=( a=(b a=(b) x=(1 $[1] $( \${ "a 'b "a'b" 'a"b' a\\\nb \\\n`.split(" "),
	"<<E\na $x\nE\n",
	"<<'E'\n$(a)\nE\n",
	"<<-E\n\ta `b`\n\tE\n",
	"\t",
	"\n",
	" # a\n",
	"a b",
	"é",
	"\r",
];

/** One of them. */
export function pick<T>(random: () => number, from: readonly T[]): T {
	const chosen = from[Math.floor(random() * from.length)];
	if (chosen === undefined) throw new Error("nothing to pick from");
	return chosen;
}

/** Pieces in any order, with and without spaces. */
export function randomSoup(random: () => number): string {
	let script = "";
	const length = 1 + Math.floor(random() * 9);
	for (let at = 0; at < length; at += 1) script += pick(random, pieces) + pick(random, ["", " ", " ", " "]);
	return script;
}

const words = [
	...'a b c \'a b\' "c d" a\\ b "a$" a\'b\'c "\\"" \\; \'\' "" a=b -x {} a#b "\'" \'"\' \'a;b\' "&&" \\\\ a\\\nb [ ] ! @x %1 a:b'.split(
		" ",
	),
	...`$x "$x" \${x} $((1+1)) ~ *.c`.split(" "),
];
const redirects = [
	"> f",
	">>f",
	"2>&1",
	"< f",
	"2>f",
	"<<< b",
	"&> f",
	">& f",
	"3< f",
	"<<E\nb $x\nE\n",
	"<<'E'\n$(a)\nE\n",
];

function randomCommand(random: () => number, depth: number): string {
	let command = pick(random, ["a", "b", "c", "'a'", '"b"', "\\c", "a'b'", "x=1 a", "! b", "time c"]);
	const length = Math.floor(random() * 4);
	for (let at = 0; at < length; at += 1) {
		const isNested = depth > 0 && random() < 0.2;
		command += pick(random, [" ", " ", "  ", "\t", " \\\n"]);
		command += isNested ? randomNested(random, depth - 1) : pick(random, words);
	}
	return random() < 0.2 ? `${command} ${pick(random, redirects)}` : command;
}

function randomNested(random: () => number, depth: number): string {
	const script = randomScript(random, depth);
	return pick(random, [`$(${script}\n)`, `"$(${script}\n)"`, `<(${script}\n)`, `\${y:-$(${script}\n)}`]);
}

/** A script that bash most often takes. */
export function randomScript(random: () => number, depth = 3): string {
	const next = (): string => (depth > 0 ? randomScript(random, depth - 1) : randomCommand(random, 0));
	const form = Math.floor(random() * 14);
	switch (form) {
		case 0:
			return `${next()} ${pick(random, ["&&", "||", "|", "|&", ";", "&", "\n", "&&\n"])} ${next()}`;
		case 1:
			return `(${next()}\n)`;
		case 2:
			return `{ ${next()}\n}`;
		case 3:
			return `if ${next()}\nthen ${next()}\nelse ${next()}\nfi`;
		case 4:
			return `for i in a 'b c'; do ${next()}\ndone`;
		case 5:
			return `case ${pick(random, words)} in a|b) ${next()}\n;; (*) ${next()}\nesac`;
		case 6:
			return `${next()} # ${pick(random, words)}\n`;
		case 7:
			return `${next()}; ${next()}`;
		default:
			return randomCommand(random, depth);
	}
}

/** A script that bash most often takes, with one character dropped, doubled or put in. */
export function randomMutant(random: () => number): string {
	const script = randomScript(random, 2);
	const at = Math.floor(random() * script.length);
	const change = pick(random, ["", script.charAt(at).repeat(2), ..."|&;<>(){}[]'\"\\$`#!=~*?-+3 \n\t\r".split("")]);
	return script.slice(0, at) + change + script.slice(at + 1);
}
