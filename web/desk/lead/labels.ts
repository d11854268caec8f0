/** Labels that a lead signs for: readers and reporters tell members apart by them alone. Pure. */

/** Characters that cannot be seen, or that reorder what is around them. */
const unseen = /[\p{Cc}\p{Cf}\p{Default_Ignorable_Code_Point}\p{Co}\p{Cs}\u2028\u2029\u2800]/u;

/** Whether everything in a label can be seen. */
export function isSeen(label: string): boolean {
  return !unseen.test(label) && label.trim() === label;
}

/** Whether somebody who reads two labels could take one for the other: they differ at the most in case, spaces,
 * accents and signs. */
export function looksLike(one: string, other: string): boolean {
  return one === other || (plain(one) !== "" && plain(one) === plain(other));
}

function plain(label: string): string {
  return label
    .normalize("NFKD")
    .replace(/[^\p{L}\p{N}]/gu, "")
    .toLowerCase();
}
