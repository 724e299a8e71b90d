import { STARTING_POLICY, STARTING_TRANSITIONS, type PolicyDocument } from '#moderation/policy.js';

const CLEAR = { clearBelow: 1, blockFrom: 1 };

/** The fast tier clears everything, the heavy tier finds everything explicit: every final is a late block. */
export const LATE_BLOCKS: PolicyDocument = {
  ...STARTING_POLICY,
  thresholds: {
    'sexual.explicit': { fast: CLEAR, heavy: { clearBelow: 0, blockFrom: 0 } },
    'sexual.explicit.drawn': { ...STARTING_POLICY.thresholds['sexual.explicit.drawn'], fast: CLEAR },
    'sexual.suggestive': { ...STARTING_POLICY.thresholds['sexual.suggestive'], fast: CLEAR },
  },
  transitions: {
    ...STARTING_TRANSITIONS,
    late_block: { ...STARTING_TRANSITIONS.late_block, 'sexual.explicit': { do: 'apply' } },
  },
};
