/** Icons as paths, rasterised once per colour and size in device pixels. Works in the page and in a worker. */

/** One filled shape of a picture, as plain data: a worker has no parser for SVG. */
export interface IconPart {
  shape: "path" | "rect" | "ellipse";
  /** Path data. */
  d: string;
  /** Rectangle: x, y, width, height, radius. Ellipse: cx, cy, rx, ry. */
  at: number[];
  matrix: number[];
}

type Sprite = HTMLCanvasElement | OffscreenCanvas;

export class IconStore {
  private readonly parts = new Map<string, IconPart[]>();
  private readonly paths = new Map<string, Path2D>();
  private readonly sprites = new Map<string, Sprite>();

  /** SVG texts, 32 × 32, one colour. */
  set(icons: { [name: string]: string | undefined }): void {
    const read = Object.entries(icons).map(([name, svg]): [string, IconPart[]] => [
      name,
      svg ? partsOf(svg) : [],
    ]);
    this.take(read.filter(([, parts]) => parts.length > 0));
  }

  /** What another thread has read. */
  take(icons: readonly [string, IconPart[]][]): void {
    this.parts.clear();
    this.paths.clear();
    this.sprites.clear();
    for (const [name, parts] of icons) this.parts.set(name, parts);
  }

  all(): [string, IconPart[]][] {
    return [...this.parts];
  }

  sprite(name: string, colour: string, px: number): Sprite | null {
    const path = this.path(name);
    if (!path || px < 4) return null;
    const key = `${name} ${colour} ${px}`;
    const known = this.sprites.get(key);
    if (known) return known;
    // Old zoom steps are of no more use; a step has a few dozen sprites.
    if (this.sprites.size > 400) this.sprites.clear();
    const canvas = blank(px);
    const ctx = canvas.getContext("2d") as
      | CanvasRenderingContext2D
      | OffscreenCanvasRenderingContext2D
      | null;
    if (!ctx) return null;
    ctx.scale(px / 32, px / 32);
    ctx.fillStyle = colour;
    ctx.fill(path);
    this.sprites.set(key, canvas);
    return canvas;
  }

  private path(name: string): Path2D | undefined {
    const known = this.paths.get(name);
    const parts = this.parts.get(name);
    if (known || !parts) return known;
    const all = new Path2D();
    for (const part of parts) all.addPath(pathOf(part), new DOMMatrix(part.matrix));
    this.paths.set(name, all);
    return all;
  }
}

function blank(px: number): Sprite {
  if (typeof document === "undefined") return new OffscreenCanvas(px, px);
  const canvas = document.createElement("canvas");
  canvas.width = canvas.height = px;
  return canvas;
}

function pathOf({ shape, d, at }: IconPart): Path2D {
  const path = new Path2D(d);
  const [a = 0, b = 0, c = 0, e = 0, r = 0] = at;
  if (shape === "rect") path.roundRect(a, b, c, e, r);
  if (shape === "ellipse") path.ellipse(a, b, c, e, 0, 0, 7);
  return path;
}

/** All filled shapes of the picture. Elements with `fill="none"` are bounding boxes. */
function partsOf(svg: string): IconPart[] {
  const root = new DOMParser().parseFromString(svg, "image/svg+xml").documentElement;
  if (root.nodeName !== "svg") return [];
  const [, , width, height] = (root.getAttribute("viewBox") ?? "0 0 32 32").split(/[\s,]+/).map(Number);
  const scale = new DOMMatrix().scale(32 / (width || 32), 32 / (height || 32));
  const out: IconPart[] = [];
  for (const element of root.querySelectorAll("path, rect, circle, ellipse, polygon")) {
    if (element.closest("[fill=none], defs, [style*='fill:none'], [style*='fill: none']")) continue;
    const { a, b, c, d, e, f } = scale.multiply(transformOf(element));
    out.push({ ...shapeOf(element), matrix: [a, b, c, d, e, f] });
  }
  return out;
}

function shapeOf(element: Element): Omit<IconPart, "matrix"> {
  const numbers = (...names: string[]) =>
    names.map((name) => Number.parseFloat(element.getAttribute(name) ?? "0") || 0);
  switch (element.nodeName) {
    case "rect":
      return { shape: "rect", d: "", at: numbers("x", "y", "width", "height", "rx") };
    case "circle":
      return { shape: "ellipse", d: "", at: numbers("cx", "cy", "r", "r") };
    case "ellipse":
      return { shape: "ellipse", d: "", at: numbers("cx", "cy", "rx", "ry") };
    case "polygon":
      return { shape: "path", d: `M${element.getAttribute("points") ?? ""}Z`, at: [] };
    default:
      return { shape: "path", d: element.getAttribute("d") ?? "", at: [] };
  }
}

/** `translate`, `rotate` and `matrix`, as icon files use them. */
function transformOf(element: Element): DOMMatrix {
  let out = new DOMMatrix();
  for (const [, name, list] of (element.getAttribute("transform") ?? "").matchAll(/(\w+)\(([^)]*)\)/g)) {
    const v = (list ?? "")
      .split(/[\s,]+/)
      .filter(Boolean)
      .map(Number);
    if (name === "translate") out = out.translate(v[0] ?? 0, v[1] ?? 0);
    else if (name === "scale") out = out.scale(v[0] ?? 1, v[1] ?? v[0] ?? 1);
    else if (name === "matrix") out = out.multiply(new DOMMatrix(v));
    else if (name === "rotate")
      out = out
        .translate(v[1] ?? 0, v[2] ?? 0)
        .rotate(v[0] ?? 0)
        .translate(-(v[1] ?? 0), -(v[2] ?? 0));
  }
  return out;
}
