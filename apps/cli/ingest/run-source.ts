import type { Pace } from '#moderation/sources/pace.js';
import { addFigures, NO_FIGURES, type RunFigures } from '#moderation/sources/source.js';
import type { HandledItem, SourceItemStore } from '#persistence/source-item-store.js';
import type { IngestSource, SourceStore } from '#persistence/source-store.js';

import { adoptAccepted } from './adopt-accepted.js';
import { comparePage, type CompareOptions, type Task } from './compare-page.js';
import { deliverItem, type DeliverParts } from './deliver-item.js';
import { eachAtOnce } from './each-at-once.js';
import { pagesOf } from './pages-of.js';
import { patiently } from './patiently.js';
import type { IngestPlace, Listed } from './place.js';
import { restUntil } from './rest-until.js';
import { count, type RunTally } from './run-tally.js';

export interface UploadParts extends DeliverParts {
  readonly items: SourceItemStore;
  readonly pace: Pace;
  readonly tally: RunTally;
  /** Hears of something that is passed over, or did not become an asset. */
  readonly onTrouble: (key: Buffer, what: string) => void;
  /** How many uploads may be under way at the same time. */
  readonly concurrency: number;
}

export interface RunParts extends UploadParts {
  readonly place: IngestPlace;
  readonly sources: SourceStore;
}

/** Items that are compared with what is remembered in one statement; afterwards the cursor is behind them. */
export const PAGE = 500;
/** Items that are remembered in one statement. As many may be sent again, to no effect, by a run that goes on. */
const REMEMBERED_AT_ONCE = 32;

/**
 * Takes a source's images in the order of their keys, from where the run under way was: uploads what is new or has changed,
 * and remembers what became of it.
 *
 * @param goesOn the run was begun by another process, which did not come to its end
 * @throws OperationalError when the service, the place or the database is away: the run can go on later
 */
export async function runSource(
  { source, goesOn }: { readonly source: IngestSource; readonly goesOn: boolean },
  parts: RunParts,
  options: Omit<CompareOptions, 'run'>,
): Promise<void> {
  const { place, sources, items, tally, stop, onTrouble } = parts;
  const { id, run } = source;
  let figures = source.figures;
  let mayBeAccepted = goesOn;
  let sinceMs = performance.now();
  const add = (more: RunFigures): RunFigures => {
    const nowMs = performance.now();
    figures = addFigures(figures, { ...more, activeMs: Math.round(nowMs - sinceMs) });
    sinceMs = nowMs;
    return figures;
  };
  for await (const page of pagesOf(place.list(source.cursor ?? undefined), PAGE)) {
    const compared = await patiently(stop, () => comparePage(page, id, items, { ...options, run }));
    tally.listed += compared.figures.listed;
    tally.unchanged += compared.figures.unchanged;
    for (const { key, reason } of compared.passed) onTrouble(key, reason);
    // what was uploaded and not remembered lies in the page behind the cursor, or failed as its answer was lost
    const suspects = compared.tasks.filter(({ change }) => mayBeAccepted || change === 'retried');
    mayBeAccepted = false;
    const { left, found } = await patiently(stop, () => adoptAccepted(suspects, source, items));
    for (const item of found) count(tally, item);
    const others = new Set(compared.tasks);
    for (const task of suspects) others.delete(task);
    await uploadAll([...others, ...left], source, parts);
    const last = page.at(-1);
    if (stop.aborted || last === undefined) return;
    const upToHere = add(compared.figures);
    await patiently(stop, () => sources.advance(id, run, keyOf(last), upToHere));
  }
  if (stop.aborted) return;
  const whole = add(NO_FIGURES);
  await patiently(stop, () => sources.end(id, run, whole));
}

/** Uploads items and remembers what became of them, also of those before an error or an order to stop. */
export async function uploadAll(
  tasks: readonly Task[],
  { id, run }: Pick<IngestSource, 'id' | 'run'>,
  parts: UploadParts,
): Promise<void> {
  const { items, pace, tally, stop, onTrouble, concurrency } = parts;
  let done: HandledItem[] = [];
  const remember = async (): Promise<void> => {
    const some = done;
    done = [];
    await patiently(stop, () => items.remember(id, run, some));
  };
  const upload = async ({ item, change }: Task): Promise<void> => {
    await restUntil(pace.take(performance.now()), stop);
    if (stop.aborted) return;
    const delivered = await deliverItem(item, parts);
    if (delivered === undefined) return;
    count(tally, delivered);
    if (delivered.reason !== null) onTrouble(item.key, `${delivered.outcome}, ${delivered.reason}`);
    done.push({ ...item, change, ...delivered });
    if (done.length >= REMEMBERED_AT_ONCE) await remember();
  };
  try {
    await eachAtOnce(tasks, concurrency, () => stop.aborted, upload);
  } finally {
    await remember();
  }
}

const keyOf = (listed: Listed): Buffer => (listed.kind === 'item' ? listed.item.key : listed.key);
