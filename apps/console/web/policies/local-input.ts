const pad = (number: number): string => String(number).padStart(2, '0');

/** A time as a `datetime-local` field holds it, to the minute: where the person is. @param ms epoch milliseconds */
export function localInput(ms: number): string {
  const at = new Date(ms);
  const day = [at.getFullYear(), pad(at.getMonth() + 1), pad(at.getDate())].join('-');
  return `${day}T${pad(at.getHours())}:${pad(at.getMinutes())}`;
}
