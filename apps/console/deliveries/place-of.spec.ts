import { describe, expect, it } from '@jest/globals';

import { placeOf } from './place-of.js';

describe('where an endpoint is', () => {
  it.each([
    ['https://hooks.example/', 'hooks.example', '/'],
    ['https://hooks.example:8443/moderation/events', 'hooks.example:8443', '/moderation/events'],
    ['https://hooks.example/our-moderation-callbacks/v2', 'hooks.example', '/our-moderation-callbacks/v2'],
    ['https://hooks.example/a?token=hunter2#frag', 'hooks.example', '/a'],
    ['https://user:hunter2@hooks.example/a', 'hooks.example', '/a'],
    ['https://hooks.example/services/T0001/B0002/8s7dfJhsdfKJHsdf7sdf8sJK', 'hooks.example', '/services/T0001/B0002/…'],
    ['https://hooks.example/01890a5d-ac96-774b-bcce-b302099a8057/x', 'hooks.example', '/…/x'],
  ])('of %s is without what may be a secret', (address, host, path) => {
    expect(placeOf(address)).toEqual({ host, path });
  });
});
