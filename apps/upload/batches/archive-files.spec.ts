import { createHash } from 'node:crypto';
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';

import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { pack, type Header } from 'tar-stream';

import { Problem } from '#contracts/problems.js';

import { zipOf, type ZipFile } from '../../../test/support/zip.js';
import { ArchiveFiles, type ArchiveType } from './archive-files.js';
import { rangeOfFile, readSlice } from './read-slice.js';

const ID = '01890a5d-ac96-774b-bcce-b302099a80a1';
const LIMITS = { bytesMax: 20_000, itemsMax: 5 };
const SYMLINK = 0o120777;
const DEVICE = 0o020666;

let folder: string;
let files: ArchiveFiles;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'archive-files-'));
  files = new ArchiveFiles(folder);
});
afterAll(() => rm(folder, { recursive: true, force: true }));

/** In pieces that end anywhere. */
async function* inPieces(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  for (let from = 0; from < bytes.byteLength; from += 777) {
    await Promise.resolve();
    yield bytes.subarray(from, from + 777);
  }
}

type TarFile = Partial<Header> & { name: string; content?: Uint8Array };

async function tarOf(entries: readonly TarFile[]): Promise<Buffer> {
  const archive = pack();
  for (const { content = new Uint8Array(), ...header } of entries) archive.entry(header, Buffer.from(content));
  archive.finalize();
  const chunks: Uint8Array[] = [];
  for await (const chunk of archive as AsyncIterable<Uint8Array>) chunks.push(chunk);
  return Buffer.concat(chunks);
}

/** A header as POSIX has it. */
function headerOf(type: string, bytes: number | string, binary = false): Buffer {
  const header = Buffer.alloc(512);
  header.write('about', 0);
  if (typeof bytes === 'string') header.write(bytes, 124);
  else if (binary) {
    header.writeUInt8(0x80, 124);
    header.writeBigUInt64BE(BigInt(bytes), 128);
  } else header.write(bytes.toString(8).padStart(11, '0'), 124);
  header.write(type, 156);
  header.write('ustar\0', 257);
  header.fill(' ', 148, 156);
  const sum = header.reduce((all, byte) => all + byte, 0);
  header.write(`${sum.toString(8).padStart(6, '0')}\0`, 148);
  return header;
}

const receive = (type: ArchiveType, bytes: Uint8Array, limits = LIMITS) =>
  files.receive(ID, type, inPieces(bytes), limits);

/** Every file of an archive with its bytes. */
async function unpacked(type: ArchiveType, bytes: Uint8Array): Promise<Record<string, string>> {
  const { packed, sha256 } = await receive(type, bytes);
  expect(sha256).toEqual(createHash('sha256').update(bytes).digest());
  const all: Record<string, string> = {};
  for (const slice of [...packed.images, ...(packed.manifest === undefined ? [] : [packed.manifest])]) {
    const chunks: Uint8Array[] = [];
    for await (const chunk of readSlice(rangeOfFile(files.path(ID)), slice)) chunks.push(chunk);
    all[slice.name] = Buffer.concat(chunks).toString();
  }
  await files.remove(ID);
  return all;
}

/** What an archive is refused for: at once, or when its files are read. Nothing of it is left. */
async function refusal(type: ArchiveType, bytes: Uint8Array): Promise<string> {
  try {
    await unpacked(type, bytes);
  } catch (error) {
    if (!(error instanceof Problem)) throw error;
    return `${error.code}: ${error.detail}`;
  } finally {
    await files.remove(ID);
  }
  throw new Error('nothing was refused');
}

const text = (content: string): Uint8Array => Buffer.from(content);
const LONG = `${'folder/'.repeat(30)}picture.jpg`;
const GOOD = {
  'a.jpg': 'the first',
  'sub/b.jpg': 'the second '.repeat(300),
  'ü.png': '',
  [LONG]: 'x',
  'manifest.jsonl': '{"file":"a.jpg"}',
};
const IN_PASSING = ['__MACOSX/a.jpg', 'sub/._b.jpg', '.DS_Store'];

describe('an archive', () => {
  const zipped = [...Object.entries(GOOD), ...IN_PASSING.map((name) => [name, 'junk'] as const)];

  it.each([false, true])('that is a zip file gives its files back, packed: %s', async (deflate) => {
    const folders = [{ name: 'sub/', mode: 0o040755 }];
    const entries = zipped.map(([name, content]) => ({ name, content: text(content), deflate }));
    const bytes = zipOf([...folders, ...entries]);
    expect(await unpacked('zip', bytes)).toEqual(GOOD);
  });

  it.each<[ArchiveType, (bytes: Buffer) => Buffer]>([
    ['tar', (bytes) => bytes],
    ['tar+gzip', (bytes) => gzipSync(bytes)],
  ])('that is a %s file gives its files back', async (type, packed) => {
    const entries = zipped.map(([name, content]) => ({ name: `./${name}`, content: text(content) }));
    const bytes = packed(await tarOf([{ name: './sub', type: 'directory' }, ...entries]));
    expect(await unpacked(type, bytes)).toEqual(GOOD);
  });
});

const image: ZipFile = { name: 'a.jpg', content: text('an image') };
const zip = (more: Partial<ZipFile>): Buffer => zipOf([{ ...image, ...more }]);
const many = (count: number, name = (index: number) => `${index}.jpg`): ZipFile[] =>
  Array.from({ length: count }, (_, index) => ({ ...image, name: name(index) }));

/** Its bytes are stored once and counted twice. */
function withinAnother(): Buffer {
  const inner: ZipFile = { ...image, name: 'b.jpg' };
  const header = 30 + 'a.jpg'.length;
  return zipOf([
    { ...image, content: zipOf([inner]) },
    { ...inner, offset: header },
  ]);
}

describe('a hostile zip file', () => {
  const zeros = Buffer.alloc(15_000);
  it.each<[string, Buffer, RegExp]>([
    ['is no zip file', Buffer.from('not an archive at all'), /broken/],
    ['is empty', Buffer.alloc(0), /broken/],
    ['has no file', zipOf([]), /no file/],
    ['has only folders', zipOf([{ name: 'a/' }]), /no file/],
    ['is cut off', zip({}).subarray(0, -10), /broken/],
    ['lost its beginning', zip({}).subarray(10), /broken/],
    ['goes on behind its end', Buffer.concat([zip({}), Buffer.from('more')]), /broken/],
    ['has something before its beginning', Buffer.concat([Buffer.alloc(100, 1), zip({})]), /broken/],
    ['has too many files', zipOf(many(6)), /at most 5/],
    ['has too many folders', zipOf(many(16, (index) => `${index}/`)), /at most 5/],
    ['is too large', zipOf([{ ...image, content: Buffer.alloc(20_001) }]), /too-large: .* 20000/],
    ['unpacks to too much', zipOf(many(2).map((file) => ({ ...file, content: zeros, deflate: true }))), /Unpacked/],
    ['has files that share bytes', zipOf([image, { ...image, name: 'b.jpg', offset: 0 }]), /another name/],
    ['has a file within a file', withinAnother(), /share bytes/],
    ['climbs', zip({ name: '../a.jpg' }), /broken|no path/],
    ['climbs in the middle', zip({ name: 'a/../../b.jpg' }), /broken|no path/],
    ['is absolute', zip({ name: '/etc/passwd' }), /broken|no path/],
    ['is absolute on Windows', zip({ name: 'C:/a.jpg' }), /broken|no path/],
    ['climbs on Windows', zip({ name: '..\\a.jpg' }), /broken|no path/],
    ['has a NUL in a name', zip({ name: 'a.jpg\0.png' }), /no path/],
    ['has a line end in a name', zip({ name: 'a\n.jpg' }), /no path/],
    ['has an endless name', zip({ name: 'a'.repeat(501) }), /no path/],
    ['has a name twice', zipOf([image, image]), /twice/],
    ['has a link', zip({ mode: SYMLINK, content: text('/etc/passwd') }), /link/],
    ['has a device', zip({ mode: DEVICE }), /link or a device/],
    ['is encrypted', zip({ flags: 0x801, deflate: true }), /encrypted/],
    ['is packed otherwise', zip({ method: 14 }), /other than deflate/],
    ['names a file twice over', zip({ localName: 'b.jpg' }), /another name/],
    ['says less than there is', zip({ content: zeros, deflate: true, size: 100 }), /to more bytes/],
    ['says more than there is', zip({ content: zeros, deflate: true, size: 15_001 }), /to fewer bytes/],
    ['has two sizes', zip({ size: 7 }), /broken/],
    ['has another checksum', zip({ crc: 1 }), /checksum/],
    ['has broken packing', zip({ method: 8 }), /cannot be unpacked/],
    ['says zip64 without it', zip({ size: 0xffffffff }), /broken|two sizes|Unpacked/],
  ])('that %s is refused', async (_case, bytes, expected) => {
    expect(await refusal('zip', bytes)).toMatch(expected);
    expect(await readdir(folder)).toEqual([]);
  });
});

describe('a hostile tar file', () => {
  const file: TarFile = { name: 'a.jpg', content: text('an image') };
  const tars: [string, readonly TarFile[], RegExp][] = [
    ['has no file', [], /no file/],
    ['has too many files', many(6).map(({ name }) => ({ name })), /at most 5/],
    ['has too many folders', many(16).map(({ name }) => ({ name, type: 'directory' })), /at most 5/],
    ['climbs', [{ ...file, name: '../a.jpg' }], /no path/],
    ['is absolute', [{ ...file, name: '/etc/passwd' }], /no path/],
    ['has a name twice', [file, { ...file, name: './a.jpg' }], /twice/],
    ['has a link', [{ name: 'a.jpg', type: 'symlink', linkname: '/etc/passwd' }], /link/],
    ['has a hard link', [{ name: 'a.jpg', type: 'link', linkname: '/etc/passwd' }], /link/],
    ['has a device', [{ name: 'a.jpg', type: 'character-device', devmajor: 1, devminor: 5 }], /device/],
    ['has a pipe', [{ name: 'a.jpg', type: 'fifo' }], /device/],
    ['says the length of a file twice', [{ ...file, pax: { size: '3' } }], /in another header/],
  ];

  it.each(tars)('that %s is refused, packed or not', async (_case, entries, expected) => {
    const bytes = await tarOf(entries);
    expect(await refusal('tar', bytes)).toMatch(expected);
    expect(await refusal('tar+gzip', gzipSync(bytes))).toMatch(expected);
    expect(await readdir(folder)).toEqual([]);
  });

  it.each<[string, readonly Buffer[], RegExp]>([
    ['says something about all of its files', [headerOf('g', 20), Buffer.alloc(512, 'x')], /about all/],
    ['says too much about one', [headerOf('x', 9_000), Buffer.alloc(9_216, 'x')], /8192 bytes/],
    ['says it in binary', [headerOf('L', 9_000, true), Buffer.alloc(9_216, 'x')], /8192 bytes/],
    ['has a folder with bytes of its own', [headerOf('5', 1_024)], /folder/],
    ['has a long name of old', [headerOf('N', 9_000), Buffer.alloc(9_216, 'x')], /8192 bytes/],
    ['has a length that is no number', [headerOf('0', '\t17')], /broken/],
    ['has headers and no files', Array.from({ length: 200 }, () => headerOf('x', 0)), /at most/],
  ])('that %s is refused before its reader has it', async (_case, headers, expected) => {
    expect(await refusal('tar', Buffer.concat([...headers, await tarOf([file])]))).toMatch(expected);
    expect(await readdir(folder)).toEqual([]);
  });

  it.each<[string, ArchiveType, () => Promise<Buffer>, RegExp]>([
    ['is cut off', 'tar', async () => (await tarOf([file])).subarray(0, 515), /broken/],
    ['is no tar file', 'tar', () => Promise.resolve(Buffer.alloc(1_024, 'x')), /broken/],
    [
      'is followed by something',
      'tar',
      async () => Buffer.concat([await tarOf([file]), Buffer.alloc(512, 'x')]),
      /broken/,
    ],
    [
      'is two',
      'tar',
      async () => Buffer.concat([await tarOf([file]), await tarOf([{ ...file, name: 'b.jpg' }])]),
      /broken/,
    ],
    ['is no gzip file', 'tar+gzip', () => tarOf([file]), /gzip/],
    ['is a gzip file cut off', 'tar+gzip', async () => gzipSync(await tarOf([file])).subarray(0, -9), /gzip/],
    ['is too large', 'tar', () => tarOf([{ ...file, content: Buffer.alloc(20_001) }]), /20000/],
    [
      'unpacks to too much',
      'tar+gzip',
      async () => gzipSync(await tarOf([{ ...file, content: Buffer.alloc(25_000) }])),
      /Unpacked/,
    ],
    ['unpacks to nothing but zeros', 'tar+gzip', () => Promise.resolve(gzipSync(Buffer.alloc(100_000))), /Unpacked/],
    ['is empty', 'tar', () => Promise.resolve(Buffer.alloc(0)), /no file/],
  ])('that %s is refused', async (_case, type, make, expected) => {
    expect(await refusal(type, await make())).toMatch(expected);
    expect(await readdir(folder)).toEqual([]);
  });

  it('leaves nothing when its client goes away', async () => {
    const broken = async function* (): AsyncGenerator<Uint8Array> {
      yield (await tarOf([file])).subarray(0, 700);
      throw new Error('gone');
    };
    await expect(files.receive(ID, 'tar', broken(), LIMITS)).rejects.toThrow('gone');
    await expect(files.receive(ID, 'zip', broken(), LIMITS)).rejects.toThrow('gone');
    expect(await readdir(folder)).toEqual([]);
  });
});

describe('what unpacks to much more than was sent', () => {
  const MB = 1_048_576;
  const limits = { bytesMax: 100 * MB, itemsMax: 200 };
  const taken = (type: ArchiveType, bytes: Uint8Array): Promise<string> =>
    receive(type, bytes, limits).then(
      () => 'taken',
      (error: unknown) => (error instanceof Problem ? `${error.code}: ${error.detail}` : String(error)),
    );
  const blank: TarFile = { name: 'blank.png', content: Buffer.alloc(4 * MB) };

  it.each<[string, ArchiveType, () => Promise<Buffer>, RegExp]>([
    ['one file of zeros', 'tar+gzip', async () => gzipSync(await tarOf([blank])), /100 times as large/],
    [
      'the same in a zip file',
      'zip',
      () => Promise.resolve(zipOf([{ ...image, content: Buffer.alloc(4 * MB), deflate: true }])),
      /100 times/,
    ],
    [
      'zeros and nothing else',
      'tar+gzip',
      () => Promise.resolve(gzipSync(Buffer.alloc(1.2 * MB))),
      /something behind its end/,
    ],
    [
      'zeros behind its end',
      'tar',
      async () => Buffer.concat([await tarOf([{ ...blank, content: text('x') }]), Buffer.alloc(1.2 * MB)]),
      /something behind its end/,
    ],
  ])('%s is refused', async (_case, type, make, expected) => {
    expect(await taken(type, await make())).toMatch(expected);
    expect(await readdir(folder)).toEqual([]);
  });

  it('is taken where it comes as it is, or ends in a record of tar’s largest', async () => {
    const small = await tarOf([{ name: 'a.jpg', content: text('an image') }]);
    const filled = Buffer.concat([small, Buffer.alloc(MB - small.byteLength)]);
    for (const [type, bytes] of [
      ['tar', await tarOf([blank])],
      ['tar', filled],
      ['tar+gzip', gzipSync(filled)],
    ] as const) {
      expect(await taken(type, bytes)).toBe('taken');
      await files.remove(ID);
    }
  });
});

describe('what lies there', () => {
  it('is known by its submissions, and nothing else is', async () => {
    await receive('zip', zip({}));
    expect(await files.ids()).toEqual([ID]);
    const begunMs = Date.now() - 60_000;
    expect(await files.list()).toEqual([{ id: ID, writtenAtMs: expect.any(Number) }]);
    expect((await files.list())[0]?.writtenAtMs).toBeGreaterThan(begunMs);
    expect(await readFile(files.path(ID))).toEqual(zip({}));
    expect(await new ArchiveFiles(join(folder, 'none')).ids()).toEqual([]);
    await files.remove(ID);
    expect([await files.ids(), await files.list()]).toEqual([[], []]);
  });
});
