// Plans, runs and some messages of the core name things by id, because a file and a script do. People read titles: this
// puts them in the place of ids, everywhere alike, and keeps the id for whoever points at one.
import type { Id } from "../document/model";
import type { DocumentStore } from "../document/store";
import { titleOf } from "./context";

type Titled = Pick<DocumentStore, "design" | "resource" | "link" | "title">;

/** What is known of a text beside its words. */
export interface About {
  /** Things that it is about. */
  ids?: readonly Id[];
  /** A word that is meant as it stands, like an attribute. */
  keep?: string | undefined;
}

/** Plain words, or a thing by its title. */
export type Piece = string | { title: string; id: string };

const ID = "[a-z][a-z0-9]*(?:-[a-z0-9]+)*";
/** One of several that a resource stands for: `app[0]`, or its part in a zone: `app-tier/a`. */
const ADDRESS = new RegExp(`^(${ID})(?:(\\[\\d+\\])|/([a-z0-9-]+))?$`);
/** Messages quote ids; what cannot be another word stands bare as well. */
const MENTION = new RegExp(`“[^“”]+”|(?<![\\w./-])${ID}(?:\\[\\d+\\]|/[a-z][a-z0-9-]*)(?![\\w./-])`, "g");
/** The steps of a run, which name nothing else. */
const STEP = /^((?:could not )?(?:create|change|replace|delete|adopt|forget|keep) )(.+)$/i;

/** The title of what an address names; the address itself where nothing is called so. */
export function addressTitle(document: Titled, address: string): string {
  const [, id = "", index = "", zone] = ADDRESS.exec(address) ?? [];
  if (!document.resource(id) && !document.link(id)) return address;
  const title = titleOf(document, id);
  if (title === id) return address;
  return `${title}${index && ` ${index}`}${zone === undefined ? "" : ` · zone ${zone}`}`;
}

export function worded(document: Titled, text: string, about: About = {}): Piece[] {
  const step = STEP.exec(text);
  const names = step?.[2]?.split(", ");
  if (names?.every((one) => ADDRESS.test(one)))
    return [
      step?.[1] ?? "",
      ...names.flatMap((one, index) => (index > 0 ? [", ", piece(document, one)] : [piece(document, one)])),
    ];
  const pieces: Piece[] = [];
  let from = 0;
  for (const { 0: said, index } of text.matchAll(MENTION)) {
    const quoted = said.startsWith("“");
    const name = quoted ? said.slice(1, -1) : said;
    const found = quoted && isTitle(document, name, about) ? name : piece(document, name);
    if (typeof found === "string" || name === about.keep) continue;
    pieces.push(text.slice(from, quoted ? index + 1 : index), found);
    from = index + said.length - (quoted ? 1 : 0);
  }
  pieces.push(text.slice(from));
  return pieces;
}

/** Whether a quoted name is a title already: one thing may be called what is another's id. */
function isTitle(document: Titled, name: string, { ids = [] }: About): boolean {
  const titled = ids.some((id) => id !== name && document.resource(id)?.title === name);
  return titled || (!ids.includes(name) && titlesOf(document).has(name));
}

const titles = new WeakMap<object, ReadonlySet<string>>();

/** All titles, gathered once for each state of the design. */
function titlesOf(document: Titled): ReadonlySet<string> {
  const { resources } = document.design();
  const known =
    titles.get(resources) ?? new Set(Object.values(resources).flatMap(({ title }) => title ?? []));
  titles.set(resources, known);
  return known;
}

function piece(document: Titled, address: string): Piece {
  const title = addressTitle(document, address);
  return title === address ? address : { title, id: address };
}

/** The same as plain text: for names that are read out. */
export function wordedText(document: Titled, text: string, about?: About): string {
  return worded(document, text, about)
    .map((one) => (typeof one === "string" ? one : one.title))
    .join("");
}

export function Worded({ document, text, about }: { document: Titled; text: string; about?: About }) {
  return worded(document, text, about).map((one, index) =>
    typeof one === "string" ? (
      one
    ) : (
      // biome-ignore lint/suspicious/noArrayIndexKey: parts of a text have no identity but their place
      <span key={index} title={one.id}>
        {one.title}
      </span>
    ),
  );
}
