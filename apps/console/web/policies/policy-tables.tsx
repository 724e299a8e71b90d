import type { ReactNode } from 'react';

import type { PolicyDocument } from '#moderation/policy.js';

import { TableHead } from '../ui/table-head.js';
import { CHANGE_MEANINGS, CHANGE_NAMES, CLASS_NAMES, FINDINGS, LABEL_NAMES, TIER_NAMES } from '../words/words.js';
import {
  BANK_NAMES,
  durationText,
  LATE_NAMES,
  PROVISIONAL_NAMES,
  scoreText,
  valueText,
  VERDICT_NAMES,
} from './place-words.js';
import { CLASSES, RULED, rulePath, TIERS } from './places.js';

/** All that a policy says, as tables. */
export const PolicyTables = ({ document }: { readonly document: PolicyDocument }): ReactNode => (
  <div className="policy-tables">
    <Thresholds document={document} />
    <Rules document={document} />
    <Promises document={document} />
    <Switches document={document} />
  </div>
);

interface PartProps {
  readonly document: PolicyDocument;
}

const Thresholds = ({ document }: PartProps): ReactNode => (
  <section className="panel table">
    <h3>Thresholds</h3>
    <p className="soft small part-hint">
      A score below the first is clear, from the second on it is blocked; between them it is uncertain.
    </p>
    <table>
      <TableHead names={['Label', 'Model', 'Clear below', 'Block from']} />
      <tbody>
        {FINDINGS.flatMap((label) =>
          TIERS.map((tier) => {
            const { clearBelow, blockFrom } = document.thresholds[label][tier];
            return (
              <tr key={`${label} ${tier}`}>
                <td>{LABEL_NAMES[label]}</td>
                <td>{TIER_NAMES[tier]}</td>
                <td className="number">{scoreText(clearBelow)}</td>
                <td className="number">{scoreText(blockFrom)}</td>
              </tr>
            );
          }),
        )}
      </tbody>
    </table>
  </section>
);

const Rules = ({ document }: PartProps): ReactNode => (
  <section className="panel table">
    <h3>When the heavy model changes the verdict</h3>
    <table>
      <TableHead names={['Label', ...RULED.map((transition) => CHANGE_NAMES[transition])]} />
      <tbody>
        {FINDINGS.map((label) => (
          <tr key={label}>
            <td>{LABEL_NAMES[label]}</td>
            {RULED.map((transition) => (
              <td key={transition} title={CHANGE_MEANINGS[transition]}>
                {valueText(rulePath(transition, label), document.transitions[transition][label])}
              </td>
            ))}
          </tr>
        ))}
      </tbody>
    </table>
  </section>
);

const Promises = ({ document }: PartProps): ReactNode => (
  <section className="panel table">
    <h3>Finals</h3>
    <table>
      <TableHead names={['Class', 'Promised within', 'When it is late']} />
      <tbody>
        {CLASSES.map((name) => (
          <tr key={name}>
            <td>{CLASS_NAMES[name]}</td>
            <td>{durationText(document.finalWithinMs[name])}</td>
            <td>{LATE_NAMES[document.ifLate[name]]}</td>
          </tr>
        ))}
      </tbody>
    </table>
  </section>
);

const Switches = ({ document: { provisional, banks } }: PartProps): ReactNode => (
  <section className="panel table">
    <h3>Until then, and afterwards</h3>
    <table>
      <TableHead names={['When', 'What is done']} />
      <tbody>
        <tr>
          <td>{PROVISIONAL_NAMES.uncertain}</td>
          <td className="narrow">{VERDICT_NAMES[provisional.uncertain]}</td>
        </tr>
        <tr>
          <td>{PROVISIONAL_NAMES.unavailable}</td>
          <td className="narrow">{VERDICT_NAMES[provisional.unavailable]}</td>
        </tr>
        <tr>
          <td>{BANK_NAMES.machineBlocks}</td>
          <td className="narrow">{banks.machineBlocks ? 'Yes' : 'No'}</td>
        </tr>
        <tr>
          <td>{BANK_NAMES.machineAllows}</td>
          <td className="narrow">{banks.machineAllows ? 'Yes' : 'No'}</td>
        </tr>
      </tbody>
    </table>
  </section>
);
