import { execFile } from 'node:child_process';
import { chmod, mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import type { Json } from '#openapi/json.js';

/** One request of an example, as curl tells it. */
export interface Exchange {
  readonly method: string;
  readonly url: string;
  readonly status: number;
  readonly contentType: string;
  /** Of an answer in JSON that was not written to a file. */
  readonly body: Json | undefined;
}

/** How a command ended. */
export interface Ended {
  readonly code: number;
  readonly out: string;
  readonly error: string;
  readonly exchanges: readonly Exchange[];
}

export interface ShellOptions {
  /** Where commands run, with the files that examples name. */
  readonly folder: string;
  readonly environment: Readonly<Record<string, string>>;
  /** Of the built command line. */
  readonly main: string;
}

/** An example takes a second or two; `--watch` waits for the work of a few images. */
const COMMAND_MS_MAX = 60_000;
const TOLD = /^@@ (\d+) (\S+) (\S+) (.*)$/gm;
const ASSIGNMENTS = /^(export +)?(\w+=("[^"]*"|'[^']*'|\$\([^)]*\)|[^\s;]*)(;\s*|\s+|$))+$/;

/**
 * curl as it is, told to fail when the answer says so, and to tell what it asked. A stream is read for a moment, and for longer
 * where that was too short for its beginning.
 */
const CURL = `#!/bin/bash
limits=30; late=28
for word in "$@"; do if [ "$word" = -N ]; then limits='2 5 20'; late=0; fi; done
for limit in $limits; do
  told=$({ PATH=\${PATH#*:} curl -sS --fail-with-body --max-time $limit -w '%{stderr}\\n@@ %{http_code} %{method} %{url} %{content_type}\\n' "$@" >&3; } 2>&1)
  code=$?
  case $told in *'@@ 000 '*) ;; *) break ;; esac
done 3>&1
echo "$told" >&2
if [ $code = 28 ]; then exit $late; fi
exit $code
`;

/** A shell that goes through the commands of an example: what one sets the next ones have. */
export class ExampleShell {
  private prelude = '';

  private constructor(private readonly options: ShellOptions) {}

  /** Puts the commands that examples use in front of the PATH. */
  static async open(options: ShellOptions): Promise<ExampleShell> {
    const bin = path.join(options.folder, 'bin');
    await mkdir(bin, { recursive: true });
    const portcullis = `exec '${process.execPath}' '${options.main}'`;
    const commands = {
      curl: CURL,
      portcullis: `#!/bin/bash\n${portcullis} "$@"\n`,
      npm: `#!/bin/bash\nif [ "$1 $2 $3" = 'run portcullis --' ]; then shift 3; ${portcullis} "$@"; fi\necho "not in a test: npm $*" >&2; exit 64\n`,
    };
    for (const [name, text] of Object.entries(commands)) {
      await writeFile(path.join(bin, name), text);
      await chmod(path.join(bin, name), 0o755);
    }
    const PATH = `${bin}:${process.env['PATH'] ?? ''}`;
    return new ExampleShell({ ...options, environment: { ...options.environment, PATH } });
  }

  /** Forgets what earlier examples set. */
  fresh(): void {
    this.prelude = '';
  }

  /** Runs one command. @param more of the environment */
  async run(command: string, more: Readonly<Record<string, string>> = {}): Promise<Ended> {
    const isAssignment = ASSIGNMENTS.test(command);
    const names = isAssignment ? [...command.matchAll(/(?:^|[;\s])(\w+)=/g)].map(([, name = '']) => name) : [];
    const kept = names.length > 0 ? `\ndeclare -p ${names.join(' ')}` : '';
    const ended = await this.bash(`set -eo pipefail\n${this.prelude}\n${command}${kept}`, more);
    if (isAssignment && ended.code === 0) this.prelude += ended.out;
    return ended;
  }

  private bash(script: string, more: Readonly<Record<string, string>>): Promise<Ended> {
    const { folder, environment } = this.options;
    const options = {
      cwd: folder,
      env: { ...environment, ...more },
      timeout: COMMAND_MS_MAX,
      maxBuffer: 16 * 1_048_576,
    };
    return new Promise((resolve) => {
      execFile('bash', ['-c', script], options, (failed, out, error) => {
        const code = typeof failed?.code === 'number' ? failed.code : failed === null ? 0 : -1;
        resolve({ code, out, error, exchanges: exchangesOf(out, error) });
      });
    });
  }
}

function exchangesOf(out: string, error: string): Exchange[] {
  return [...error.matchAll(TOLD)].map(([, status = '', method = '', url = '', contentType = '']) => {
    const isJson = /\bjson/.test(contentType) && !contentType.includes('ndjson');
    return { method, url, status: Number(status), contentType, body: isJson ? parsed(out) : undefined };
  });
}

function parsed(text: string): Json | undefined {
  try {
    return JSON.parse(text) as Json;
  } catch {
    return undefined;
  }
}
