/** How much room there is, in the unit that a person reads at a glance; pure. */

const MB = 1_000_000
const GB = 1_000 * MB

/** Gives so many bytes in words: whole megabytes, and gigabytes with one decimal. */
export function sizeWords(bytes: number): string {
  if (bytes >= GB) return `${(Math.floor(bytes / (GB / 10)) / 10).toFixed(1)} GB`
  return `${Math.ceil(Math.max(0, bytes) / MB)} MB`
}
