import { beforeEach, expect, it, jest } from '@jest/globals';

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

beforeEach(() => {
  jest.resetModules();
});

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

it('leaves nothing of what a person has set to whoever signs in after them, in any tab, but the theme', async () => {
  const kept = browser();
  const { belongTo, personal, rememberReason, setPersonal } = await import('./personal.js');
  belongTo('ann');
  setPersonal({ theme: 'dark', grey: false });
  rememberReason('allow', 'her neighbour’s child');
  belongTo('ann');
  expect(personal()).toMatchObject({ grey: false, reasons: { allow: 'her neighbour’s child' } });
  belongTo('ben');
  expect(personal()).toMatchObject({ theme: 'dark', grey: true, reasons: {} });
  expect(kept.get('portcullis')).not.toContain('neighbour');
  rememberReason('allow', 'a statue');
  // in another tab the one before signs in again
  kept.set('portcullis', JSON.stringify({ ...personal(), owner: 'ann', reasons: {} }));
  rememberReason('sexual.explicit', 'plain to see');
  expect(JSON.parse(kept.get('portcullis') ?? '')).toMatchObject({ reasons: { 'sexual.explicit': 'plain to see' } });
  expect(kept.get('portcullis')).not.toContain('statue');
});
