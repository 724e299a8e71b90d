import { describe, expect, it } from '@jest/globals';
import { jobIdOf, readJobId } from './job-id.js';

const ASSET = '01890a5d-ac96-774b-bcce-b302099a80a1';

describe("a job's id", () => {
  it("is its asset's, with a number behind it for one that is rung beside another", () => {
    expect([0, 1, 12].map((beside) => jobIdOf({ assetId: ASSET, beside }))).toEqual([
      ASSET,
      `${ASSET}.1`,
      `${ASSET}.12`,
    ]);
  });

  it('is read back', () => {
    for (const beside of [0, 1, 7, 999_999_999]) {
      expect(readJobId(jobIdOf({ assetId: ASSET, beside }))).toEqual({ assetId: ASSET, beside });
    }
  });

  it.each(['', 'x', ASSET.toUpperCase(), `${ASSET}.`, `${ASSET}.0`, `${ASSET}.x`, `${ASSET}.1234567890`, `0:${ASSET}`])(
    'is not %s',
    (id) => expect(readJobId(id)).toBeUndefined(),
  );
});
