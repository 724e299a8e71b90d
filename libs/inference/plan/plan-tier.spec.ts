import { describe, expect, it } from '@jest/globals';
import { isDoubtful } from './plan-tier.js';

const machine = {
  cpu: 'cpu',
  cores: 2,
  coresReason: '',
  memoryBytes: 1e9,
  node: '20.20.2',
  onnxruntime: '1.30.0',
};

describe('a plan that was kept', () => {
  it.each([
    ['made on a calm machine', 0.4, 0.1, false],
    ['made on a busy machine that is as busy now', 6, 5, false],
    ['made on a busy machine that is less busy and not calm', 6, 1.5, false],
    ['made on a busy machine that is calm now', 6, 0.4, true],
    ['made on a machine half at work that is calm now', 1.2, 0.3, true],
  ])('%s, is doubtful: load %d then, %d now', (_case, loadBefore, load, doubtful) => {
    expect(isDoubtful({ loadBefore, machine }, load)).toBe(doubtful);
  });
});
