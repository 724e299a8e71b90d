import { expect, it } from '@jest/globals';

/** A browser, as far as settings need one: what it keeps, and a page to draw. */
function browser(): Map<string, string> {
  const kept = new Map<string, string>();
  const localStorage = {
    getItem: (name: string) => kept.get(name) ?? null,
    setItem: (name: string, value: string) => void kept.set(name, value),
  };
  Object.assign(globalThis, { localStorage, document: { documentElement: { dataset: {} } } });
  return kept;
}

it('a tab that remembers a reason leaves alone how another tab has set the veil', async () => {
  const kept = browser();
  const { personal, rememberReason, setPersonal } = await import('./personal.js');
  setPersonal({ grey: true });
  const other = JSON.parse(kept.get('portcullis') ?? '{}') as { blurPx: Record<string, number> };
  kept.set('portcullis', JSON.stringify({ ...other, blurPx: { ...other.blurPx, 'sexual.explicit': 48 } }));
  rememberReason('allow', 'a drawn scene');
  expect(personal().blurPx['sexual.explicit']).toBe(48);
  expect(personal().reasons).toEqual({ allow: 'a drawn scene' });
  expect(JSON.parse(kept.get('portcullis') ?? '{}')).toMatchObject({ blurPx: { 'sexual.explicit': 48 } });
});
