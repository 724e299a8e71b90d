export type QueryFields = Readonly<Record<string, string | number | boolean | undefined>>;

/** `?a=1&b=x` of what is set; empty where nothing is. */
export function queryOf(fields: QueryFields): string {
  const query = new URLSearchParams();
  for (const [name, value] of Object.entries(fields)) if (value !== undefined) query.set(name, String(value));
  const text = query.toString();
  return text === '' ? '' : `?${text}`;
}
