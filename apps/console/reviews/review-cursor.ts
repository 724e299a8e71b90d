import { Problem } from '#contracts/problems.js';
import type { ReviewCursor, ReviewSummary } from '#persistence/review-queue-store.js';

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;
/** The end of the year 9999: PostgreSQL and JavaScript both know it. */
const EPOCH_MS_MAX = 253_402_300_799_999;

/** Where a page ended, as clients carry it to the next. */
export function writeCursor({ disagreement, exposureMs, margin, openedAt, id }: ReviewSummary, asOfMs: number): string {
  const place = [disagreement, exposureMs, margin, openedAt.getTime(), id, asOfMs];
  return Buffer.from(JSON.stringify(place)).toString('base64url');
}

/** @throws Problem `invalid-request` for anything that `writeCursor` cannot have written */
export function readCursor(text: string): ReviewCursor {
  const cursor = parsed(text);
  if (!Array.isArray(cursor) || cursor.length !== 6) throw hostile();
  const [disagreement, exposureMs, margin, openedAtMs, id, asOfMs] = cursor as unknown[];
  if (typeof disagreement !== 'boolean' || typeof margin !== 'number' || typeof exposureMs !== 'number')
    throw hostile();
  if (typeof id !== 'string' || !UUID.test(id)) throw hostile();
  const marginFits = margin >= 0 && margin <= 1;
  // a case that came after the first page was read has less than none as of then
  const exposureFits = Math.abs(exposureMs) <= EPOCH_MS_MAX;
  if (!marginFits || !exposureFits || !isTime(openedAtMs) || !isTime(asOfMs)) throw hostile();
  // PostgreSQL refuses a number too near to 0 for its type `real`
  return { disagreement, exposureMs, margin: Math.fround(margin), openedAtMs, id, asOfMs };
}

const isTime = (ms: unknown): ms is number =>
  typeof ms === 'number' && Number.isInteger(ms) && ms >= 0 && ms <= EPOCH_MS_MAX;

function parsed(text: string): unknown {
  try {
    return JSON.parse(Buffer.from(text, 'base64url').toString('utf8')) as unknown;
  } catch {
    return undefined;
  }
}

const hostile = (): Problem =>
  new Problem('invalid-request', 'Some fields are wrong; `errors` names each of them.', {
    errors: [{ pointer: '/cursor', detail: 'must be the `next` of an earlier page' }],
  });
