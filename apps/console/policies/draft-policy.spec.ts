import 'reflect-metadata';

import { describe, expect, it } from '@jest/globals';

import { Problem } from '#contracts/problems.js';
import { STARTING_POLICY, type PolicyDocument } from '#moderation/policy.js';
import { PolicyVersionEntity } from '#persistence/entities/policy-version.entity.js';
import type { PolicyDraft } from '#persistence/policy-store.js';

import { DraftPolicy } from './draft-policy.js';

const versionOf = (version: number, baseVersion: number | null): PolicyVersionEntity =>
  Object.assign(new PolicyVersionEntity(), { version, baseVersion });

/** Policies of which another goes live right after somebody has looked. */
class Overtaken {
  private live = 5;

  findLive(): Promise<PolicyVersionEntity> {
    const found = versionOf(this.live, null);
    this.live += 1;
    return Promise.resolve(found);
  }

  draft({ baseVersion = this.live }: PolicyDraft): Promise<PolicyVersionEntity> {
    return Promise.resolve(versionOf(9, baseVersion));
  }
}

const draft = (baseVersion: number | null): Promise<PolicyVersionEntity> => {
  const merges = { stale: (): Promise<Problem> => Promise.resolve(new Problem('policy-base-stale', 'x')) };
  const document: PolicyDocument = STARTING_POLICY;
  const body = { document, note: 'x', baseVersion };
  return new DraftPolicy(new Overtaken(), merges).draft(body, 'chief');
};

describe('a draft', () => {
  it('lies on the version that was looked at, whatever goes live before it is stored', async () => {
    expect((await draft(5)).baseVersion).toBe(5);
  });

  it.each([[4], [null]])('with the base %s, which is not live, is refused', async (base) => {
    await expect(draft(base)).rejects.toMatchObject({ code: 'policy-base-stale' });
  });
});
