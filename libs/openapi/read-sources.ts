import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

import ts from 'typescript';

import type { DocOf } from './request-schema.js';

/** What the sources say that is gone at run time: docstrings, and what methods return. */
export interface SourceFacts {
  /** A class's or property's own words, or those of the class that it comes from. */
  readonly docOf: DocOf;
  /** The type that a method returns, as it is written. */
  readonly returnOf: (type: string, method: string) => string | undefined;
}

interface ClassFacts {
  readonly doc: string | undefined;
  readonly base: string | undefined;
  readonly members: ReadonlyMap<string, { readonly doc: string | undefined; readonly returns: string | undefined }>;
}

/**
 * Reads the classes of all TypeScript files under some folders, without their tests.
 *
 * @param root of the repository; `folders` are relative to it
 */
export function readSources(root: string, folders: readonly string[]): SourceFacts {
  const classes = new Map<string, ClassFacts>();
  for (const file of folders.flatMap((folder) => listSources(join(root, folder)))) {
    const source = ts.createSourceFile(file, readFileSync(file, 'utf8'), ts.ScriptTarget.ESNext, true);
    for (const statement of source.statements) {
      if (ts.isClassDeclaration(statement) && statement.name !== undefined) {
        classes.set(statement.name.text, classFacts(statement));
      }
    }
  }
  const memberOf = (type: string, member: string): string | undefined => {
    const facts = classes.get(type);
    if (facts === undefined) return undefined;
    const own = facts.members.get(member);
    return own !== undefined || facts.base === undefined ? own?.doc : memberOf(facts.base, member);
  };
  return {
    docOf: (type, member) => (member === undefined ? classes.get(type)?.doc : memberOf(type, member)),
    returnOf: (type, method) => classes.get(type)?.members.get(method)?.returns,
  };
}

function classFacts(node: ts.ClassDeclaration): ClassFacts {
  const extended = node.heritageClauses?.find(({ token }) => token === ts.SyntaxKind.ExtendsKeyword);
  const members = node.members.flatMap((member) => {
    if (member.name === undefined) return [];
    const returns = ts.isMethodDeclaration(member) ? member.type?.getText() : undefined;
    return [[member.name.getText(), { doc: docText(member), returns }] as const];
  });
  return { doc: docText(node), base: extended?.types[0]?.expression.getText(), members: new Map(members) };
}

/** A docstring as one paragraph, without its tags. */
function docText(node: ts.Node): string | undefined {
  const last = ts.getJSDocCommentsAndTags(node).filter(ts.isJSDoc).at(-1);
  const text = ts.getTextOfJSDocComment(last?.comment)?.replace(/\s+/g, ' ').trim();
  return text === '' ? undefined : text;
}

function listSources(folder: string): string[] {
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) return listSources(path);
    return /(?<!\.spec|\.d)\.ts$/.test(entry.name) ? [path] : [];
  });
}
