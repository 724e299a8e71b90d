import { FIRST_PREVIOUS, hashOf } from './audit-chain.js';
import type { AuditHead, AuditStore, StoredRow } from './audit-store.js';

export interface AuditFault {
  /** Of the row. */
  readonly number: number;
  readonly fault: string;
}

export interface AuditReport {
  readonly rows: number;
  /** Where the chain ended when the check began: keep it elsewhere, and check against it later. */
  readonly head: AuditHead;
  readonly faultCount: number;
  /** The first of them; there may be more. */
  readonly faults: readonly AuditFault[];
}

export interface AuditCheck {
  /** A head of an earlier check: its row must be there, and the same. */
  readonly known?: AuditHead | undefined;
  readonly onProgress?: (done: number, total: number) => void;
}

const PAGE = 1_000;
const FAULTS_LISTED_MAX = 100;

/** Reads the whole audit and works every hash out anew. Safe while services write to it. */
export async function verifyAudit(
  book: Pick<AuditStore, 'chain' | 'head' | 'strays'>,
  { known, onProgress = () => undefined }: AuditCheck = {},
): Promise<AuditReport> {
  const head = await book.head();
  const faults: AuditFault[] = [];
  let faultCount = 0;
  const add = (number: number, fault: string): void => {
    faultCount += 1;
    if (faults.length < FAULTS_LISTED_MAX) faults.push({ number, fault });
  };
  for (const number of await book.strays(PAGE)) add(number, 'is before the first one: it is forged');
  let last: AuditHead = { number: 0, hash: FIRST_PREVIOUS };
  let rows = 0;
  for (let page = await book.chain(PAGE, 0); page.length > 0; page = await book.chain(PAGE, last.number)) {
    for (const row of page) {
      for (const fault of faultsOf(row, last)) add(Number(row.number), fault);
      last = { number: Number(row.number), hash: row.hash };
      rows += 1;
      if (known?.number === last.number && known.hash !== last.hash) add(last.number, 'is not the row it was');
      if (head.number === last.number && head.hash !== last.hash) add(last.number, 'is not where the chain ended');
    }
    onProgress(rows, Math.max(rows, head.number));
  }
  // rows come with the head that counts them: once all are read, none is behind it
  const end = await book.head();
  if (head.hash === '' || end.hash === '')
    add(last.number, 'is the last there is: what says where the chain ends is gone');
  else if (last.number > end.number)
    add(end.number + 1, `and all up to ${last.number} are behind the end of the chain`);
  if (last.number < head.number) add(last.number + 1, `and all up to ${head.number} are gone`);
  if (known !== undefined && last.number < known.number) add(known.number, 'was there, and is gone');
  return { rows, head, faultCount, faults };
}

function faultsOf(row: StoredRow, before: AuditHead): string[] {
  const missing = Number(row.number) - before.number - 1;
  const gap = missing === 0 ? [] : [`follows a gap of ${missing}`];
  const link = missing === 0 && row.previous !== before.hash ? ['does not follow from the row before'] : [];
  return [...gap, ...link, ...(hashOf(row) === row.hash ? [] : ['was changed: its hash is another'])];
}
