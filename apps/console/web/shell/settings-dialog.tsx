import type { ReactNode } from 'react';

import type { Finding } from '#moderation/label.js';

import { BLUR_PX_MAX, setPersonal, usePersonal, type Theme } from '../personal/personal.js';
import { Modal } from '../ui/modal.js';
import { FINDINGS, LABEL_NAMES } from '../words/words.js';

const THEME_NAMES: Readonly<Record<Theme, string>> = { system: 'As the system', light: 'Light', dark: 'Dark' };
const THEMES = Object.keys(THEME_NAMES) as readonly Theme[];

/** What a person sets for themselves, in this browser. */
export function SettingsDialog({ close }: { readonly close: () => void }): ReactNode {
  const { theme, grey } = usePersonal();
  return (
    <Modal title="Settings of this browser" close={close}>
      <fieldset className="settings-part">
        <legend>Colours</legend>
        <div className="segments">
          {THEMES.map((one) => (
            <label key={one} className="segment">
              <input type="radio" name="theme" checked={theme === one} onChange={() => setPersonal({ theme: one })} />
              <span>{THEME_NAMES[one]}</span>
            </label>
          ))}
        </div>
      </fieldset>
      <fieldset className="settings-part">
        <legend>How pictures are shown before you ask for more</legend>
        {[...FINDINGS, 'other' as const].map((label) => (
          <Strength key={label} label={label} />
        ))}
        <label className="tick">
          <input type="checkbox" checked={grey} onChange={(event) => setPersonal({ grey: event.target.checked })} />
          Without colour
        </label>
      </fieldset>
    </Modal>
  );
}

function Strength({ label }: { readonly label: Finding | 'other' }): ReactNode {
  const { blurPx } = usePersonal();
  const name = label === 'other' ? 'Anything else' : LABEL_NAMES[label];
  return (
    <label className="strength">
      <span>{name}</span>
      <input
        type="range"
        min={0}
        max={BLUR_PX_MAX}
        step={2}
        value={blurPx[label]}
        aria-valuetext={`blurred by ${blurPx[label]} pixels`}
        onChange={(event) => setPersonal({ blurPx: { ...blurPx, [label]: Number(event.target.value) } })}
      />
      <output>{blurPx[label] === 0 ? 'as it is' : `${blurPx[label]} px`}</output>
    </label>
  );
}
