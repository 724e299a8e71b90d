import { describe, expect, it } from '@jest/globals';

import { addressOf, shownOf, type Shown } from './delivery-address.js';

const ID = '01890a5d-ac96-774b-bcce-b302099a8057';

describe('the address of deliveries', () => {
  it.each<Shown>([
    {},
    { client: ID },
    { endpoints: 'disabled' },
    { state: 'waiting' },
    { state: 'failed', client: ID },
    { state: 'delivered', endpoint: ID },
  ])('names %j', (shown) => {
    expect(shownOf(new URL(addressOf(shown), 'http://x').searchParams)).toEqual(shown);
  });

  it('leaves out what it says wrongly, or what belongs to another list', () => {
    expect(shownOf(new URLSearchParams('state=gone&endpoints=some&client=me'))).toEqual({});
    expect(shownOf(new URLSearchParams(`endpoint=${ID}`))).toEqual({});
    expect(shownOf(new URLSearchParams('state=failed&endpoints=disabled'))).toEqual({ state: 'failed' });
  });
});
