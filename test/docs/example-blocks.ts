import { readFileSync } from 'node:fs';
import path from 'node:path';

/** Pages whose examples readers copy. */
export const PAGES = ['README.md', 'docs/clients.md', 'docs/webhooks.md', 'docs/ingest.md', 'docs/operations.md'];

const ROOT = path.resolve(import.meta.dirname, '../..');

/** A fenced block of a page, as far as its language is one that can be tried. */
export interface Example {
  readonly page: string;
  /** Of its first line, from 1. */
  readonly line: number;
  readonly language: 'sh' | 'ts' | 'json';
  /** What the fence says behind the language: `no-run`, or the name of what the JSON is. Readers do not see it. */
  readonly mark: string;
  readonly text: string;
}

/** A page as it is written. */
export const textOf = (page: string): string => readFileSync(path.join(ROOT, page), 'utf8');

/** All blocks of a page that a reader may copy; blocks without a language are output. */
export function examplesOf(page: string): Example[] {
  const text = textOf(page);
  return [...text.matchAll(/^```(sh|ts|json)(?: +(\S+))?\n([\s\S]*?)^```$/gm)].map((found) => {
    const [, language = '', mark = '', body = ''] = found;
    const line = text.slice(0, found.index).split('\n').length + 1;
    return { page, line, language: language as Example['language'], mark, text: body };
  });
}

/** Languages of a page's fences, those included that are no examples. */
export function fencesOf(page: string): string[] {
  const fences = [...textOf(page).matchAll(/^```(.*)$/gm)].map(([, info = '']) => info);
  return fences.filter((_, at) => at % 2 === 0);
}

const isDone = (command: string): boolean =>
  !command.endsWith('\\') &&
  [...command.matchAll(/'/g)].length % 2 === 0 &&
  [...command.matchAll(/"/g)].length % 2 === 0;

/** The commands of a shell block, one after the other, without its comments. */
export function commandsOf(text: string): string[] {
  const commands: string[] = [];
  let open = '';
  for (const line of text.split('\n')) {
    open = open === '' ? line : `${open}\n${line}`;
    const isNothing = /^\s*(#.*)?$/.test(open);
    if (!isNothing && !isDone(withoutComment(open))) continue;
    if (!isNothing) commands.push(withoutComment(open));
    open = '';
  }
  if (open !== '') throw new Error(`a command without an end: ${open}`);
  return commands;
}

/** A comment behind a command begins with two spaces and a hash. */
const withoutComment = (command: string): string => command.replace(/ {2,}# .*$/, '').trimEnd();
