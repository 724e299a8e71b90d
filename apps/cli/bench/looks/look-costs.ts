import { LOOKS, type Look, type Preprocessing } from '#contracts/prepared-image.js';
import { decodeFrame } from '#imaging/decode-frame.js';
import { viewsOfFrame, type NamedView } from '#imaging/frame-views.js';
import type { ModelSession } from '#inference/models/session.js';

import { drawPhotographs } from '../photographs.js';
import { median } from '../statistics.js';

/** What the views of one look cost in a picture of one size: processor milliseconds. */
export interface LookCost {
  readonly size: string;
  readonly look: Look;
  readonly views: number;
  /** Of the picture: once, whatever is looked at. */
  readonly decodeMs: number;
  /** Of one view. */
  readonly resizeMs: number;
  readonly inferenceMs: number;
}

const SIZES = [
  { name: 'JPEG 640 px', width: 640, height: 480 },
  { name: 'JPEG 2 MP', width: 1_632, height: 1_224 },
  { name: 'JPEG 12 MP', width: 4_032, height: 3_024 },
];
const PIXELS_MAX = 100_000_000;
const FIRST_FRAME = { index: 0, first: true, transparent: false };

interface Rounds {
  readonly rounds: number;
  readonly onRound: () => void;
}

/** Times each look of a recipe alone, on photographs of several sizes, in turn; the median of the rounds counts. */
export async function timeLooks(
  recipe: Preprocessing,
  session: ModelSession,
  { rounds, onRound }: Rounds,
): Promise<LookCost[]> {
  const costs: LookCost[] = [];
  const looks = LOOKS.filter((look) => recipe.looks?.includes(look) ?? look === 'reference');
  for (const { name, width, height } of SIZES) {
    const [jpeg = Buffer.alloc(0)] = await drawPhotographs(1, { width, height });
    const decode = () => decodeFrame(jpeg, { pixelsMax: PIXELS_MAX });
    const frame = await decode();
    if (frame === undefined) throw new Error('a drawn photograph cannot be decoded');
    const viewsBy = (look: Look) => viewsOfFrame(frame, FIRST_FRAME, { ...recipe, looks: [look] });
    const [decodes, runs] = [[] as number[], [] as number[]];
    const resizes = new Map(looks.map((look) => [look, [] as number[]]));
    const counts = new Map<Look, number>();
    for (let round = 0; round < rounds; round += 1) {
      decodes.push(await cpuMs(decode));
      for (const [look, times] of resizes) {
        let views: NamedView[] = [];
        times.push(await cpuMs(async () => (views = await viewsBy(look))));
        counts.set(look, views.length);
        const [view] = views;
        if (view !== undefined) runs.push(await cpuMs(() => session.run([view.pixels])));
      }
      onRound();
    }
    for (const [look, times] of resizes) {
      const views = counts.get(look) ?? 0;
      const resizeMs = median(times) / Math.max(1, views);
      costs.push({ size: name, look, views, decodeMs: median(decodes), resizeMs, inferenceMs: median(runs) });
    }
  }
  return costs;
}

export const TIMED_SIZES = SIZES.length;

async function cpuMs(work: () => Promise<unknown>): Promise<number> {
  const before = process.cpuUsage();
  await work();
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1_000;
}
