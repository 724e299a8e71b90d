const BYTES = 16;
/** In the tab's own storage from when a page goes until the next one in the same tab has come; a copy of the tab has none. */
const KEY = 'portcullis.tab';

/** What a tab calls itself, which is the same for all pages that it shows, and how much they have asked. */
interface Tab {
  readonly id: string;
  readonly turn: number;
}

let tab = comeHere();
let isGone = false;

/** What tells this tab from others of the same person: what it claims is its own. Each time the next of its turns. */
export function tabHeaders(): { readonly 'x-portcullis-tab': string; readonly 'x-portcullis-turn': string } {
  tab = { id: tab.id, turn: tab.turn + 1 };
  if (isGone) leave();
  return { 'x-portcullis-tab': tab.id, 'x-portcullis-turn': String(tab.turn) };
}

window.addEventListener('pagehide', () => {
  isGone = true;
  leave();
});
// as the browser had kept it: others may have been here meanwhile
window.addEventListener('pageshow', ({ persisted }) => {
  if (!persisted) return;
  isGone = false;
  tab = comeHere();
});

/** What the page before this one left, which nobody else finds; a tab of its own where there was none. */
function comeHere(): Tab {
  const left = inStorage((storage) => {
    const text = storage.getItem(KEY);
    storage.removeItem(KEY);
    return JSON.parse(text ?? 'null') as unknown;
  });
  return isTab(left) ? left : { id: atRandom(), turn: 0 };
}

function isTab(value: unknown): value is Tab {
  return (
    typeof value === 'object' && value !== null && 'id' in value && 'turn' in value && typeof value.turn === 'number'
  );
}

function leave(): void {
  inStorage((storage) => storage.setItem(KEY, JSON.stringify(tab)));
}

function atRandom(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(BYTES));
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');
}

/** A browser may refuse to keep anything. */
function inStorage<T>(act: (storage: Storage) => T): T | undefined {
  try {
    return act(sessionStorage);
  } catch {
    return undefined;
  }
}
