// Answers from a model: the configured provider with its key, address and prices.

import {
	type Config,
	type ConfigFlags,
	formatProblem,
	type LoadedConfig,
	loadConfig,
	type SelectedProvider,
	selectProvider,
} from "@codex/config";
import type { ModelStream } from "@codex/core";
import { exitCodes, type ModelInfo, type ModelPrice, type SessionId } from "@codex/protocol";
import { createProvider, type Provider, type ProviderSettings } from "@codex/providers";
import type { RuntimeContext } from "../runtime-context.ts";
import type { AnswerSource } from "./answer-source.ts";
import { type SessionLimits, type StartError, startError } from "./start-request.ts";

/** A provider that is ready, with the choice that led to it. */
export interface OpenedProvider {
	readonly kind: "ok";
	readonly provider: Provider;
	readonly source: AnswerSource;
}

/** What a provider is opened with. */
export interface ProviderRequest {
	readonly loaded: LoadedConfig;
	readonly limits: SessionLimits;
	readonly sessionId: SessionId;
	readonly originator: string;
	/** A limit of cost does not need a known price. */
	readonly allowUnpriced: boolean;
}

function prices(config: Config, asOf: string): Record<string, ModelPrice> {
	const entries = Object.entries(config.model_prices).map(([model, price]): [string, ModelPrice] => [
		model,
		{ input: price.input, cachedInput: price.cached_input ?? price.input, output: price.output, asOf },
	]);
	return Object.fromEntries(entries);
}

function providerSettings(
	selected: SelectedProvider,
	{ loaded, limits }: ProviderRequest,
	nowMs: number,
): ProviderSettings {
	const { id, wire, baseUrl, apiKey, apiKeySource, headers, queryParams, organization, project } = selected;
	return {
		id,
		wire,
		baseUrl,
		...(apiKey === undefined ? {} : { apiKey }),
		...(apiKeySource === undefined ? {} : { apiKeySource }),
		headers,
		queryParams,
		streamIdleTimeoutMs: limits.idleTimeoutMs ?? selected.streamIdleTimeoutMs,
		...(organization === undefined ? {} : { organization }),
		...(project === undefined ? {} : { project }),
		modelPrices: prices(loaded.config, new Date(nowMs).toISOString().slice(0, 10)),
	};
}

/** What the user says of a model goes over what the table knows. */
function adjustedInfo(info: ModelInfo, config: Config): ModelInfo {
	const { model_context_window, model_max_output_tokens, model_supports_reasoning_summaries } = config;
	return {
		...info,
		...(model_context_window === undefined ? {} : { contextWindow: model_context_window, known: true }),
		...(model_max_output_tokens === undefined ? {} : { maxOutputTokens: model_max_output_tokens }),
		...(model_supports_reasoning_summaries === true ? { supportsReasoning: true } : {}),
	};
}

/** The price is needed before anything is spent, not found missing afterwards. */
function priceError(model: string, info: ModelInfo, limits: SessionLimits): StartError | undefined {
	if (limits.maxCostUsd === undefined || info.price !== undefined) return undefined;
	return startError(
		exitCodes.usage,
		`the price of \`${model}\` is not known, so \`--max-cost-usd\` cannot be kept`,
		`set it in \`model_prices\`, in US dollars per million tokens: -c 'model_prices={"${model}"={input=1.25,cached_input=0.125,output=10.0}}'`,
	);
}

/** Chooses and makes the provider. Sends nothing. */
export function openProvider(context: RuntimeContext, request: ProviderRequest): OpenedProvider | StartError {
	const { config, flags } = request.loaded;
	const selected = selectProvider(config, context.environment, { flags });
	if (selected.kind === "no_credentials") {
		return { ...startError(exitCodes.infrastructure, ...selected.lines), lacksCredentials: true };
	}
	if (selected.kind === "error") return startError(exitCodes.usage, selected.message);
	if (selected.apiKey !== undefined) context.redactor.add(selected.apiKey);
	for (const value of Object.values(selected.headers)) context.redactor.add(value);
	const provider = createProvider(providerSettings(selected, request, context.clock.nowMs()), {
		clock: context.clock,
		userAgent: `code/${context.version} (${process.platform}; ${process.arch}) node/${process.versions.node}`,
		originator: request.originator,
		sessionId: request.sessionId,
	});
	const modelInfo = (model: string): ModelInfo => adjustedInfo(provider.modelInfo(model), config);
	const unpriced = request.allowUnpriced
		? undefined
		: priceError(selected.model, modelInfo(selected.model), request.limits);
	if (unpriced !== undefined) return unpriced;
	const stream: ModelStream = {
		provider: provider.provider,
		modelInfo,
		stream: (input, signal) => provider.stream(input, signal),
	};
	const source: AnswerSource = {
		stream,
		model: selected.model,
		because: selected.because,
		requestMaxRetries: selected.requestMaxRetries,
		streamMaxRetries: selected.streamMaxRetries,
		warm: () => provider.warm(),
		begin: () => undefined,
		finish: async () => {
			await provider.close();
			return [];
		},
	};
	return { kind: "ok", provider, source };
}

/** Why no model can be asked under the configuration of a folder; `undefined` when one can. Sends and starts nothing. */
export async function missingCredentials(context: RuntimeContext, flags: ConfigFlags): Promise<StartError | undefined> {
	const loaded = await loadConfig(context.environment, context.paths, flags);
	if (loaded.kind === "error") return startError(exitCodes.usage, ...loaded.problems.map(formatProblem));
	const selected = selectProvider(loaded.config, context.environment, { flags: loaded.flags });
	if (selected.kind === "no_credentials") {
		return { ...startError(exitCodes.infrastructure, ...selected.lines), lacksCredentials: true };
	}
	return selected.kind === "error" ? startError(exitCodes.usage, selected.message) : undefined;
}
