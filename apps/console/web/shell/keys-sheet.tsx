import { useState, type KeyboardEvent, type ReactNode } from 'react';

import { ACTIONS, keysOf, nameOf, shown, withKey, type ActionId } from '../keys/actions.js';
import { setPersonal, usePersonal } from '../personal/personal.js';
import { Modal } from '../ui/modal.js';

const IDS = Object.keys(ACTIONS) as readonly ActionId[];
const PARTS = ['Everywhere', 'Queue', 'Item'] as const;

/** Every key there is; each can be another one, and all can be switched off. */
export function KeysSheet({ close }: { readonly close: () => void }): ReactNode {
  const { keysOn, keys } = usePersonal();
  return (
    <Modal title="Keys" close={close} wide>
      <div className="keys-sheet">
        {PARTS.map((part) => (
          <section key={part}>
            <h2>{part}</h2>
            <ul>
              {IDS.filter((id) => ACTIONS[id].part === part).map((id) => (
                <KeyRow key={id} action={id} />
              ))}
            </ul>
          </section>
        ))}
      </div>
      <div className="dialog-foot spread">
        <label className="tick">
          <input type="checkbox" checked={keysOn} onChange={(event) => setPersonal({ keysOn: event.target.checked })} />
          Single keys do things
        </label>
        <button
          type="button"
          className="button"
          disabled={Object.keys(keys).length === 0}
          onClick={() => setPersonal({ keys: {} })}
        >
          Back to the usual keys
        </button>
      </div>
    </Modal>
  );
}

function KeyRow({ action }: { readonly action: ActionId }): ReactNode {
  const { keys } = usePersonal();
  const [listens, setListens] = useState(false);
  const { name } = ACTIONS[action];
  const press = (event: KeyboardEvent): void => {
    if (!listens || ['Shift', 'Control', 'Alt', 'Meta', 'Tab'].includes(event.key)) return;
    event.preventDefault();
    event.stopPropagation();
    setListens(false);
    if (event.key !== 'Escape') setPersonal({ keys: withKey(keys, action, nameOf(event)) });
  };
  return (
    <li className="key-row">
      <span>{name}</span>
      <button
        type="button"
        className="key-change"
        onClick={() => setListens(true)}
        onKeyDown={press}
        onBlur={() => setListens(false)}
      >
        <span className="unseen">Change the key of “{name}”: </span>
        {listens ? <em>press a key</em> : keysOf(action, keys).map((key) => <kbd key={key}>{shown(key)}</kbd>)}
      </button>
    </li>
  );
}
