import { PROBLEMS } from '#contracts/problems.js';
import { SETTING_MEANINGS } from '#settings/setting-meanings.js';
import { describeSettings } from '#settings/settings.js';

/** A reference page that is made of the code, by its path from the repository's root. */
export interface Page {
  readonly path: string;
  readonly text: string;
}

const HEAD = '<!-- Made by `npm run portcullis -- reference --write`; a test compares it with the code. -->';

/** Every generated page as the code has it now. */
export function referencePages(): Page[] {
  return [settingsPage(), errorsPage()];
}

function settingsPage(): Page {
  const rows = describeSettings().map(
    ({ name, expected, otherwise }) =>
      `| \`${name}\` | ${otherwise === undefined ? '' : `\`${otherwise}\``} | ${expected} | ${SETTING_MEANINGS[name]} |`,
  );
  const text = [
    HEAD,
    '',
    '# Settings',
    '',
    'Read from the environment at start. Faults are told all together, and the process ends with code 78.',
    '',
    '| setting | default | must be | meaning |',
    '| --- | --- | --- | --- |',
    ...rows,
    '',
  ].join('\n');
  return { path: 'docs/generated/settings.md', text };
}

function errorsPage(): Page {
  const rows = Object.entries(PROBLEMS).map(
    ([code, { status, title, retryable, advice }]) =>
      `| \`${code}\` | ${status} | ${retryable ? 'yes' : 'no'} | ${title} | ${advice} |`,
  );
  const text = [
    HEAD,
    '',
    '# Errors',
    '',
    'Every error answer is `application/problem+json`; its `type` is `urn:portcullis:problem:<code>`.',
    '',
    '| code | status | retry | what happened | what to do |',
    '| --- | --- | --- | --- | --- |',
    ...rows,
    '',
  ].join('\n');
  return { path: 'docs/generated/errors.md', text };
}
