import type { ReactNode } from 'react';

import type { FieldFault } from '#contracts/problems.js';
import type { PolicyDraftAnswer } from '#contracts/policy-answer.js';
import type { Finding } from '#moderation/label.js';

import { TableHead } from '../ui/table-head.js';
import { CHANGE_NAMES, CLASS_NAMES, FINDINGS, LABEL_NAMES, TIER_NAMES } from '../words/words.js';
import { ChoiceField, NumberField, RuleField, type FieldProps } from './draft-field.js';
import type { DraftEdit } from './draft-edit.js';
import { BANK_NAMES, EDGE_NAMES, LATE_NAMES, PROVISIONAL_NAMES, VERDICT_NAMES } from './place-words.js';
import { CLASSES, EDGES, RULED, rulePath, thresholdPath, TIERS } from './places.js';

interface DraftFieldsProps {
  readonly draft: PolicyDraftAnswer;
  readonly edit: DraftEdit;
  readonly change: (edit: DraftEdit) => void;
  readonly faults: readonly FieldFault[];
}

type FieldsProps = Omit<FieldProps, 'path' | 'name'>;

/** Everything that a policy says, to be changed. */
export function DraftFields({ draft, edit, change, faults }: DraftFieldsProps): ReactNode {
  const fields: FieldsProps = { document: draft.document, edit, change, faults };
  return (
    <div className="policy-tables">
      <section className="panel table">
        <h3>Thresholds</h3>
        <p className="soft small part-hint">
          A score below the first is clear, from the second on it is blocked; between them it is uncertain.
        </p>
        <table>
          <TableHead names={['Label', 'Model', EDGE_NAMES.clearBelow, EDGE_NAMES.blockFrom]} />
          <tbody>{FINDINGS.map((label) => TIERS.map((tier) => row(label, tier, fields)))}</tbody>
        </table>
      </section>
      <Rules {...fields} />
      <Promises {...fields} />
      <Switches {...fields} />
    </div>
  );
}

const row = (label: Finding, tier: (typeof TIERS)[number], fields: FieldsProps): ReactNode => (
  <tr key={`${label} ${tier}`}>
    <th scope="row">{LABEL_NAMES[label]}</th>
    <td>{TIER_NAMES[tier]}</td>
    {EDGES.map((edge) => (
      <td key={edge}>
        <NumberField
          {...fields}
          path={thresholdPath(label, tier, edge)}
          name={`${LABEL_NAMES[label]}, ${TIER_NAMES[tier].toLowerCase()}, ${EDGE_NAMES[edge].toLowerCase()}`}
        />
      </td>
    ))}
  </tr>
);

const Rules = (fields: FieldsProps): ReactNode => (
  <section className="panel table">
    <h3>When the heavy model changes the verdict</h3>
    <table>
      <TableHead names={['Label', ...RULED.map((transition) => CHANGE_NAMES[transition])]} />
      <tbody>
        {FINDINGS.map((label) => (
          <tr key={label}>
            <th scope="row">{LABEL_NAMES[label]}</th>
            {RULED.map((transition) => (
              <td key={transition}>
                <RuleField
                  {...fields}
                  path={rulePath(transition, label)}
                  name={`${CHANGE_NAMES[transition]}, ${LABEL_NAMES[label].toLowerCase()}`}
                />
              </td>
            ))}
          </tr>
        ))}
      </tbody>
    </table>
  </section>
);

const Promises = (fields: FieldsProps): ReactNode => (
  <section className="panel table">
    <h3>Finals</h3>
    <table>
      <TableHead names={['Class', 'Promised within, seconds', 'When it is late']} />
      <tbody>
        {CLASSES.map((name) => (
          <tr key={name}>
            <th scope="row">{CLASS_NAMES[name]}</th>
            <td>
              <NumberField
                {...fields}
                path={`/finalWithinMs/${name}`}
                name={`${CLASS_NAMES[name]}, promised within, seconds`}
              />
            </td>
            <td>
              <ChoiceField
                {...fields}
                path={`/ifLate/${name}`}
                name={`${CLASS_NAMES[name]}, when the final is late`}
                choices={LATE_NAMES}
              />
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  </section>
);

const YES_NO = { true: 'Yes', false: 'No' } as const;

const Switches = (fields: FieldsProps): ReactNode => (
  <section className="panel table">
    <h3>Until then, and afterwards</h3>
    <table>
      <TableHead names={['When', 'What is done']} />
      <tbody>
        {(['uncertain', 'unavailable'] as const).map((name) => (
          <tr key={name}>
            <th scope="row">{PROVISIONAL_NAMES[name]}</th>
            <td>
              <ChoiceField
                {...fields}
                path={`/provisional/${name}`}
                name={PROVISIONAL_NAMES[name]}
                choices={VERDICT_NAMES}
              />
            </td>
          </tr>
        ))}
        {(['machineBlocks', 'machineAllows'] as const).map((name) => (
          <tr key={name}>
            <th scope="row">{BANK_NAMES[name]}</th>
            <td>
              <ChoiceField {...fields} path={`/banks/${name}`} name={BANK_NAMES[name]} choices={YES_NO} />
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  </section>
);
