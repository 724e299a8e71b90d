import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';

import { StartRefused } from '#contracts/errors.js';

import { PAGE, scriptOf, STYLE } from './reference-page.js';

/** A file as it is served. */
export interface ReferenceFile {
  readonly mediaType: string;
  readonly bytes: Buffer;
  /** Strong: other bytes have another one. */
  readonly etag: string;
}

const require = createRequire(import.meta.url);

const CSS = 'text/css; charset=utf-8';
const JAVASCRIPT = 'text/javascript; charset=utf-8';
/** Of swagger-ui-dist, which is served as it is: nothing comes from anywhere else. */
const UI_FILES = {
  'swagger-ui.css': CSS,
  'swagger-ui-bundle.js': JAVASCRIPT,
  'favicon-32x32.png': 'image/png',
} as const;

/** The reference of the API: its document, a page for people, and what the page is made of. About 2 MB of memory. */
export class ReferenceFiles {
  private constructor(
    readonly document: ReferenceFile,
    readonly page: ReferenceFile,
    private readonly parts: ReadonlyMap<string, ReferenceFile>,
  ) {}

  /**
   * Reads all of it.
   *
   * @param root of the repository
   * @param path of the document, from the root
   * @param headers of every request that the page makes, beside those of the API
   * @throws StartRefused when the document is not there
   */
  static async open(
    root: string,
    path: string,
    headers: Readonly<Record<string, string>> = {},
  ): Promise<ReferenceFiles> {
    const document = await readFile(join(root, path)).catch((cause: unknown) => {
      throw new StartRefused(`${path} is not there: put it back, or set API_REFERENCE=off`, { cause });
    });
    const folder = dirname(require.resolve('swagger-ui-dist/package.json'));
    const parts = new Map([
      ['reference.css', fileOf(CSS, Buffer.from(STYLE))],
      ['reference.js', fileOf(JAVASCRIPT, Buffer.from(scriptOf(headers)))],
    ]);
    for (const [name, mediaType] of Object.entries(UI_FILES)) {
      parts.set(name, fileOf(mediaType, await readFile(join(folder, name))));
    }
    const page = fileOf('text/html; charset=utf-8', Buffer.from(PAGE));
    return new ReferenceFiles(fileOf('application/json; charset=utf-8', document), page, parts);
  }

  /** What the page asks for by this name. */
  part(name: string): ReferenceFile | undefined {
    return this.parts.get(name);
  }
}

function fileOf(mediaType: string, bytes: Buffer): ReferenceFile {
  const digest = createHash('sha256').update(bytes).digest('base64url').slice(0, 27);
  return { mediaType, bytes, etag: `"${digest}"` };
}
