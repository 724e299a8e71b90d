import type { Model } from '#inference/models/repository.js';
import { createSession, type ModelSession } from '#inference/models/session.js';
import type { VariantAgreement } from '#inference/models/variant.js';
import { agreementOf } from '#inference/models/variant-agreement.js';

import { median } from '../statistics.js';

type Views = readonly Uint8Array[];

export interface PairOptions {
  readonly views: { readonly drawn: Views; readonly photographs: Views };
  readonly rounds: number;
  readonly signal: AbortSignal;
  readonly onProgress: (done: number, total: number) => void;
}

/** A model and a variant of it, one thread, one view a run. */
export interface PairComparison {
  readonly model: string;
  readonly variant: string;
  /** Medians over all runs. */
  readonly modelMs: number;
  readonly variantMs: number;
  /** Of each round: median of the model's runs through median of the variant's. */
  readonly ratios: readonly number[];
  readonly agreement: { readonly drawn: VariantAgreement; readonly photographs: VariantAgreement | null };
}

export interface VariantComparison extends PairComparison {
  readonly tier: 'fast' | 'heavy';
}

/** Runs of each file in a round. */
const RUNS = 8;

/** Compares speed, in turns so that both meet the same machine, and then answers. Runs in this process, and blocks it. */
export async function comparePair(
  model: Model,
  variant: Model,
  { views: { drawn, photographs }, rounds, signal, onProgress }: PairOptions,
): Promise<PairComparison> {
  const sessions = [await createSession(model, { threads: 1 }), await createSession(variant, { threads: 1 })] as const;
  const [first, second] = sessions;
  const total = rounds + drawn.length + photographs.length;
  let done = 0;
  const step = (): void => {
    signal.throwIfAborted();
    onProgress(++done, total);
  };
  const compare = async (views: Views): Promise<VariantAgreement> => {
    const rows: { model: number[]; variant: number[] }[] = [];
    for (const view of views) {
      rows.push({ model: await scoresOf(first, view), variant: await scoresOf(second, view) });
      step();
    }
    return agreementOf(
      rows.map((row) => row.model),
      rows.map((row) => row.variant),
    );
  };
  try {
    const times = await takeTurns(sessions, drawn, rounds, step);
    return {
      model: model.id,
      variant: variant.id,
      modelMs: median(times.flatMap((round) => round.first)),
      variantMs: median(times.flatMap((round) => round.second)),
      ratios: times.map((round) => median(round.first) / median(round.second)),
      agreement: {
        drawn: await compare(drawn),
        photographs: photographs.length > 0 ? await compare(photographs) : null,
      },
    };
  } finally {
    await Promise.all(sessions.map((session) => session.close()));
  }
}

interface RoundTimes {
  readonly first: readonly number[];
  readonly second: readonly number[];
}

async function takeTurns(
  [first, second]: readonly [ModelSession, ModelSession],
  views: Views,
  rounds: number,
  onRound: () => void,
): Promise<RoundTimes[]> {
  const timed = (session: ModelSession): Promise<number[]> => timeRuns(session, views.slice(0, RUNS));
  await timed(first);
  await timed(second);
  const times: RoundTimes[] = [];
  for (let round = 0; round < rounds; round += 1) {
    if (round % 2 === 0) {
      times.push({ first: await timed(first), second: await timed(second) });
    } else {
      const secondTimes = await timed(second);
      times.push({ first: await timed(first), second: secondTimes });
    }
    onRound();
  }
  return times;
}

async function timeRuns(session: ModelSession, views: Views): Promise<number[]> {
  const times: number[] = [];
  for (const view of views) {
    const startedMs = performance.now();
    await session.run([view]);
    times.push(performance.now() - startedMs);
  }
  return times;
}

async function scoresOf(session: ModelSession, view: Uint8Array): Promise<number[]> {
  const { scores } = await session.run([view]);
  return scores[0] ?? [];
}
