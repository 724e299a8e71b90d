/** The closed sets of words that decisions are made of (docs/glossary.md). */
export const TIERS = ['fast', 'heavy'] as const;
export type Tier = (typeof TIERS)[number];

export const TRAFFIC_CLASSES = ['urgent', 'normal', 'bulk'] as const;
export type TrafficClass = (typeof TRAFFIC_CLASSES)[number];
export const isTrafficClass = (value: unknown): value is TrafficClass => TRAFFIC_CLASSES.some((one) => one === value);

export const PROVISIONAL_VERDICTS = ['allow', 'block'] as const;
export type ProvisionalVerdict = (typeof PROVISIONAL_VERDICTS)[number];

export const VERDICTS = ['allow', 'block', 'review'] as const;
export type Verdict = (typeof VERDICTS)[number];

export const STAGES = ['provisional', 'final'] as const;
export type Stage = (typeof STAGES)[number];

export const SOURCES = ['hash', 'fast', 'heavy', 'moderator', 'appeal', 'default'] as const;
export type Source = (typeof SOURCES)[number];

export const BANDS = ['clear', 'uncertain', 'violating'] as const;
export type Band = (typeof BANDS)[number];

export const TRANSITIONS = [
  'confirmed_allow',
  'confirmed_block',
  'late_block',
  'late_release',
  'needs_review',
] as const;
export type Transition = (typeof TRANSITIONS)[number];

export const POLICY_STATES = ['draft', 'live', 'retired'] as const;
export type PolicyState = (typeof POLICY_STATES)[number];

export const REVIEW_STATES = ['open', 'claimed', 'decided', 'withdrawn'] as const;
export type ReviewState = (typeof REVIEW_STATES)[number];

/** What people do with a case. */
export const CASE_STEPS = [
  'claim',
  'release',
  'skip',
  'hold',
  'escalate',
  'assign',
  'return',
  'decide',
  'undo',
] as const;
export type CaseStep = (typeof CASE_STEPS)[number];

/** Why there is a decision beyond the ordinary ones: one provisional, one machine final, and what people decide. */
export const CAUSES = ['late', 'resubmitted', 'campaign', 'rollback', 'undo'] as const;
export type Cause = (typeof CAUSES)[number];
