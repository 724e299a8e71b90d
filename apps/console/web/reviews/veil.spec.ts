import { describe, expect, it } from '@jest/globals';

import type { Personal } from '../personal/personal.js';
import { veilOf } from './veil.js';

const SET: Personal = {
  theme: 'system',
  blurPx: { 'sexual.explicit': 32, 'sexual.explicit.drawn': 0, 'sexual.suggestive': 16, other: 8 },
  grey: true,
  keysOn: true,
  keys: {},
  reasons: {},
};

describe('the veil of a picture', () => {
  it('is that of the worst label', () => {
    expect(veilOf(SET, ['sexual.suggestive', 'sexual.explicit'])).toBe('blur(32.0px) grayscale(1)');
    expect(veilOf(SET, [])).toBe('blur(8.0px) grayscale(1)');
  });

  it('is thinner on a small picture, and still one', () => {
    expect(veilOf(SET, ['sexual.explicit'], 0.1)).toBe('blur(3.2px) grayscale(1)');
    expect(veilOf(SET, ['sexual.suggestive'], 0.01)).toBe('blur(2.0px) grayscale(1)');
  });

  it('is what a person has set, also none', () => {
    expect(veilOf({ ...SET, grey: false }, ['sexual.explicit.drawn'])).toBe('none');
    expect(veilOf(SET, ['sexual.explicit.drawn'])).toBe('grayscale(1)');
  });
});
