import { FINDINGS, type Finding } from '../label.js';
import type { TransitionRule, TransitionRules } from '../policy.js';
import type { Tier } from '../words.js';

/**
 * Whether raising the block threshold of a label may have more assets blocked for good, and not fewer (ADR 25). What a tier
 * says gets milder, but a block that a rule holds for a human may come into force: when it was held because of this label
 * alone and another one, which the rules ask less about, still violates; or when the operating point that it was close to has
 * moved away.
 */
export function raisingMayBlock({ late_block: rules }: TransitionRules, label: Finding, tier: Tier): boolean {
  // the fast tier's word stands before any rule is asked, and only ever turns from a block into an allow
  if (tier === 'fast') return false;
  const close = FINDINGS.some((one) => isForClose(rules[one]));
  return close || (rules[label].do === 'ask' && FINDINGS.some((one) => rules[one].do !== 'ask'));
}

const isForClose = (rule: TransitionRule): boolean => rule.do === 'apply_unless_close' && rule.margin > 0;
