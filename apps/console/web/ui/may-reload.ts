const STORED_AS = 'portcullis-reloaded';
const PAUSE_MS = 60_000;

/**
 * Whether a page that lacks a part of itself loads itself anew: once, for one that still lacks it then would do nothing else
 * any more.
 */
export function mayReload(storage: Pick<Storage, 'getItem' | 'setItem'>, nowMs: number): boolean {
  const lastMs = Number(storage.getItem(STORED_AS) ?? '0');
  if (nowMs - lastMs < PAUSE_MS) return false;
  storage.setItem(STORED_AS, String(nowMs));
  return true;
}
