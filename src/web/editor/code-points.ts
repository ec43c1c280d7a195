/** The kernel counts Unicode code points, the editor UTF-16 units. Pure. */

export function toCodePoints(text: string, units: number): number {
  let count = 0;
  for (const _character of text.slice(0, units)) count += 1;
  return count;
}

export function toUnits(text: string, codePoints: number): number {
  let units = 0;
  let left = codePoints;
  for (const character of text) {
    if (left <= 0) break;
    units += character.length;
    left -= 1;
  }
  return units;
}
