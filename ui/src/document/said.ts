/** What is said by id: a table as JSON has it; of very many, pairs that are made as they are read. */
import type { Id } from "./model";

export type Said<T> = { readonly [id: Id]: T } | Iterable<readonly [Id, T]>;

export function pairs<T>(said: Said<T>): Iterable<readonly [Id, T]> {
  return Symbol.iterator in said ? said : Object.entries(said);
}
