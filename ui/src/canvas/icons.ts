/** Icons as paths, rasterised once per colour and size in device pixels. */

interface Shape {
  path: Path2D;
}

export class IconStore {
  private readonly shapes = new Map<string, Shape>();
  private readonly sprites = new Map<string, HTMLCanvasElement>();

  /** SVG texts, 32 × 32, one colour. */
  set(icons: { [name: string]: string | undefined }): void {
    this.shapes.clear();
    this.sprites.clear();
    for (const [name, svg] of Object.entries(icons)) {
      const path = svg ? pathOf(svg) : null;
      if (path) this.shapes.set(name, { path });
    }
  }

  sprite(name: string, colour: string, px: number): HTMLCanvasElement | null {
    const shape = this.shapes.get(name);
    if (!shape || px < 4) return null;
    const key = `${name} ${colour} ${px}`;
    const known = this.sprites.get(key);
    if (known) return known;
    // Old zoom steps are of no more use; a step has a few dozen sprites.
    if (this.sprites.size > 400) this.sprites.clear();
    const canvas = document.createElement("canvas");
    canvas.width = canvas.height = px;
    const ctx = canvas.getContext("2d");
    if (!ctx) return null;
    ctx.scale(px / 32, px / 32);
    ctx.fillStyle = colour;
    ctx.fill(shape.path);
    this.sprites.set(key, canvas);
    return canvas;
  }
}

function number(element: Element, name: string): number {
  return Number.parseFloat(element.getAttribute(name) ?? "0") || 0;
}

/** All filled shapes of the picture as one path. Elements with `fill="none"` are bounding boxes. */
function pathOf(svg: string): Path2D | null {
  const root = new DOMParser().parseFromString(svg, "image/svg+xml").documentElement;
  if (root.nodeName !== "svg") return null;
  const all = new Path2D();
  const [, , width, height] = (root.getAttribute("viewBox") ?? "0 0 32 32").split(/[\s,]+/).map(Number);
  const scale = new DOMMatrix().scale(32 / (width || 32), 32 / (height || 32));
  for (const element of root.querySelectorAll("path, rect, circle, ellipse, polygon")) {
    if (element.closest("[fill=none], defs, [style*='fill:none'], [style*='fill: none']")) continue;
    const one = shapePath(element);
    if (one) all.addPath(one, scale.multiply(transformOf(element)));
  }
  return all;
}

function shapePath(element: Element): Path2D | null {
  const path = new Path2D();
  switch (element.nodeName) {
    case "path":
      return new Path2D(element.getAttribute("d") ?? "");
    case "rect":
      path.roundRect(
        number(element, "x"),
        number(element, "y"),
        number(element, "width"),
        number(element, "height"),
        number(element, "rx"),
      );
      return path;
    case "circle":
      path.arc(number(element, "cx"), number(element, "cy"), number(element, "r"), 0, 7);
      return path;
    case "ellipse":
      path.ellipse(
        number(element, "cx"),
        number(element, "cy"),
        number(element, "rx"),
        number(element, "ry"),
        0,
        0,
        7,
      );
      return path;
    case "polygon":
      return new Path2D(`M${element.getAttribute("points") ?? ""}Z`);
    default:
      return null;
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
