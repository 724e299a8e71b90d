import type { ReactNode } from 'react';

import type { ThresholdPreview } from '#contracts/threshold-answer.js';
import type { Caution } from '#moderation/statistics/label-statistics.js';

import { Icon } from '../ui/icon.js';
import { LABEL_NAMES } from '../words/words.js';
import { counted } from './numbers.js';

/** As the service has it: with fewer people's decisions an estimate says next to nothing. */
const LABELLED_MIN = 30;

interface Said {
  readonly what: string;
  readonly todo: string;
}

/** Why the figures are to be taken with care, with the counts behind it, and what to do. */
export function Cautions({ found }: { readonly found: ThresholdPreview }): ReactNode {
  const said = [...found.statistics.cautions.map((caution) => cautionText(caution, found)), ...more(found)];
  if (said.length === 0) return null;
  return (
    <section className="note warn tune-cautions" aria-label="Why to be careful">
      <Icon name="alert" />
      <ul>
        {said.map(({ what, todo }) => (
          <li key={what}>
            <strong>{what}</strong> {todo}
          </li>
        ))}
      </ul>
    </section>
  );
}

function cautionText(caution: Caution, { statistics, models, label }: ThresholdPreview): Said {
  const { confusion, scored } = statistics;
  const [there, notThere] = [confusion.there, confusion.notThere].map((of) => of.clear + of.uncertain + of.violating);
  const [positives, negatives, name] = [there ?? 0, notThere ?? 0, LABEL_NAMES[label]];
  switch (caution) {
    case 'too_few':
      return {
        what: `The sample is too small: people decided ${counted(positives + negatives)} of these assets, and blocked ${counted(positives)} as ${name}.`,
        todo: `Below ${LABELLED_MIN} of either, precision and recall say next to nothing. Choose a longer window, or have more reviewed.`,
      };
    case 'reviewed_only':
      return {
        what: `The sample is biased: people saw ${counted(positives + negatives)} of ${counted(scored)} assets.`,
        todo: 'Models and rules sent them those, which is no fair draw. Precision holds for what is reviewed; recall is likely too high, for nobody looked at what was let through. Have a random part of what is allowed reviewed to know better.',
      };
    case 'one_sided':
      return {
        what: positives === 0 ? `People blocked none of these as ${name}.` : 'People allowed none of these.',
        todo: 'Precision or recall cannot be told from one side alone. Choose a longer window.',
      };
    case 'mixed_models':
      return {
        what: `Scores of ${models.length} versions of the model are mixed: ${models.map(({ modelId, assets }) => `${modelId} (${counted(assets)})`).join(', ')}.`,
        todo: 'A threshold that suits one need not suit the other. Choose a window that begins after the newer one took over.',
      };
  }
}

function more({ truncated, assets, raisingMayBlock, label }: ThresholdPreview): Said[] {
  const cut = {
    what: `These are the newest ${counted(assets)} assets of the window.`,
    todo: 'There are more, which would take too long to count each time. Choose earlier days to see those.',
  };
  const rule = {
    what: `A rule of this policy asks people about late blocks, so raising “Block from” may block more.`,
    todo: `What a rule holds for a human because of ${LABEL_NAMES[label]}, or because it is close, may then be blocked at once for another label. “What would change” shows such assets.`,
  };
  return [...(truncated ? [cut] : []), ...(raisingMayBlock ? [rule] : [])];
}
