import path from 'node:path';
import ts from 'typescript';

const ROOT = path.resolve(import.meta.dirname, '../..');

/** Where a program is to run: in Node without a browser's types, or in a browser without Node's. */
export type Platform = 'node' | 'browser';

const PLATFORMS: Readonly<Record<Platform, ts.CompilerOptions>> = {
  node: {
    module: ts.ModuleKind.NodeNext,
    moduleResolution: ts.ModuleResolutionKind.NodeNext,
    lib: ['lib.es2022.d.ts'],
    types: ['node'],
    typeRoots: [path.join(ROOT, 'node_modules/@types')],
  },
  browser: {
    module: ts.ModuleKind.ESNext,
    moduleResolution: ts.ModuleResolutionKind.Bundler,
    lib: ['lib.es2022.d.ts', 'lib.dom.d.ts', 'lib.dom.iterable.d.ts'],
    types: [],
  },
};

/** What the compiler says against a program, and against the declarations that it uses. */
export interface ConsumerFaults {
  /** By line of the program, from 1. */
  readonly lines: ReadonlyMap<number, string>;
  /** Of the package's declarations: file, and what is wrong. */
  readonly declarations: readonly string[];
}

/**
 * Compiles a program as strictly as somebody who has installed a package may: its declarations are looked at, too.
 *
 * @param file of the program, in a folder whose `node_modules` has the package
 * @param inPackage the folder of the package
 */
export function consumerFaults(file: string, inPackage: string, platform: Platform): ConsumerFaults {
  const program = ts.createProgram([file], {
    ...PLATFORMS[platform],
    target: ts.ScriptTarget.ES2022,
    strict: true,
    exactOptionalPropertyTypes: true,
    noUncheckedIndexedAccess: true,
    noPropertyAccessFromIndexSignature: true,
    noEmit: true,
    skipLibCheck: false,
  });
  const lines = new Map<number, string>();
  const declarations: string[] = [];
  for (const source of program.getSourceFiles()) {
    const isOwn = path.resolve(source.fileName) === file;
    if (!isOwn && !path.resolve(source.fileName).startsWith(inPackage)) continue;
    for (const { messageText, start = 0 } of [
      ...program.getSyntacticDiagnostics(source),
      ...program.getSemanticDiagnostics(source),
    ]) {
      const said = ts.flattenDiagnosticMessageText(messageText, '\n');
      const line = source.getLineAndCharacterOfPosition(start).line + 1;
      if (isOwn) lines.set(line, said);
      else declarations.push(`${path.basename(source.fileName)}:${line} ${said}`);
    }
  }
  return { lines, declarations };
}
