import type { PolicyChange } from '#moderation/policy-diff.js';
import type { PolicyValue } from '#moderation/policy-leaves.js';

/** What moving a threshold up does, by tier and edge; moving it down does the opposite. */
const THRESHOLDS = {
  'fast clearBelow': ['More is cleared at upload', 'Less is cleared at upload'],
  'fast blockFrom': ['Less is blocked at upload', 'More is blocked at upload'],
  'heavy clearBelow': ['More is allowed, less goes to people', 'Less is allowed, more goes to people'],
  'heavy blockFrom': ['Less is blocked, more goes to people', 'More is blocked, less goes to people'],
} as const;

/** How much a rule asks people: the more, the higher. */
const ASKING = { apply: 0, apply_unless_close: 1, ask: 2 } as const;

/** What a change does, in a few words; empty where its values say it all. */
export function changeMeaning({ path, from, to }: PolicyChange): string {
  const [part, name = '', tier, edge] = path.split('/').slice(1);
  if (typeof from === 'number' && typeof to === 'number') {
    if (part === 'finalWithinMs') return to > from ? 'Promises finals later' : 'Promises finals sooner';
    const known = Object.entries(THRESHOLDS).find(([key]) => key === `${tier ?? ''} ${edge ?? ''}`);
    return known === undefined ? '' : known[1][to > from ? 0 : 1];
  }
  if (typeof from === 'object' && typeof to === 'object') return ruleMeaning(name, asking(to) - asking(from));
  if (part === 'provisional') return to === 'block' ? 'Safer, and blocks more in error' : 'Blocks less in error';
  if (part === 'ifLate')
    return to === 'block' ? 'Images with a late final are blocked' : 'A late final changes nothing';
  return '';
}

const asking = (rule: Extract<PolicyValue, object>): number =>
  ASKING[rule.do] + (rule.do === 'apply_unless_close' ? rule.margin : 0);

function ruleMeaning(transition: string, more: number): string {
  const what = transition === 'late_block' ? 'late blocks' : 'late releases';
  if (more === 0) return '';
  return more > 0 ? `People are asked about more ${what}` : `People are asked about fewer ${what}`;
}
