import type { LightOutcome } from '#contracts/classify.js';
import type { PreparedImage } from '#contracts/prepared-image.js';
import type { Prepared } from '../classifier/prepare.js';

/** Scores of some views, and what their request took. */
export interface ScoredViews {
  readonly scores: readonly (readonly number[])[];
  readonly inferenceMs: number;
}

/** An image whose views are scored elsewhere. */
interface Scoring {
  readonly image: PreparedImage;
  readonly decodeMs: number;
  inferenceMs: number;
  readonly scores: (readonly number[])[];
}

interface View {
  readonly of: Scoring;
  readonly place: number;
  readonly pixels: Uint8Array;
}

/**
 * Has decoded images scored in requests of up to `batchMax` views, each sent as soon as it is full, the last as it is.
 *
 * @param decodes one per image, in order
 * @returns one outcome per image, in order; `inferenceMs` is the image's share, by views, of its requests
 * @throws the first failure of a decode or a request
 */
export async function scoreDecoded(
  decodes: readonly Promise<Prepared>[],
  batchMax: number,
  infer: (views: readonly Uint8Array[]) => Promise<ScoredViews>,
): Promise<LightOutcome[]> {
  const waiting: View[] = [];
  const requests: Promise<void>[] = [];
  const send = (size: number): void => {
    const request = score(waiting.splice(0, size), infer);
    // A call that fails is answered at once; requests that fail after it have nobody to tell.
    request.catch(() => undefined);
    requests.push(request);
  };
  const results = [];
  for (const decode of decodes) {
    const { image, decodeMs } = await decode;
    if (image.kind !== 'prepared') results.push(image);
    else {
      const scoring: Scoring = { image, decodeMs, inferenceMs: 0, scores: [] };
      results.push(scoring);
      waiting.push(...image.views.map((pixels, place) => ({ of: scoring, place, pixels })));
    }
    while (waiting.length >= batchMax) send(batchMax);
  }
  if (waiting.length > 0) send(waiting.length);
  await Promise.all(requests);
  return results.map((result) => ('image' in result ? toScored(result) : result));
}

/** Has views scored in requests of up to `batchMax`, all at the same time. @returns `inferenceMs` is the sum of theirs */
export async function scoreViews(
  views: readonly Uint8Array[],
  batchMax: number,
  infer: (views: readonly Uint8Array[]) => Promise<ScoredViews>,
): Promise<ScoredViews> {
  const batches = Array.from({ length: Math.ceil(views.length / batchMax) }, (_, index) =>
    views.slice(index * batchMax, (index + 1) * batchMax),
  );
  const parts = await Promise.all(batches.map((batch) => infer(batch)));
  const inferenceMs = parts.reduce((sum, part) => sum + part.inferenceMs, 0);
  return { scores: parts.flatMap(({ scores }) => scores), inferenceMs };
}

async function score(
  views: readonly View[],
  infer: (views: readonly Uint8Array[]) => Promise<ScoredViews>,
): Promise<void> {
  const { scores, inferenceMs } = await infer(views.map(({ pixels }) => pixels));
  for (const [index, { of, place }] of views.entries()) {
    const row = scores[index];
    if (row === undefined) throw new Error(`a request of ${views.length} views gave ${scores.length} rows`);
    of.scores[place] = row;
    of.inferenceMs += inferenceMs / views.length;
  }
}

const toScored = ({ image, decodeMs, inferenceMs, scores }: Scoring): LightOutcome => ({
  kind: 'scored',
  facts: image.facts,
  views: scores,
  viewNames: image.viewNames,
  decodeMs,
  inferenceMs,
  perceptual: image.perceptual,
});
