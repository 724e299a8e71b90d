import { createHash } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import { extname, join } from 'node:path';
import { promisify } from 'node:util';
import { gzip } from 'node:zlib';

/** A file as it is served. */
export interface PageFile {
  readonly mediaType: string;
  readonly bytes: Buffer;
  /** The same, packed; undefined where that would not make it smaller. */
  readonly gzipped: Buffer | undefined;
  /** Strong: other bytes have another one. */
  readonly etag: string;
  /** Its name tells its content: it may be kept for ever. */
  readonly immutable: boolean;
}

const MEDIA_TYPES: Readonly<Record<string, string>> = {
  '.css': 'text/css; charset=utf-8',
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.svg': 'image/svg+xml; charset=utf-8',
  '.webmanifest': 'application/manifest+json; charset=utf-8',
  '.woff2': 'font/woff2',
};
/** Where the build puts what has a hash in its name. */
const HASHED = 'assets';
const HOME = 'index.html';

/**
 * The console's built pages, read once: what is asked for is looked up among the names that there are, so no path leads
 * anywhere else. About 2 MB of memory.
 */
export class PagesFiles {
  private constructor(
    private readonly files: ReadonlyMap<string, PageFile>,
    /** What every address of the pages is answered with; undefined where they were not built. */
    readonly home: PageFile | undefined,
  ) {}

  /** @param folder what the build wrote; it may not be there */
  static async open(folder: string): Promise<PagesFiles> {
    const hashed = await namesIn(join(folder, HASHED));
    if (hashed.length === 0) return new PagesFiles(new Map(), undefined);
    const names = [...(await namesIn(folder)), ...hashed.map((name) => `${HASHED}/${name}`)];
    const files = new Map<string, PageFile>();
    for (const name of names) {
      const mediaType = MEDIA_TYPES[extname(name)];
      if (mediaType !== undefined) files.set(`/${name}`, await fileOf(join(folder, name), mediaType, name));
    }
    return new PagesFiles(files, files.get(`/${HOME}`));
  }

  /** The file of exactly this path, as it stands in the request: `/assets/index-B2x.js`. */
  find(path: string): PageFile | undefined {
    return this.files.get(path);
  }
}

/** Plain files of a folder; none where there is no folder. */
async function namesIn(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { withFileTypes: true }).catch(() => []);
  return entries.filter((entry) => entry.isFile()).map(({ name }) => name);
}

async function fileOf(path: string, mediaType: string, name: string): Promise<PageFile> {
  const bytes = await readFile(path);
  const packed = mediaType.startsWith('font/') ? bytes : await promisify(gzip)(bytes, { level: 9 });
  const digest = createHash('sha256').update(bytes).digest('base64url').slice(0, 27);
  return {
    mediaType,
    bytes,
    gzipped: packed.length < bytes.length ? packed : undefined,
    etag: `"${digest}"`,
    immutable: name.startsWith(`${HASHED}/`),
  };
}
