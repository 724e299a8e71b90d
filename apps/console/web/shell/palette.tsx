import { useState, type KeyboardEvent, type ReactNode } from 'react';
import { useLocation } from 'wouter';

import { setPersonal, usePersonal } from '../personal/personal.js';
import { useSession } from '../session/use-session.js';
import { undoLast } from '../toasts/toasts.js';
import { Modal } from '../ui/modal.js';
import { CHANGE_NAMES, FINDINGS, LABEL_NAMES, QUEUE_STATE_NAMES } from '../words/words.js';
import { useSignOut } from './account.js';
import { pagesFor } from './pages.js';

interface Command {
  readonly name: string;
  readonly hint: string;
  readonly act: () => void;
}

interface PaletteProps {
  readonly close: () => void;
  readonly show: (what: 'keys' | 'settings' | undefined) => void;
}

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;

/** Finds pages, filters and commands by a few letters of their names. */
export function Palette({ close, show }: PaletteProps): ReactNode {
  const [text, setText] = useState('');
  const [at, setAt] = useState(0);
  const commands = useCommands(show, text.trim());
  const found = commands.filter(({ name, hint }) => fits(`${name} ${hint}`, text));
  const run = (command: Command | undefined): void => {
    if (command === undefined) return;
    close();
    command.act();
  };
  const press = (event: KeyboardEvent): void => {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (event.key === 'Enter') run(found[at]);
    else if (step !== undefined && found.length > 0) setAt((at + step + found.length) % found.length);
    else return;
    event.preventDefault();
  };
  return (
    <Modal title="Go to or do" close={close}>
      <input
        className="input"
        type="search"
        role="combobox"
        aria-expanded
        aria-controls="palette-list"
        aria-activedescendant={found.length > 0 ? `palette-${at}` : undefined}
        aria-label="Page, filter or command"
        placeholder="Type a few letters, or the id of an item"
        value={text}
        onChange={(event) => {
          setText(event.target.value);
          setAt(0);
        }}
        onKeyDown={press}
      />
      <ul id="palette-list" className="palette" role="listbox" aria-label="What was found">
        {found.map((command, index) => (
          <li
            key={command.name}
            id={`palette-${index}`}
            ref={index === at ? intoSight : undefined}
            role="option"
            aria-selected={index === at}
            onClick={() => run(command)}
          >
            <span>{command.name}</span>
            <span className="soft small">{command.hint}</span>
          </li>
        ))}
      </ul>
      {found.length === 0 ? <p className="soft">Nothing of that name.</p> : null}
    </Modal>
  );
}

function useCommands(show: PaletteProps['show'], text: string): Command[] {
  const [, go] = useLocation();
  const { role } = useSession();
  const { grey } = usePersonal();
  const leave = useSignOut();
  const pages = pagesFor(role).map(({ path, name }) => ({ name, hint: 'page', act: () => go(path) }));
  const states = Object.entries(QUEUE_STATE_NAMES).map(([state, name]) => ({
    name: `Queue: ${name.toLowerCase()}`,
    hint: 'filter',
    act: () => go(`/reviews?state=${state}`),
  }));
  const changes = Object.entries(CHANGE_NAMES).map(([change, name]) => ({
    name: `Queue: ${name.toLowerCase()}s`.replace('reviews', 'review'),
    hint: 'filter',
    act: () => go(`/reviews?transition=${change}`),
  }));
  const labels = FINDINGS.map((label) => ({
    name: `Queue: ${LABEL_NAMES[label].toLowerCase()}`,
    hint: 'filter',
    act: () => go(`/reviews?label=${label}`),
  }));
  const item = UUID.test(text)
    ? [{ name: `Open item ${text.toLowerCase()}`, hint: 'item', act: () => go(`/reviews/${text.toLowerCase()}`) }]
    : [];
  return [
    ...item,
    ...pages,
    { name: 'Undo the last decision', hint: 'command', act: undoLast },
    ...states,
    ...changes,
    ...labels,
    { name: 'Light colours', hint: 'setting', act: () => setPersonal({ theme: 'light' }) },
    { name: 'Dark colours', hint: 'setting', act: () => setPersonal({ theme: 'dark' }) },
    { name: 'Colours as the system', hint: 'setting', act: () => setPersonal({ theme: 'system' }) },
    {
      name: grey ? 'Pictures with colour' : 'Pictures without colour',
      hint: 'setting',
      act: () => setPersonal({ grey: !grey }),
    },
    { name: 'All settings', hint: 'setting', act: () => show('settings') },
    { name: 'Keys', hint: 'help', act: () => show('keys') },
    { name: 'Sign out', hint: 'command', act: leave },
  ];
}

const intoSight = (option: HTMLLIElement | null): void => option?.scrollIntoView({ block: 'nearest' });

/** Whether every word that was typed stands somewhere in the name. */
function fits(name: string, text: string): boolean {
  const words = text.toLowerCase().split(/\s+/);
  return words.every((word) => name.toLowerCase().includes(word));
}
