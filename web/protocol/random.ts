import type { Bytes } from "./bytes";

/** Draws `length` random bytes: the only place of the protocol that does. */
export function randomBytes(length: number): Bytes {
  return crypto.getRandomValues(new Uint8Array(length));
}

/** Draws `count` different places out of `of`, in the order drawn: such as words to ask back. */
export function randomPlaces(count: number, of: number): number[] {
  const places = Array.from({ length: of }, (_, place) => place);
  for (let at = 0; at < Math.min(count, of); at++) {
    const other = at + randomBelow(of - at);
    [places[at], places[other]] = [places[other] ?? 0, places[at] ?? 0];
  }
  return places.slice(0, count);
}

/** A number from 0 up to, but not including, `limit`, each as likely as the others. */
function randomBelow(limit: number): number {
  const bound = 0x1_0000_0000 - (0x1_0000_0000 % limit);
  for (;;) {
    const drawn = new DataView(randomBytes(4).buffer).getUint32(0);
    if (drawn < bound) return drawn % limit;
  }
}
