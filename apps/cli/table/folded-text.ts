/** A character that says that something was left out. */
const LEFT_OUT = '…';

/** A text in lines of at most `width` characters, broken between words where that goes, and within long ones. */
export function foldedText(text: string, width: number): string {
  return text
    .split('\n')
    .flatMap((line) => foldedLine(line, width))
    .join('\n');
}

function foldedLine(text: string, width: number): string[] {
  const lines: string[] = [];
  let line = '';
  for (const word of text.split(' ')) {
    const longer = line === '' ? word : `${line} ${word}`;
    if (lengthOf(longer) <= width) {
      line = longer;
      continue;
    }
    if (line !== '') lines.push(line);
    const pieces = piecesOf(word, width);
    lines.push(...pieces.slice(0, -1));
    line = pieces.at(-1) ?? '';
  }
  return [...lines, line];
}

/** A path or address in at most `width` characters: what is in the middle of a longer one is left out. */
export function shortenedPath(text: string, width: number): string {
  const characters = Array.from(text);
  if (characters.length <= width) return text;
  // the name at the end says more than the folder at the beginning
  const ending = Math.ceil(((width - 1) * 2) / 3);
  const beginning = width - 1 - ending;
  return [...characters.slice(0, beginning), LEFT_OUT, ...characters.slice(characters.length - ending)].join('');
}

/** How many characters, as people count them. */
export const lengthOf = (text: string): number => Array.from(text).length;

function piecesOf(word: string, width: number): string[] {
  const characters = Array.from(word);
  const pieces: string[] = [];
  for (let at = 0; at < characters.length; at += width) pieces.push(characters.slice(at, at + width).join(''));
  return pieces;
}
