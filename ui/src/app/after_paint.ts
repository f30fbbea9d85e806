import type { Editor } from "../editor/editor";

/** Once the next frame is on the screen; at once where there are no frames. Answers what calls it off. */
export function afterPaint(run: () => void): () => void {
  if (typeof requestAnimationFrame === "undefined") {
    run();
    return () => {};
  }
  let done = false;
  const once = () => {
    if (!done) run();
    done = true;
  };
  requestAnimationFrame(() => window.setTimeout(once, 0));
  // A page that is hidden paints none.
  window.setTimeout(once, HIDDEN);
  return () => {
    done = true;
  };
}

const HIDDEN = 400;

/** Once the drawing shows the design that has come. */
export function afterDrawing(editor: Editor | null, run: () => void): () => void {
  let callOff: (() => void) | null = () => {};
  const paint = () => {
    if (callOff) callOff = afterPaint(run);
  };
  if (editor) editor.whenLoaded(paint);
  else paint();
  return () => {
    callOff?.();
    callOff = null;
  };
}
