import type { Asset } from '#client/answers.js';
import type { Portcullis } from '#client/portcullis.js';
import type { SubmitFields } from '#client/submit.js';

import { eachAtOnce } from '../ingest/each-at-once.js';
import type { Progress } from '../progress-bar.js';
import { outcomeOf, outcomeOfError, type Handled, type Outcome } from './outcome.js';
import type { Sendable } from './source-of.js';
import { submitOne, type SubmitOneParts } from './submit-one.js';
import type { Step } from './tally.js';

export interface SubmitParts extends SubmitOneParts {
  readonly client: Pick<Portcullis, 'submit' | 'get' | 'waitForFinal'>;
  readonly open: (name: string) => Promise<Sendable>;
  readonly fields: (name: string) => SubmitFields;
  readonly concurrency: number;
  /** How long to wait for finals; undefined: not at all. */
  readonly waitMs: number | undefined;
  /** Nothing more is begun; what is on its way goes on to its provisional decision, unless that fails. */
  readonly stop: AbortSignal;
  readonly onStep: (step: Step) => void;
  readonly bar: (what: string) => Progress;
}

/** Finals that are waited for at the same time; they share one stream of events. */
const WAITING_MAX = 32;

/**
 * Hands images in and, where it is wanted, waits for their finals. What fails is an outcome like others.
 *
 * @returns in the order of the names; what was never begun is left out
 */
export async function submitFiles(names: readonly string[], parts: SubmitParts): Promise<Handled[]> {
  const { client, open, fields, concurrency, waitMs, stop, onStep } = parts;
  const outcomes = new Map<number, Outcome>();
  const accepted: { readonly index: number; readonly asset: Asset }[] = [];
  const end = (index: number, name: string, outcome: Outcome): void => {
    outcomes.set(index, outcome);
    onStep({ state: 'done', index, handled: { name, outcome } });
  };
  await inTurn(
    names.entries(),
    { what: 'submitted', most: concurrency, total: names.length },
    parts,
    async ([index, name]) => {
      onStep({ state: 'begun', index });
      const asset = await accept(async () => submitOne(await open(name), fields(name), parts));
      if ('kind' in asset) end(index, name, asset);
      else if (waitMs === undefined) end(index, name, outcomeOf(asset));
      else {
        accepted.push({ index, asset });
        onStep({ state: 'accepted', index, handled: { name, outcome: outcomeOf(asset) } });
      }
    },
  );
  const deadlineMs = performance.now() + (waitMs ?? 0);
  const waits = { what: 'labelled', most: WAITING_MAX, total: accepted.length };
  await inTurn(accepted, waits, parts, async ({ index, asset }) => {
    const timeoutMs = Math.max(1, deadlineMs - performance.now());
    const outcome = await client
      .waitForFinal(asset.id, { timeoutMs, signal: stop })
      .then(outcomeOf, (error: unknown) => (stop.aborted ? outcomeOf(asset) : outcomeOfError(error, asset)));
    end(index, names[index] ?? '', outcome);
  });
  // stopped while others were waited for: these have their provisional decision
  for (const { index, asset } of accepted) {
    if (!outcomes.has(index)) end(index, names[index] ?? '', outcomeOf(asset));
  }
  return [...outcomes].sort(([a], [b]) => a - b).map(([index, outcome]) => ({ name: names[index] ?? '', outcome }));
}

async function accept(work: () => Promise<Asset>): Promise<Asset | Outcome> {
  try {
    return await work();
  } catch (error) {
    return outcomeOfError(error, null);
  }
}

interface Turn {
  readonly what: string;
  /** At a time. */
  readonly most: number;
  readonly total: number;
}

async function inTurn<T>(
  things: Iterable<T>,
  { what, most, total }: Turn,
  { stop, bar }: SubmitParts,
  work: (thing: T) => Promise<void>,
): Promise<void> {
  if (total === 0) return;
  const progress = bar(what);
  let done = 0;
  try {
    await eachAtOnce(
      things,
      most,
      () => stop.aborted,
      async (thing) => {
        await work(thing);
        done += 1;
        progress.show(done, total);
      },
    );
  } finally {
    progress.end();
  }
}
