/** What keys do, in the order of the sheet: which action, in which part, what it is called, and its usual keys. */
export const ACTIONS = {
  help: { part: 'Everywhere', name: 'Show the keys', keys: ['?'] },
  palette: { part: 'Everywhere', name: 'Go to or do anything', keys: ['Ctrl+k'] },
  undo: { part: 'Everywhere', name: 'Undo the last decision', keys: ['z'] },
  queue: { part: 'Everywhere', name: 'Go to the queue', keys: ['q'] },
  down: { part: 'Queue', name: 'Next row', keys: ['j', 'ArrowDown'] },
  up: { part: 'Queue', name: 'Row before', keys: ['k', 'ArrowUp'] },
  open: { part: 'Queue', name: 'Open the row', keys: ['Enter', 'o'] },
  choose: { part: 'Queue', name: 'Choose the row for a bulk decision', keys: ['x'] },
  bulk: { part: 'Queue', name: 'Decide all that are chosen', keys: ['d'] },
  allow: { part: 'Item', name: 'Allow', keys: ['a'] },
  block1: { part: 'Item', name: 'Block as explicit', keys: ['1'] },
  block2: { part: 'Item', name: 'Block as explicit, drawn', keys: ['2'] },
  block3: { part: 'Item', name: 'Block as suggestive', keys: ['3'] },
  reason: { part: 'Item', name: 'Write the reason', keys: ['r'] },
  submit: { part: 'Item', name: 'Submit and go to the next', keys: ['Enter'] },
  blur: { part: 'Item', name: 'Show or blur the picture', keys: ['b'] },
  peek: { part: 'Item', name: 'Show the picture while held', keys: [' '] },
  nextFrame: { part: 'Item', name: 'Next frame', keys: [']', 'ArrowRight'] },
  frameBefore: { part: 'Item', name: 'Frame before', keys: ['[', 'ArrowLeft'] },
  next: { part: 'Item', name: 'Next item, without deciding', keys: ['n'] },
  before: { part: 'Item', name: 'Item before', keys: ['p'] },
  skip: { part: 'Item', name: 'Skip with a reason', keys: ['s'] },
  hold: { part: 'Item', name: 'Put off', keys: ['h'] },
  escalate: { part: 'Item', name: 'Escalate to a senior', keys: ['e'] },
  assign: { part: 'Item', name: 'Assign to somebody', keys: ['w'] },
  return: { part: 'Item', name: 'Return to the queue', keys: ['u'] },
} as const satisfies Record<string, Action>;

interface Action {
  readonly part: 'Everywhere' | 'Queue' | 'Item';
  readonly name: string;
  readonly keys: readonly string[];
}

export type ActionId = keyof typeof ACTIONS;

const REPEATED: readonly ActionId[] = ['down', 'up', 'nextFrame', 'frameBefore'];
/** Whether a key that is held does its action again and again: moving does, and nothing that changes something. */
export const mayRepeat = (action: ActionId): boolean => REPEATED.includes(action);

const WHILE_TYPING: readonly ActionId[] = ['palette', 'submit'];
const CURSOR_KEYS = ['ArrowLeft', 'ArrowRight', 'ArrowUp', 'ArrowDown', 'Home', 'End', 'Backspace', 'Delete'];
/** By which a browser edits what somebody types. */
const EDITING_KEYS = new Set(['a', 'c', 'v', 'x', 'y', 'z', 'b', 'i', 'u', ...CURSOR_KEYS].map((key) => `Ctrl+${key}`));
/**
 * Whether a key does an action also while somebody types: it types nothing, edits nothing, and the action is meant for it.
 *
 * @param key its name, as `nameOf` has it
 */
export const mayWhileTyping = (action: ActionId, key: string): boolean =>
  isCommand(key) && !EDITING_KEYS.has(key) && WHILE_TYPING.includes(action);

/** Whether a key types nothing. @param key its name, as `nameOf` has it */
export const isCommand = (key: string): boolean => key.startsWith('Ctrl+');

const IDS = Object.keys(ACTIONS) as readonly ActionId[];
/** Where the usual ones are taken. */
const SPARE_KEYS = Array.from('abcdefghijklmnopqrstuvwxyz0123456789');

/** The keys that do an action now: those that a person chose, or the usual ones. */
export function keysOf(action: ActionId, chosen: Readonly<Record<string, string>>): readonly string[] {
  const own = chosen[action];
  return own === undefined ? ACTIONS[action].keys : [own];
}

/**
 * Gives an action a key. Another one that had it, and that can be meant at the same time, gets the key that this one had, or
 * where that means something else there, one that is free.
 *
 * @param chosen the keys that differ from the usual ones
 */
export function withKey(
  chosen: Readonly<Record<string, string>>,
  action: ActionId,
  key: string,
): Record<string, string> {
  const before = keysOf(action, chosen);
  const changed: Record<string, string> = { ...chosen, [action]: key };
  for (const id of havingToo(action, key, chosen)) {
    const isFree = (one: string): boolean => havingToo(id, one, changed).length === 0;
    const free = [...before, ...ACTIONS[id].keys, ...SPARE_KEYS].find(isFree);
    // there are more keys than actions
    if (free !== undefined) changed[id] = free;
  }
  return changed;
}

/** The other actions that have a key, and that can be meant at the same time. */
const havingToo = (action: ActionId, key: string, chosen: Readonly<Record<string, string>>): readonly ActionId[] =>
  IDS.filter((id) => id !== action && meet(id, action) && keysOf(id, chosen).includes(key));

/** Whether two actions can be meant on the same page. */
const meet = (one: ActionId, other: ActionId): boolean =>
  ACTIONS[one].part === ACTIONS[other].part || [ACTIONS[one].part, ACTIONS[other].part].includes('Everywhere');

/** A pressed key by its name here: `a`, `?`, `Enter`, `Ctrl+k`. On a Mac, Command counts as Ctrl. */
export function nameOf(event: Pick<KeyboardEvent, 'key' | 'ctrlKey' | 'metaKey' | 'altKey'>): string {
  const key = event.key.length === 1 ? event.key.toLowerCase() : event.key;
  const ctrl = event.ctrlKey || event.metaKey ? 'Ctrl+' : '';
  return `${ctrl}${event.altKey ? 'Alt+' : ''}${key}`;
}

const SHOWN: Readonly<Record<string, string>> = {
  ' ': 'Space',
  ArrowDown: '↓',
  ArrowUp: '↑',
  ArrowLeft: '←',
  ArrowRight: '→',
};

/** A key as it is shown to people. */
export const shown = (key: string): string =>
  key
    .split('+')
    .map((part) => SHOWN[part] ?? (part.length === 1 ? part.toUpperCase() : part))
    .join(' ');
