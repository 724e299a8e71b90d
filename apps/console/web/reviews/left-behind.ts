import { releaseAs } from '../api/reviews.js';
import { TAB } from '../api/tab.js';

/** In the tab's own storage from when a page goes until the next one in the same tab has come; a copy of the tab has none. */
const KEY = 'portcullis.left-behind';

/** A case that the page before this one in the same tab had when it went, and what that page called itself. */
interface LeftBehind {
  readonly tab: string;
  readonly caseId: string;
}

let before: LeftBehind | undefined;

/** Gives a case back as the page goes, and lets the next one know: what was asked for last may come after it. */
export function leaveBehind(caseId: string): void {
  void releaseAs(TAB, caseId);
  inStorage((storage) => storage.setItem(KEY, JSON.stringify({ tab: TAB, caseId } satisfies LeftBehind)));
}

/** Gives back once more what the page before this one left. To be called when the page begins. */
export function clearUp(): void {
  before = inStorage((storage) => {
    const text = storage.getItem(KEY);
    storage.removeItem(KEY);
    return text === null ? undefined : (JSON.parse(text) as LeftBehind);
  });
  if (before !== undefined) void releaseAs(before.tab, before.caseId);
}

/** The same, for one who wants this case now. @returns whether it may be free by it */
export async function clearUpOf(caseId: string): Promise<boolean> {
  if (before?.caseId !== caseId) return false;
  await releaseAs(before.tab, caseId);
  return true;
}

/** A browser may refuse to keep anything. */
function inStorage<T>(act: (storage: Storage) => T): T | undefined {
  try {
    return act(sessionStorage);
  } catch {
    return undefined;
  }
}
