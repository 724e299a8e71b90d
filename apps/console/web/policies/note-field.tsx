import type { ReactNode } from 'react';

const CHARACTERS_MAX = 1_000;

interface NoteFieldProps {
  readonly label: string;
  readonly value: string;
  readonly set: (text: string) => void;
  readonly fault?: string | undefined;
  readonly isReadOnly?: boolean;
}

/** A text for whoever reads the history. */
export const NoteField = ({ label, value, set, fault, isReadOnly = false }: NoteFieldProps): ReactNode => (
  <label className="field">
    <span>{label}</span>
    <textarea
      className="input"
      rows={2}
      maxLength={CHARACTERS_MAX}
      value={value}
      readOnly={isReadOnly}
      aria-invalid={fault === undefined ? undefined : true}
      onChange={({ target }) => set(target.value)}
    />
    {fault === undefined ? null : <span className="field-fault">{fault}</span>}
  </label>
);
