/** Words that several parts of the editor say in the same way. */

/** A catalog title within a sentence: "load balancer", but "DNS zone". */
export function inSentence(title: string): string {
  return /^.[A-Z]/.test(title) ? title : title.charAt(0).toLowerCase() + title.slice(1);
}

/** What a drop does to the zone of a thing. */
export function zoneWords(zone: string | null): string {
  return zone === null ? "out of its zone" : `into zone ${zone}`;
}
