// A model request in the words of `streamGenerateContent`. Pure, and byte-stable: an unchanged item gives the same bytes.

import type { ModelInfo, ModelRequest, ToolSpec } from "@codex/protocol";
import type { Content, FunctionDeclaration, GenerationConfig, Tool } from "@google/genai/web";
import { goOnText } from "../wire/cut-answer.ts";
import { functionName } from "./function-names.ts";
import { isThirdOrLater } from "./generation.ts";
import { type ThinkingConfig, thinkingConfig } from "./thinking.ts";
import { createToContents } from "./to-contents.ts";

/** The vendor's request. */
export interface GeminiRequest {
	readonly systemInstruction?: Content;
	readonly tools?: readonly Tool[];
	readonly generationConfig?: Omit<GenerationConfig, "thinkingConfig"> & { readonly thinkingConfig?: ThinkingConfig };
	readonly contents: readonly Content[];
}

/** The schema goes as it is: the vendor takes all of JSON Schema here and passes over what it does not know. */
function toDeclaration({ description, parameters }: ToolSpec, name: string): FunctionDeclaration {
	return { name, description, parametersJsonSchema: { ...parameters } };
}

/** Whether the answer's schema goes into the request's own place, or into the instructions. */
function takesSchema({ model, tools }: ModelRequest): boolean {
	return tools.length === 0 || isThirdOrLater(model);
}

function instructionsOf(request: ModelRequest): string {
	const { instructions, outputSchema } = request;
	if (outputSchema === undefined || takesSchema(request)) return instructions;
	const told = "Your final answer must be one JSON value, without anything around it, that fits this JSON Schema:";
	return `${instructions}\n\n${told}\n${JSON.stringify(outputSchema)}`;
}

function generationConfig(request: ModelRequest, info: ModelInfo): NonNullable<GeminiRequest["generationConfig"]> {
	const { outputSchema, maxOutputTokens, model, reasoning } = request;
	return {
		...(maxOutputTokens === undefined ? {} : { maxOutputTokens }),
		...(outputSchema === undefined || !takesSchema(request)
			? {}
			: { responseMimeType: "application/json", responseJsonSchema: { ...outputSchema } }),
		...(info.supportsReasoning ? { thinkingConfig: thinkingConfig(model, reasoning?.effort, reasoning?.summary) } : {}),
	};
}

/** Stands at the end of a history whose last answer was cut: this API wants a user's words there. */
const goOn: Content = { role: "user", parts: [{ text: goOnText }] };

/** Maps requests; remembers the contents it has made, so that an unchanged one is the same object in every request. */
export type ToGeminiRequest = (request: ModelRequest, info: ModelInfo) => GeminiRequest;

/** Makes the mapping for `provider`. `toolName` gives the names of tools as the vendor takes them. */
export function createToGeminiRequest(
	provider: string,
	toolName: (tool: string) => string = functionName,
): ToGeminiRequest {
	const toContents = createToContents(provider);
	return (request, info) => {
		const text = instructionsOf(request);
		const config = generationConfig(request, info);
		const contents = toContents(request.input, isThirdOrLater(request.model));
		const functionDeclarations = request.tools.map((tool) => toDeclaration(tool, toolName(tool.name)));
		return {
			...(text === "" ? {} : { systemInstruction: { parts: [{ text }] } }),
			...(functionDeclarations.length === 0 ? {} : { tools: [{ functionDeclarations }] }),
			...(Object.keys(config).length === 0 ? {} : { generationConfig: config }),
			contents: contents.at(-1)?.role === "model" ? [...contents, goOn] : contents,
		};
	};
}
