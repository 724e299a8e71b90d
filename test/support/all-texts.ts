import type { DataSource } from 'typeorm';

/** Everything that the tables hold, a text a table: values of any type, bytes as hexadecimal digits. */
export async function allTexts(database: DataSource): Promise<ReadonlyMap<string, string>> {
  const tables = await database.query<{ name: string }[]>(
    `SELECT quote_ident(table_name) AS name FROM information_schema.tables
     WHERE table_schema = 'public' AND table_type = 'BASE TABLE' ORDER BY 1`,
  );
  const texts = new Map<string, string>();
  for (const { name } of tables) {
    const [row] = await database.query<{ text: string }[]>(
      `SELECT coalesce(string_agg(to_jsonb(t)::text, E'\\n'), '') AS text FROM ${name} AS t`,
    );
    texts.set(name, row?.text ?? '');
  }
  return texts;
}

/** The tables in which a text stands, as it is or as bytes. */
export async function tablesWith(database: DataSource, text: string): Promise<string[]> {
  const hex = Buffer.from(text).toString('hex');
  const texts = await allTexts(database);
  return [...texts].filter(([, all]) => all.includes(text) || all.includes(hex)).map(([name]) => name);
}
