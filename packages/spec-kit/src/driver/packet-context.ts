// The documents of a SPEC, found and read through the host: for prompts, for our own checks of a quality gate, and for
// what is written back.

import type { SpecKitHost } from "../host.ts";
import {
	constitutionPath,
	olderStageDocuments,
	packetDocuments,
	packetFolder,
	packetNames,
	packetsFolder,
	stageDocuments,
} from "../packet/packet-layout.ts";
import { contextText, type Material } from "../prompts/context-text.ts";
import type { PacketDocuments } from "../quality/native-finding.ts";
import { type Stage, stages } from "../stage.ts";

/** A SPEC's packet. */
export interface Packet {
	/** Relative to the repository. */
	readonly folder: string;
	/** Paths of its files, relative to the repository. */
	readonly files: readonly string[];
}

/** Finds the packet of a SPEC. Rejects as the host's files do. */
export async function findPacket(host: Pick<SpecKitHost, "files">, specId: string): Promise<Packet> {
	const below = await host.files.list(packetsFolder);
	const folder = packetFolder(specId, packetNames(below));
	return { folder, files: below.filter((path) => path.startsWith(`${folder}/`)) };
}

const paths = (packet: Packet, names: readonly string[]): readonly string[] =>
	names.map((name) => `${packet.folder}/${name}`).filter((path) => packet.files.includes(path));

const stagePaths = (packet: Packet, stage: Stage): readonly string[] =>
	paths(packet, [stageDocuments[stage], ...(olderStageDocuments[stage] ?? [])]).slice(0, 1);

async function readAll(
	host: Pick<SpecKitHost, "files">,
	wanted: readonly string[],
): Promise<ReadonlyMap<string, string>> {
	const texts = await Promise.all(wanted.map(async (path) => [path, (await host.files.read(path)) ?? ""] as const));
	return new Map(texts);
}

/** What a quality gate's own checks look at. */
export async function readDocuments(
	host: Pick<SpecKitHost, "files">,
	packet: Packet,
): Promise<{ readonly documents: PacketDocuments; readonly pathOf: ReadonlyMap<string, string> }> {
	const wanted: readonly (readonly [keyof PacketDocuments, string | undefined])[] = [
		["spec", paths(packet, [packetDocuments.spec])[0]],
		["prd", paths(packet, [packetDocuments.prd])[0]],
		["plan", stagePaths(packet, "plan")[0]],
		["tasks", stagePaths(packet, "tasks")[0]],
		["constitution", constitutionPath],
	];
	const documents: { -readonly [K in keyof PacketDocuments]: PacketDocuments[K] } = {};
	const pathOf = new Map<string, string>();
	for (const [name, path] of wanted) {
		const text = path === undefined ? undefined : await host.files.read(path);
		if (path === undefined || text === undefined || text.trim() === "") continue;
		documents[name] = text;
		pathOf.set(name, path);
	}
	return { documents, pathOf };
}

/** What the run knows beside the documents. */
export interface RunKnowledge {
	readonly guardrailSummary: string;
	readonly memory: readonly string[];
}

// Relative parts of the space when not everything fits: what is wanted goes before how it was meant to be done.
const weights = { wanted: 4, before: 3, project: 1, run: 1 } as const;

/**
 * The material of a stage's prompts (`stage` itself and what comes after it are left out), or of a checkpoint's before
 * `stage`. At most `max` characters of documents. Rejects as the host's files do.
 */
export async function promptContext(
	host: Pick<SpecKitHost, "files">,
	packet: Packet,
	about: { readonly stage: Stage; readonly known: RunKnowledge; readonly max: number },
): Promise<string> {
	const before = stages.slice(0, stages.indexOf(about.stage));
	const wanted: readonly (readonly [string, number])[] = [
		...[packetDocuments.spec, packetDocuments.prd].flatMap((name) =>
			paths(packet, [name]).map((path): [string, number] => [path, weights.wanted]),
		),
		...before.flatMap((stage) => stagePaths(packet, stage).map((path): [string, number] => [path, weights.before])),
		[constitutionPath, weights.project],
		["product-requirements.md", weights.project],
		["PLANNING.md", weights.project],
	];
	const texts = await readAll(
		host,
		wanted.map(([path]) => path),
	);
	const material: Material[] = wanted.map(([path, weight]) => ({ title: path, text: texts.get(path) ?? "", weight }));
	material.push(
		{ title: "Guardrail of this stage", text: about.known.guardrailSummary, weight: weights.run },
		{ title: "Long-term memory", text: about.known.memory.map((hit) => `- ${hit}`).join("\n"), weight: weights.run },
	);
	return contextText(material, about.max);
}
