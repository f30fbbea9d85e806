// Icons of the controls (our files) and of kinds (SVG text from the catalog).
import { rem } from "./text_scale";

const files = import.meta.glob<string>("./icons/*.svg", { query: "?raw", import: "default", eager: true });

const glyphs = new Map(
  Object.entries(files).map(([path, text]) => [path.slice("./icons/".length, -".svg".length), text]),
);

/** An icon of ours. It says nothing to screen readers: the control that holds it has the words. */
export function Icon({ name, size }: { name: string; size?: number }) {
  return <RawIcon text={glyphs.get(name) ?? ""} {...(size ? { size } : {})} />;
}

/** An icon given as SVG text. Only for text that comes with the program or that the core has written anew: of the
 * picture beside a user's own kind only plain shapes are left. */
export function RawIcon({ text, size }: { text: string; size?: number }) {
  const style = size ? { width: rem(size), height: rem(size) } : undefined;
  return (
    <span
      className="icon"
      aria-hidden="true"
      style={style}
      // biome-ignore lint/security/noDangerouslySetInnerHtml: the text is one of our own files or the catalog's
      dangerouslySetInnerHTML={{ __html: text }}
    />
  );
}

const MARKS: Record<string, string> = {
  ok: "ok",
  create: "add",
  warning: "warning",
  error: "error",
  failed: "error",
  advice: "advice",
  running: "running",
  waiting: "waiting",
  skipped: "skipped",
  clock: "clock",
};

const MARK_WORDS: Record<string, string> = {
  ok: "done",
  failed: "failed",
  clock: "time limit",
};

/** A status: shape and colour, and a word for those who see neither. */
export function Mark({ state }: { state: string }) {
  return (
    <span className={`mark ${state}`} role="img" aria-label={MARK_WORDS[state] ?? state}>
      <Icon name={MARKS[state] ?? "advice"} />
    </span>
  );
}
